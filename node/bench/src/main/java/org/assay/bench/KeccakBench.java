package org.assay.bench;

import java.util.SplittableRandom;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Keccak-256 of an address or slot (32 bytes), a trie node (532) and a contract (24,576).
@State(Scope.Thread)
public class KeccakBench {
    @Param({"32", "532", "24576"})
    public int bytes;

    private byte[] input = {};

    @Setup
    public void fill() {
        input = new byte[bytes];
        new SplittableRandom(1).nextBytes(input);
    }

    @Benchmark
    public Hash hash256() {
        return Keccak.hash256(input);
    }
}
