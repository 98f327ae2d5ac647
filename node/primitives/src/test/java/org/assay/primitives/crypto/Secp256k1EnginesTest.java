package org.assay.primitives.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// The native engine and the Java one answer alike, on good and on bad input.
final class Secp256k1EnginesTest {
    private static final Secp256k1Engine NATIVE = new NativeSecp256k1();
    private static final Secp256k1Engine JAVA = new JavaSecp256k1();

    private static byte[] bytes(RandomGenerator random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static SecretKey key(RandomGenerator random) {
        byte[] bytes = bytes(random, 32);
        switch (random.nextInt(6)) {
            case 0 -> bytes = UInt256.of(1 + random.nextInt(3)).toArray();
            case 1 -> bytes = Signature.CURVE_ORDER.subtract(UInt256.ONE).toArray();
            default -> bytes[0] &= 0x7f;
        }
        return SecretKey.of(bytes);
    }

    private static Hash digest(RandomGenerator random) {
        byte[] bytes = bytes(random, 32);
        return switch (random.nextInt(6)) {
            case 0 -> Hash.of(new byte[32]);
            case 1 -> UInt256.MAX.toHash();
            case 2 -> Signature.CURVE_ORDER.toHash();
            default -> Hash.of(bytes);
        };
    }

    private static Optional<Bytes> wrapped(Optional<byte[]> bytes) {
        return bytes.map(Bytes::wrap);
    }

    @Seeds(150)
    void signAndRecoverAlike(RandomGenerator random) {
        SecretKey key = key(random);
        Hash digest = digest(random);
        byte[] publicKey = NATIVE.publicKey(key);
        assertThat(JAVA.publicKey(key)).isEqualTo(publicKey);
        Signature signature = NATIVE.sign(digest, key);
        assertThat(JAVA.sign(digest, key)).isEqualTo(signature);
        assertThat(signature.isLowS()).isTrue();
        UInt256 highS = Signature.CURVE_ORDER.subtract(signature.s());
        Signature high = new Signature(signature.r(), highS, 1 - signature.yParity());
        for (Signature form : new Signature[] {signature, high}) {
            assertThat(wrapped(NATIVE.recover(digest, form))).contains(Bytes.wrap(publicKey));
            assertThat(wrapped(JAVA.recover(digest, form))).contains(Bytes.wrap(publicKey));
            assertThat(NATIVE.verify(digest, form, publicKey)).isTrue();
            assertThat(JAVA.verify(digest, form, publicKey)).isTrue();
        }
        Hash other = Keccak.hash256(digest.toArray());
        assertThat(NATIVE.verify(other, signature, publicKey)).isFalse();
        assertThat(JAVA.verify(other, signature, publicKey)).isFalse();
    }

    @Seeds(300)
    void recoverAlikeFromAnything(RandomGenerator random) {
        UInt256 r =
                random.nextInt(4) == 0
                        ? UInt256.of(1 + random.nextInt(20))
                        : UInt256.of(bytes(random, 32)).mod(Signature.CURVE_ORDER);
        UInt256 s = UInt256.of(bytes(random, 32)).mod(Signature.CURVE_ORDER);
        Signature signature = new Signature(r, s, random.nextInt(2));
        if (signature.isInRange()) {
            Hash digest = digest(random);
            assertThat(wrapped(JAVA.recover(digest, signature)))
                    .isEqualTo(wrapped(NATIVE.recover(digest, signature)));
        }
    }

    @Seeds(100)
    void shareSecretsAndDecompressAlike(RandomGenerator random) {
        SecretKey mine = key(random);
        SecretKey theirs = key(random);
        byte[] secret = NATIVE.sharedX(mine, NATIVE.publicKey(theirs));
        assertThat(JAVA.sharedX(mine, NATIVE.publicKey(theirs))).isEqualTo(secret);
        assertThat(JAVA.sharedX(theirs, NATIVE.publicKey(mine))).isEqualTo(secret);
        byte[] compressed = bytes(random, 33);
        compressed[0] = (byte) random.nextInt(5);
        assertThat(wrapped(JAVA.decompress(compressed)))
                .isEqualTo(wrapped(NATIVE.decompress(compressed)));
        byte[] wrongSize = bytes(random, random.nextInt(33));
        assertThat(Secp256k1.decompress(wrongSize)).isEmpty();
        byte[] uncompressed = new byte[65];
        uncompressed[0] = 4;
        System.arraycopy(NATIVE.publicKey(mine), 0, uncompressed, 1, 64);
        assertThat(Secp256k1.decompress(uncompressed)).isEmpty();
    }

    @Test
    void refuseKeysOffTheCurve() {
        byte[] off = new byte[64];
        off[63] = 1;
        SecretKey key = SecretKey.of(UInt256.ONE.toArray());
        Signature signature = new Signature(UInt256.ONE, UInt256.ONE, 0);
        Hash digest = Hash.of(new byte[32]);
        for (Secp256k1Engine engine : new Secp256k1Engine[] {NATIVE, JAVA}) {
            assertThat(engine.verify(digest, signature, off)).isFalse();
            assertThat(engine.verify(digest, signature, new byte[64])).isFalse();
            assertThatThrownBy(() -> engine.sharedX(key, off))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void scalarsOutOfRangeNeverReachAnEngine() {
        Hash digest = Hash.of(new byte[32]);
        UInt256 n = Signature.CURVE_ORDER;
        UInt256[][] pairs = {
            {UInt256.ZERO, UInt256.ONE},
            {UInt256.ONE, UInt256.ZERO},
            {n, UInt256.ONE},
            {UInt256.ONE, n},
            {UInt256.MAX, UInt256.MAX}
        };
        for (UInt256[] pair : pairs) {
            assertThat(Secp256k1.recover(digest, new Signature(pair[0], pair[1], 0))).isEmpty();
            assertThat(Secp256k1.verify(digest, pair[0], pair[1], new byte[64])).isFalse();
        }
    }
}
