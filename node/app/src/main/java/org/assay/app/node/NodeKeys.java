package org.assay.app.node;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;

/// A validator's keys: the secp256k1 key that signs messages and transactions, and the BLS key of
/// the beacon, derived from it so that there is one secret to keep.
@SuppressWarnings("ArrayRecordComponent") // a secret is never compared
public record NodeKeys(SecretKey key, byte[] blsSecret) {
    /// The BLS secret is HKDF-derived from keccak256("ASSAY-BLS" ‖ key).
    public static NodeKeys of(SecretKey key) {
        byte[] tag = "ASSAY-BLS".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return new NodeKeys(key, Bls.secretFromSeed(Keccak.hash256(tag, key.toArray()).toArray()));
    }

    public Address address() {
        return key.address();
    }

    public Bytes blsPublicKey() {
        return Bls.publicKey(blsSecret);
    }

    @Override
    public String toString() {
        return "NodeKeys[" + address() + "]";
    }
}
