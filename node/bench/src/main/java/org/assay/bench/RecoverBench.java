package org.assay.bench;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The sender of a transaction from its signature: the floor under transfers a second.
@State(Scope.Thread)
public class RecoverBench {
    private final Hash digest = Keccak.hash256(new byte[] {1});
    private final Signature signature =
            Secp256k1.sign(digest, SecretKey.of(Keccak.hash256(new byte[] {2}).toArray()));

    @Benchmark
    public Optional<Address> recoverAddress() {
        return Secp256k1.recoverAddress(digest, signature);
    }
}
