package org.assay.primitives.crypto;

import java.util.Optional;
import org.assay.primitives.Hash;

/// What both libraries answer; see [Secp256k1] for the contracts.
sealed interface Secp256k1Engine permits NativeSecp256k1, JavaSecp256k1 {
    Optional<byte[]> recover(Hash digest, Signature signature);

    /// The parity does not matter; the scalars are in range.
    boolean verify(Hash digest, Signature signature, byte[] publicKey64);

    Signature sign(Hash digest, SecretKey key);

    byte[] publicKey(SecretKey key);

    byte[] sharedX(SecretKey key, byte[] publicKey64);

    Optional<byte[]> decompress(byte[] compressed33);
}
