package org.assay.primitives.crypto;

import java.security.SecureRandom;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// A secp256k1 secret key, 1 ≤ key < n. Its text never shows the key.
public final class SecretKey {
    private final byte[] key;

    /// The public key once it was asked for: every signature needs it, and it costs as much.
    private volatile byte @Nullable [] publicKey64;

    private SecretKey(byte[] key) {
        this.key = key;
    }

    /// Throws [IllegalArgumentException] unless 32 bytes within the curve's order.
    public static SecretKey of(byte[] key32) {
        if (key32.length != 32) {
            throw new IllegalArgumentException("a secret key has 32 bytes");
        }
        UInt256 scalar = UInt256.of(key32);
        if (scalar.isZero() || scalar.compareTo(Signature.CURVE_ORDER) >= 0) {
            throw new IllegalArgumentException("a secret key lies between 1 and the curve's order");
        }
        return new SecretKey(key32.clone());
    }

    public static SecretKey generate(SecureRandom random) {
        while (true) {
            byte[] candidate = new byte[32];
            random.nextBytes(candidate);
            UInt256 scalar = UInt256.of(candidate);
            if (!scalar.isZero() && scalar.compareTo(Signature.CURVE_ORDER) < 0) {
                return new SecretKey(candidate);
            }
        }
    }

    /// A copy of the 32 secret bytes.
    public byte[] toArray() {
        return key.clone();
    }

    /// The 64 bytes of the public key, x ‖ y; not to be changed.
    byte[] publicKey(Secp256k1Engine engine) {
        byte[] known = publicKey64;
        if (known == null) {
            known = engine.publicKey(this);
            publicKey64 = known;
        }
        return known;
    }

    public Address address() {
        return Address.ofPublicKey(Secp256k1.publicKey(this));
    }

    @Override
    public String toString() {
        return "SecretKey[hidden]";
    }
}
