package org.assay.p2p.rlpx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void aHelloOfVersion55WithMoreItemsIsUnderstood() throws IOException {
        JsonNode packets = VectorFile.json("eip8-rlpx-discv4.json").get("helloAndDiscoveryPackets");
        Hello hello = Hello.decode(VectorFile.hex(packets.get(0).get("data")));
        assertThat(hello.version()).isEqualTo(55);
        assertThat(hello.capabilities())
                .containsExactly(new Capability("eth", 61), new Capability("mork", 22));
    }

    @Test
    void badSnappyStreamsAreRefused() throws IOException {
        for (String name : new String[] {"baddata1", "baddata2"}) {
            byte[] data = VectorFile.read("snappy-bad/" + name + ".snappy");
            assertThatThrownBy(
                            () ->
                                    SnappyPayload.decompress(
                                            data, 0, SnappyPayload.PAYLOAD_BYTES_MAX))
                    .as(name)
                    .isInstanceOf(PeerException.class);
        }
    }

    @Test
    void anAnnouncedGiantIsRefusedBeforeMemoryIsTaken() {
        byte[] giant = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 0};
        assertThatThrownBy(() -> SnappyPayload.decompress(giant, 0, 1 << 24))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("announces 4294967295");
        byte[] sixteenMegabytes = {(byte) 0x80, (byte) 0x80, (byte) 0x80, 0x08, 0, 0};
        assertThatThrownBy(() -> SnappyPayload.decompress(sixteenMegabytes, 0, 1 << 24))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("announces 16777216");
    }

    @Seeds(500)
    void payloadsRoundTripAndGarbageIsRefusedOrWithinItsAnnouncement(RandomGenerator random)
            throws PeerException {
        byte[] plain = new byte[random.nextInt(3_000)];
        if (random.nextBoolean()) {
            random.nextBytes(plain);
        }
        Bytes payload = Bytes.wrap(plain);
        byte[] packed = SnappyPayload.compress(payload).toArray();
        assertThat(SnappyPayload.decompress(packed, 0, 1 << 20)).isEqualTo(payload);
        byte[] garbage = new byte[1 + random.nextInt(200)];
        random.nextBytes(garbage);
        try {
            assertThat(SnappyPayload.decompress(garbage, 0, 1 << 20).size())
                    .isLessThanOrEqualTo(22 * garbage.length);
        } catch (PeerException refused) {
            assertThat(refused.reason()).isEqualTo(DisconnectReason.PROTOCOL_BREACH);
        }
    }

    @Test
    void messageIdsAreGivenOutByNameToTheHighestCommonVersions() {
        TreeMap<Capability, Integer> own = new TreeMap<>();
        own.put(new Capability("istanbul", 100), 22);
        own.put(new Capability("eth", 68), 17);
        own.put(new Capability("eth", 69), 18);
        List<Capability> besu =
                List.of(
                        new Capability("eth", 68),
                        new Capability("eth", 69),
                        new Capability("eth", 71),
                        new Capability("istanbul", 100),
                        new Capability("snap", 1));
        Agreement agreement = Agreement.of(own, besu);
        assertThat(agreement.find("eth").orElseThrow().capability().version()).isEqualTo(69);
        // QBFT-WIRE "Transport": with eth/69 Proposal (0x12) is 0x34 on the wire.
        assertThat(agreement.find("istanbul").orElseThrow().firstId() + 0x12).isEqualTo(0x34);
        assertThat(agreement.find("snap")).isEmpty();
        assertThat(agreement.owner(0x34).orElseThrow().capability().name()).isEqualTo("istanbul");
        assertThat(agreement.owner(0x0f)).isEmpty();
        assertThat(agreement.owner(0x38)).isEmpty();
        Agreement old = Agreement.of(own, besu.subList(0, 1));
        assertThat(old.slots()).hasSize(1);
    }

    @Test
    void disconnectIsReadInEveryFormPeersWriteIt() {
        for (DisconnectReason reason : DisconnectReason.values()) {
            assertThat(DisconnectReason.decode(reason.encode())).isEqualTo(reason);
        }
        assertThat(DisconnectReason.decode(Bytes.fromHex("0x04")))
                .isEqualTo(DisconnectReason.TOO_MANY_PEERS);
        assertThat(DisconnectReason.decode(Bytes.fromHex("0xc104")))
                .isEqualTo(DisconnectReason.TOO_MANY_PEERS);
        assertThat(DisconnectReason.decode(Bytes.EMPTY)).isEqualTo(DisconnectReason.REQUESTED);
        assertThat(DisconnectReason.decode(Bytes.fromHex("0xc0")))
                .isEqualTo(DisconnectReason.REQUESTED);
    }
}
