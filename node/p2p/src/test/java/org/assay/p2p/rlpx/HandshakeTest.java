package org.assay.p2p.rlpx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.KeccakStream;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static byte[] packet(JsonNode vectors, String name) {
        for (JsonNode packet : vectors.get("packets")) {
            if (packet.get("name").asText().contains(name)) {
                return VectorFile.hex(packet.get("data")).toArray();
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void everyAuthAndAckOfEip8IsUnderstood() throws IOException {
        JsonNode vectors = VectorFile.json("eip8-rlpx-discv4.json").get("handshake");
        JsonNode keys = vectors.get("keys");
        SecretKey a = VectorFile.key(keys.get("Static Key A"));
        SecretKey b = VectorFile.key(keys.get("Static Key B"));
        SecretKey ephemeralA = VectorFile.key(keys.get("Ephemeral Key A"));
        SecretKey ephemeralB = VectorFile.key(keys.get("Ephemeral Key B"));
        Hash nonceA = Hash.of(VectorFile.hex(keys.get("Nonce A")));
        Hash nonceB = Hash.of(VectorFile.hex(keys.get("Nonce B")));
        for (String name : new String[] {"Auth₁", "Auth₂", "Auth₃"}) {
            HandshakeMessage.Auth auth = HandshakeMessage.Auth.decode(packet(vectors, name), b);
            assertThat(auth.nonce()).as(name).isEqualTo(nonceA);
            assertThat(auth.publicKey().toArray()).isEqualTo(Secp256k1.publicKey(a));
            assertThat(auth.isOld()).isEqualTo(name.equals("Auth₁"));
        }
        for (String name : new String[] {"Ack₁", "Ack₂", "Ack₃"}) {
            HandshakeMessage.Ack ack = HandshakeMessage.Ack.decode(packet(vectors, name), a);
            assertThat(ack.nonce()).as(name).isEqualTo(nonceB);
            assertThat(ack.ephemeralKey().toArray()).isEqualTo(Secp256k1.publicKey(ephemeralB));
        }
        Handshake.Agreed agreed =
                new Handshake(b, ephemeralB, nonceB, RANDOM).onAuth(packet(vectors, "Auth₂"));
        JsonNode derived = vectors.get("derivedForAuth2Ack2");
        assertThat(Bytes.wrap(agreed.secrets().aes()))
                .isEqualTo(VectorFile.hex(derived.get("aes-secret")));
        assertThat(Bytes.wrap(agreed.secrets().mac()))
                .isEqualTo(VectorFile.hex(derived.get("mac-secret")));
        KeccakStream ingress = agreed.secrets().ingress();
        ingress.update("foo".getBytes(StandardCharsets.US_ASCII));
        assertThat(Bytes.wrap(ingress.hash()))
                .isEqualTo(VectorFile.hex(derived.get("ingress-mac(\"foo\")")));
        assertThat(ephemeralA.address()).isNotEqualTo(ephemeralB.address());
    }

    @Test
    void bothSidesAgreeAndExchangeFrames() throws PeerException {
        SecretKey a = SecretKey.generate(RANDOM);
        SecretKey b = SecretKey.generate(RANDOM);
        Handshake initiator = new Handshake(a, RANDOM);
        Handshake.Agreed atB =
                new Handshake(b, RANDOM).onAuth(initiator.auth(Secp256k1.publicKey(b)));
        Handshake.Agreed atA = initiator.onAck(atB.answer().toArray(), Secp256k1.publicKey(b));
        assertThat(atB.publicKey().toArray()).isEqualTo(Secp256k1.publicKey(a));
        Frames framesA = new Frames(atA.secrets());
        Frames framesB = new Frames(atB.secrets());
        for (int size : new int[] {1, 15, 16, 17, 1000, 100_000}) {
            byte[] data = new byte[size];
            RANDOM.nextBytes(data);
            assertThat(open(framesB, framesA.seal(data))).isEqualTo(data);
            assertThat(open(framesA, framesB.seal(data))).isEqualTo(data);
        }
    }

    static byte[] open(Frames frames, byte[] frame) throws PeerException {
        byte[] header = java.util.Arrays.copyOf(frame, Frames.HEADER_BYTES);
        int size = frames.openHeader(header);
        assertThat(frame.length).isEqualTo(Frames.HEADER_BYTES + Frames.bodyBytes(size));
        return frames.openBody(
                java.util.Arrays.copyOfRange(frame, Frames.HEADER_BYTES, frame.length), size);
    }

    @Test
    void anAuthForAnotherKeyOrWithAChangedByteIsRefused() {
        SecretKey a = SecretKey.generate(RANDOM);
        SecretKey b = SecretKey.generate(RANDOM);
        byte[] auth = new Handshake(a, RANDOM).auth(Secp256k1.publicKey(b));
        assertThatThrownBy(() -> new Handshake(a, RANDOM).onAuth(auth))
                .isInstanceOf(PeerException.class);
        for (int at = 0; at < auth.length; at += 7) {
            byte[] changed = auth.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> new Handshake(b, RANDOM).onAuth(changed))
                    .isInstanceOf(PeerException.class);
        }
    }
}
