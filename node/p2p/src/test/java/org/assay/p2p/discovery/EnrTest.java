package org.assay.p2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.assay.p2p.Enode;
import org.assay.p2p.eth.ForkId;
import org.assay.p2p.rlpx.VectorFile;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class EnrTest {
    private static final SecretKey KEY =
            SecretKey.of(
                    Bytes.fromHex(
                                    "0xb71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291")
                            .toArray());
    private static final ForkId FORK = new ForkId(0x1234_5678, 0);

    @Test
    void readsTheRecordOfEip778() throws Exception {
        JsonNode vector = VectorFile.json("enr-eip778.json");
        Enr record = Enr.parse(vector.get("enr").asText()).orElseThrow();
        assertThat(record.nodeId().toString()).isEqualTo("0x" + vector.get("nodeId").asText());
        assertThat(record.sequence()).isEqualTo(vector.get("seq").asLong());
        assertThat(record.record().getUdpAddress().orElseThrow().getAddress().getHostAddress())
                .isEqualTo(vector.get("ip").asText());
        assertThat(record.record().getUdpAddress().orElseThrow().getPort())
                .isEqualTo(vector.get("udp").asInt());
        assertThat(record).hasToString(vector.get("enr").asText());
        assertThat(record.enode()).isEmpty(); // it names no TCP port
        assertThat(record.forkId()).isEmpty();
    }

    @Test
    void refusesTheRecordWithAnyCharacterChanged() throws Exception {
        String text = VectorFile.json("enr-eip778.json").get("enr").asText();
        for (int at = 4; at < text.length() - 1; at++) {
            char other = text.charAt(at) == 'A' ? 'B' : 'A';
            assertThat(Enr.parse(text.substring(0, at) + other + text.substring(at + 1)))
                    .as("character %d", at)
                    .isEmpty();
        }
        assertThat(Enr.parse(text.substring(4))).isEmpty();
        assertThat(Enr.parse(text.substring(0, text.length() - 4))).isEmpty();
        assertThat(Enr.parse("enr:")).isEmpty();
        assertThat(Enr.parse("enr:" + "A".repeat(100_000))).isEmpty();
    }

    @Test
    void aSignedRecordIsReadBack() {
        for (ForkId fork : new ForkId[] {FORK, new ForkId(-1, 1_700_000_000L)}) {
            Enr made = Enr.sign(KEY, 7, Optional.of("127.0.0.1"), 30303, 30304, fork);
            Enr read = Enr.parse(made.toString()).orElseThrow();
            assertThat(read.forkId()).contains(fork);
            assertThat(read.sequence()).isEqualTo(7);
            Enode enode = read.enode().orElseThrow();
            assertThat(enode.address()).isEqualTo(KEY.address());
            assertThat(enode.tcpPort()).isEqualTo(30303);
            assertThat(enode.udpPort()).isEqualTo(30304);
        }
    }

    @Test
    void aRecordCanNameAnAddressOfVersionSix() {
        Enr made = Enr.sign(KEY, 1, Optional.of("::1"), 1, 2, FORK);
        Enode enode = Enr.parse(made.toString()).orElseThrow().enode().orElseThrow();
        assertThat(enode.endpoint().getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(Enode.parse(enode.toString())).contains(enode);
    }

    @Test
    void aRecordWithoutAnAddressCannotBeDialled() {
        assertThat(Enr.sign(KEY, 1, Optional.empty(), 1, 2, FORK).enode()).isEmpty();
    }

    @Test
    void anEnodeGivesARecordToAskWith() {
        Enode enode = Enode.of(KEY, "127.0.0.1", 30303);
        assertThat(Enr.of(enode).orElseThrow().enode()).contains(enode);
    }
}
