package org.assay.app.keys;

import java.util.concurrent.CompletableFuture;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;

/// Whoever holds a validator's key.
public interface Signer {
    Address address();

    /// A signature of `keccak256(message)`. Completes on any thread; exceptionally with a
    /// [SignerException] where the signer does not answer as it should.
    CompletableFuture<Signature> sign(Bytes message);

    /// Signs in this process, at once.
    static Signer local(SecretKey key) {
        Address address = key.address();
        return new Signer() {
            @Override
            public Address address() {
                return address;
            }

            @Override
            public CompletableFuture<Signature> sign(Bytes message) {
                return CompletableFuture.completedFuture(
                        Secp256k1.sign(Keccak.hash256(message), key));
            }

            @Override
            public String toString() {
                return "Signer[local " + address + "]";
            }
        };
    }
}
