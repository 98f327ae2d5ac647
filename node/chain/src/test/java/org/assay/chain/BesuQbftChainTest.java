package org.assay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.assay.consensus.message.ExtraData;
import org.assay.primitives.Address;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.storage.MemoryStore;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A chain of 353 blocks that four Besu validators made: rounds up to 5, a validator voted in and
/// out across an epoch, free gas, no system calls.
@Tag("reference")
final class BesuQbftChainTest {
    private static final Address VOTED =
            Address.fromHex("0x00000000000000000000000000000000000000aa");

    private final MemoryStore store = new MemoryStore();

    private static byte[] entry(String name) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/qbft-besu-run.zip").toFile())) {
            return zip.getInputStream(zip.getEntry(name)).readAllBytes();
        }
    }

    private Blockchain open() throws IOException {
        String genesis = new String(entry("chain/genesis.json"), StandardCharsets.UTF_8);
        return new Blockchain(
                store, WorldState.open(store, StateOptions.unlimited()), ChainSpec.parse(genesis));
    }

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (ChainFile file = new ChainFile(new ByteArrayInputStream(entry("chain/blocks.rlp")))) {
            for (var next = file.next(); next.isPresent(); next = file.next()) {
                blocks.add(Block.decode(next.get()));
            }
        }
        return blocks;
    }

    @Test
    void importsWithEverySealAndEveryStateRoot() throws IOException {
        Blockchain chain = open();
        ChainImporter importer = new ChainImporter(store, chain, true);
        JsonNode facts = new ObjectMapper().readTree(entry("chain/blocks.json"));
        List<Block> blocks = blocks();
        assertThat(blocks.size()).isEqualTo(353);
        boolean votedIn = false;
        for (Block block : blocks) {
            ChainImporter.Step step = importer.add(block);
            long number = block.header().number();
            assertThat(step)
                    .as("block %s: %s", number, step)
                    .isNotInstanceOf(ChainImporter.Step.Refused.class);
            JsonNode expected = facts.get((int) number);
            assertThat(chain.hashOf(number)).hasToString(expected.path("hash").asText());
            assertThat(chain.head().header().stateRoot())
                    .hasToString(expected.path("stateRoot").asText());
            List<String> validators = new ArrayList<>();
            expected.path("validators").forEach(it -> validators.add(it.asText()));
            assertThat(chain.validatorsOf(number).orElseThrow().stream().map(Address::toString))
                    .containsExactlyInAnyOrderElementsOf(validators);
            votedIn |= chain.head().nextValidators().contains(VOTED);
        }
        assertThat(votedIn).isTrue();
        assertThat(chain.head().nextValidators()).hasSize(4).doesNotContain(VOTED);
        // The tally is found again from the headers since the epoch's block.
        assertThat(open().head().nextValidators()).isEqualTo(chain.head().nextValidators());
    }

    @Test
    void refusesTheSameBlocksWithASealLessOrAnotherSet() throws IOException {
        Blockchain chain = open();
        ChainImporter importer = new ChainImporter(store, chain, true);
        Block first = blocks().get(1);
        ExtraData extra = ExtraData.parse(first.header().extraData()).orElseThrow();
        ExtraData fewer = extra.withSeals(extra.seals().subList(0, 2));
        assertThat(importer.add(with(first, fewer)))
                .isEqualTo(
                        new ChainImporter.Step.Refused(BlockError.INVALID_SEALS, "TOO_FEW_SEALS"));
        ExtraData other =
                new ExtraData(
                        extra.vanity(),
                        extra.validators().subList(1, 4),
                        extra.vote(),
                        extra.round(),
                        extra.seals());
        assertThat(importer.add(with(first, other)))
                .isInstanceOfSatisfying(
                        ChainImporter.Step.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(BlockError.INVALID_EXTRA_DATA));
        assertThat(importer.add(first)).isInstanceOf(ChainImporter.Step.Imported.class);
    }

    private static Block with(Block block, ExtraData extraData) {
        Header h = block.header();
        Header changed =
                new Header(
                        h.parentHash(),
                        h.ommersHash(),
                        h.coinbase(),
                        h.stateRoot(),
                        h.transactionsRoot(),
                        h.receiptsRoot(),
                        h.logsBloom(),
                        h.difficulty(),
                        h.number(),
                        h.gasLimit(),
                        h.gasUsed(),
                        h.timestamp(),
                        extraData.encode(),
                        h.mixHash(),
                        h.nonce(),
                        h.baseFeePerGas(),
                        h.withdrawalsRoot(),
                        h.blobGasUsed(),
                        h.excessBlobGas(),
                        h.parentBeaconBlockRoot(),
                        h.requestsHash());
        return new Block(changed, block.transactions(), block.ommers(), block.withdrawals());
    }
}
