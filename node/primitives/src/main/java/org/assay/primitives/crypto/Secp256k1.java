package org.assay.primitives.crypto;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// ECDSA over secp256k1. Native libsecp256k1 where it loads, Bouncy Castle elsewhere; same
/// results.
public final class Secp256k1 {
    private static final Secp256k1Engine ENGINE = choose();

    private Secp256k1() {}

    private static Secp256k1Engine choose() {
        try {
            return new NativeSecp256k1();
        } catch (Throwable missing) { // UnsatisfiedLinkError and friends: no native build here
            return new JavaSecp256k1();
        }
    }

    /// The uncompressed 64-byte public key (x ‖ y) that made `signature` over `digest`, any s.
    public static Optional<byte[]> recover(Hash digest, Signature signature) {
        return signature.isInRange() ? ENGINE.recover(digest, signature) : Optional.empty();
    }

    public static Optional<Address> recoverAddress(Hash digest, Signature signature) {
        return recover(digest, signature).map(Address::ofPublicKey);
    }

    /// Whether (`r`, `s`) signs `digest` under the key, any s. False for scalars out of range and
    /// for keys off the curve.
    public static boolean verify(Hash digest, UInt256 r, UInt256 s, byte[] publicKey64) {
        Signature signature = new Signature(r, s, 0);
        return publicKey64.length == 64
                && signature.isInRange()
                && ENGINE.verify(digest, signature, publicKey64);
    }

    /// Deterministic (RFC 6979), low s.
    public static Signature sign(Hash digest, SecretKey key) {
        return ENGINE.sign(digest, key);
    }

    /// The uncompressed 64-byte public key (x ‖ y).
    public static byte[] publicKey(SecretKey key) {
        return key.publicKey(ENGINE).clone();
    }

    /// The 32-byte x coordinate of `key · publicKey64`, for ECIES (RLPx).
    /// Throws [IllegalArgumentException] when the point is not on the curve.
    public static byte[] sharedX(SecretKey key, byte[] publicKey64) {
        if (publicKey64.length != 64) {
            throw new IllegalArgumentException("a public key has 64 bytes");
        }
        return ENGINE.sharedX(key, publicKey64);
    }

    /// The 64-byte form of a 33-byte compressed key; empty when it is not on the curve.
    public static Optional<byte[]> decompress(byte[] compressed33) {
        return compressed33.length == 33 ? ENGINE.decompress(compressed33) : Optional.empty();
    }
}
