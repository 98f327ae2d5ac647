package org.assay.p2p.eth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assay.p2p.rlpx.VectorFile;
import org.assay.primitives.Hash;
import org.junit.jupiter.api.Test;

class ForkIdTest {
    private static final long TIMESTAMP_MIN = 1_438_269_973L;

    private static ForkId.Forks forks(JsonNode network) {
        List<Long> numbers = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        network.get("forks")
                .forEach(
                        fork -> {
                            long point = fork.asLong();
                            (point > TIMESTAMP_MIN ? times : numbers).add(point);
                        });
        Hash genesis = Hash.fromHex(network.get("genesisHash").asText());
        return new ForkId.Forks(genesis, numbers, times);
    }

    private static int hash(JsonNode value) {
        return (int) Long.parseLong(value.asText().substring(2), 16);
    }

    @Test
    void everyPublicNetworksIdsAreThoseOfGoEthereum() throws IOException {
        int cases = 0;
        for (JsonNode network : VectorFile.json("forkid.json").get("networks")) {
            ForkId.Forks forks = forks(network);
            for (JsonNode one : network.get("cases")) {
                ForkId id = forks.at(one.get("head").asLong(), one.get("time").asLong());
                assertThat(id)
                        .as(one.toString())
                        .isEqualTo(new ForkId(hash(one.get("hash")), one.get("next").asLong()));
                cases++;
            }
        }
        assertThat(cases).isEqualTo(68);
    }

    /// EIP-2124's own examples, on mainnet's first forks.
    @Test
    void strangersAreJudgedAsEip2124Says() throws IOException {
        JsonNode mainnet = VectorFile.json("forkid.json").get("networks").get("mainnet");
        Hash genesis = Hash.fromHex(mainnet.get("genesisHash").asText());
        ForkId.Forks petersburg =
                new ForkId.Forks(
                        genesis,
                        List.of(
                                1_150_000L,
                                1_920_000L,
                                2_463_000L,
                                2_675_000L,
                                4_370_000L,
                                7_280_000L),
                        List.of());
        int homestead = 0x97c2c34c;
        int byzantium = 0xa00bc324;
        int constantinople = 0x668db0af;
        assertThat(petersburg.accepts(new ForkId(constantinople, 0), 7_987_396, 0)).isTrue();
        assertThat(petersburg.accepts(new ForkId(constantinople, Long.MAX_VALUE), 7_987_396, 0))
                .isTrue();
        assertThat(petersburg.accepts(new ForkId(byzantium, 0), 7_279_999, 0)).isTrue();
        assertThat(petersburg.accepts(new ForkId(byzantium, 7_280_000), 7_987_396, 0)).isTrue();
        assertThat(petersburg.accepts(new ForkId(constantinople, 0), 7_279_999, 0)).isTrue();
        assertThat(petersburg.accepts(new ForkId(byzantium, 0), 7_987_396, 0)).isFalse();
        assertThat(petersburg.accepts(new ForkId(homestead, 0), 7_987_396, 0)).isFalse();
        assertThat(petersburg.accepts(new ForkId(0x5cddc0e1, 0), 7_987_396, 0)).isFalse();
        assertThat(petersburg.accepts(new ForkId(constantinople, 7_280_001), 88_888_888, 0))
                .isFalse();
    }

    @Test
    void aChainWithoutForksTakesAnyIdAsBesuDoes() {
        ForkId.Forks none = new ForkId.Forks(Hash.ZERO, List.of(), List.of());
        assertThat(none.at(5, 5).next()).isZero();
        assertThat(none.accepts(new ForkId(1, 2), 5, 5)).isTrue();
    }
}
