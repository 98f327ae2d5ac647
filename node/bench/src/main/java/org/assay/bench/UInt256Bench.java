package org.assay.bench;

import java.util.SplittableRandom;
import org.assay.primitives.UInt256;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Words of 256 bits, the divisor of 160: what fixed-point contracts divide by.
@State(Scope.Thread)
public class UInt256Bench {
    private final UInt256 left = word(32);
    private final UInt256 right = word(32);
    private final UInt256 divisor = word(20);

    private static UInt256 word(int bytes) {
        byte[] word = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(word);
        return UInt256.of(word);
    }

    @Benchmark
    public UInt256 add() {
        return left.add(right);
    }

    @Benchmark
    public UInt256 multiply() {
        return left.multiply(right);
    }

    @Benchmark
    public UInt256 divide() {
        return left.divide(divisor);
    }
}
