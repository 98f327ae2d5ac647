package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P1: `base >> ((at − first) / interval)`, by height or by time (Bitcoin `GetBlockSubsidy`).
/// Each halving shifts the base, so rounding does not add up. `at` = `first + interval` is the
/// first index that pays half.
public record Halving(Axis axis, BigInteger base, BigInteger interval, BigInteger first)
        implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        if (at.compareTo(first) < 0) {
            return BigInteger.ZERO;
        }
        int level = level(at);
        return level >= base.bitLength() ? BigInteger.ZERO : base.shiftRight(level);
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        BigInteger left = end.subtract(first);
        BigInteger sum = BigInteger.ZERO;
        for (int level = 0; left.signum() > 0 && level < base.bitLength(); level++) {
            sum = sum.add(base.shiftRight(level).multiply(left.min(interval)));
            left = left.subtract(interval);
        }
        return Optional.of(sum);
    }

    @Override
    public BigInteger maximum() {
        return base;
    }

    @Override
    public int level(BigInteger at) {
        if (at.compareTo(first) < 0) {
            return 0;
        }
        BigInteger level = at.subtract(first).divide(interval);
        return level.bitLength() < 31 ? level.intValue() : Integer.MAX_VALUE;
    }
}
