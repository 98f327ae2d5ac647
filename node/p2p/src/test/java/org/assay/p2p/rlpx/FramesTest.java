package org.assay.p2p.rlpx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.KeccakStream;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static KeccakStream stream(JsonNode parts) {
        KeccakStream stream = new KeccakStream();
        parts.forEach(part -> stream.update(VectorFile.hex(part).toArray()));
        return stream;
    }

    private static Frames recorded(JsonNode session) {
        return new Frames(
                new Secrets(
                        VectorFile.hex(session.get("aes_secret")).toArray(),
                        VectorFile.hex(session.get("mac_secret")).toArray(),
                        stream(session.get("egress_gen")),
                        stream(session.get("ingress_gen"))));
    }

    @Test
    void besusRecordedSessionDecryptsToItsHello() throws IOException {
        JsonNode session = VectorFile.json("besu-rlpx-session/peer2.json");
        Frames frames = recorded(session);
        for (JsonNode message : session.get("messages")) {
            byte[] data = VectorFile.hex(message.get("data")).toArray();
            byte[] header = java.util.Arrays.copyOf(data, Frames.HEADER_BYTES);
            int size = frames.openHeader(header);
            byte[] body = java.util.Arrays.copyOfRange(data, Frames.HEADER_BYTES, data.length);
            assertThat(body.length).isEqualTo(Frames.bodyBytes(size));
            byte[] plain = frames.openBody(body, size);
            assertThat(plain[0] & 0xff).isEqualTo(0x80); // message id 0
            Hello hello = Hello.decode(Bytes.wrap(plain).slice(1, plain.length));
            assertThat(hello.version()).isGreaterThanOrEqualTo(4);
            assertThat(hello.capabilities()).isNotEmpty();
        }
    }

    @Test
    void aChangedByteOrAReplayIsRefused() throws IOException {
        JsonNode session = VectorFile.json("besu-rlpx-session/peer2.json");
        byte[] data = VectorFile.hex(session.get("messages").get(0).get("data")).toArray();
        for (int at = 0; at < data.length; at++) {
            byte[] changed = data.clone();
            changed[at] ^= 4;
            assertThatThrownBy(() -> HandshakeTest.open(recorded(session), changed))
                    .isInstanceOfAny(PeerException.class, AssertionError.class);
        }
        Frames frames = recorded(session);
        HandshakeTest.open(frames, data);
        assertThatThrownBy(() -> HandshakeTest.open(frames, data))
                .isInstanceOf(PeerException.class);
    }
}
