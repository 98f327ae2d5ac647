package org.assay.primitives.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.assay.primitives.Bytes;
import org.junit.jupiter.api.Test;

final class BlsTest {
    private static final byte[] SECRET = Bls.secretFromSeed(new byte[32]);
    private static final Bytes PUBLIC = Bls.publicKey(SECRET);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);

    private static Bytes flip(Bytes bytes, int index) {
        byte[] array = bytes.toArray();
        array[index] ^= 1;
        return Bytes.wrap(array);
    }

    @Test
    void verifiesOnlyTheMessageThatWasSigned() {
        Bytes signature = Bls.sign(SECRET, MESSAGE);
        assertThat(PUBLIC.size()).isEqualTo(Bls.PUBLIC_KEY_SIZE);
        assertThat(signature.size()).isEqualTo(Bls.SIGNATURE_SIZE);
        assertThat(Bls.verify(PUBLIC, MESSAGE, signature)).isTrue();
        assertThat(Bls.verify(PUBLIC, new byte[0], signature)).isFalse();
        Bytes other = Bls.publicKey(one());
        assertThat(Bls.verify(other, MESSAGE, signature)).isFalse();
    }

    private static byte[] one() {
        byte[] secret = new byte[32];
        secret[31] = 1;
        return secret;
    }

    @Test
    void possessionIsInItsOwnDomain() {
        Bytes proof = Bls.provePossession(SECRET);
        assertThat(Bls.verifyPossession(PUBLIC, proof)).isTrue();
        assertThat(Bls.verify(PUBLIC, PUBLIC.toArray(), proof)).isFalse();
        assertThat(Bls.verifyPossession(PUBLIC, Bls.sign(SECRET, PUBLIC.toArray()))).isFalse();
    }

    @Test
    void malformedPointsAreFalseNotExceptions() {
        Bytes signature = Bls.sign(SECRET, MESSAGE);
        for (int i = 0; i < Bls.SIGNATURE_SIZE; i += 5) {
            assertThat(Bls.verify(PUBLIC, MESSAGE, flip(signature, i))).isFalse();
        }
        for (int i = 0; i < Bls.PUBLIC_KEY_SIZE; i += 5) {
            assertThat(Bls.verify(flip(PUBLIC, i), MESSAGE, signature)).isFalse();
        }
        Bytes infinity = Bytes.fromHex("c0" + "00".repeat(47));
        Bytes infiniteSignature = Bytes.fromHex("c0" + "00".repeat(95));
        assertThat(Bls.verify(infinity, MESSAGE, infiniteSignature)).isFalse();
        assertThat(Bls.verify(PUBLIC.slice(0, 47), MESSAGE, signature)).isFalse();
        assertThat(Bls.verify(PUBLIC, MESSAGE, signature.concat(Bytes.of((byte) 0)))).isFalse();
    }
}
