package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P7, P9: a fixed pool released in equal measure over `length` periods from `first` on, nothing
/// of it before `cliff` of them have passed: vesting (Grass), days of a node licence (Aethir),
/// units of map progress (Hivemapper). The sum is rounded down, so the pool is paid to the last
/// unit.
public record LinearRelease(
        Axis axis, BigInteger pool, BigInteger first, BigInteger cliff, BigInteger length)
        implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        return sum(at.add(BigInteger.ONE)).subtract(sum(at));
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        return Optional.of(sum(end));
    }

    private BigInteger sum(BigInteger end) {
        BigInteger periods = end.subtract(first).min(length);
        if (periods.signum() < 0 || periods.compareTo(cliff) < 0) {
            return BigInteger.ZERO;
        }
        return pool.multiply(periods).divide(length);
    }

    @Override
    public BigInteger maximum() {
        BigInteger each = pool.add(length).subtract(BigInteger.ONE).divide(length);
        return pool.multiply(cliff).divide(length).max(each);
    }
}
