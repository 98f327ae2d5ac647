package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P8: a rate that stays at `initial` for the calls 1 to `toIncreasing`, then rises by a fixed
/// step to `limit`, which call `toLimit + 1` reaches (DoubleZero community burn rate). The step
/// is `(limit − initial) / (toLimit − toIncreasing + 1)`, rounded down.
public record Ramp(
        Axis axis,
        BigInteger initial,
        BigInteger limit,
        BigInteger toIncreasing,
        BigInteger toLimit)
        implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        if (at.signum() <= 0) {
            return BigInteger.ZERO;
        }
        if (at.compareTo(toIncreasing) <= 0) {
            return initial;
        }
        if (at.compareTo(toLimit) > 0) {
            return limit;
        }
        return initial.add(at.subtract(toIncreasing).multiply(step()));
    }

    /// Rise a call.
    public BigInteger step() {
        return limit.subtract(initial).divide(toLimit.subtract(toIncreasing).add(BigInteger.ONE));
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        BigInteger calls = end.subtract(BigInteger.ONE).max(BigInteger.ZERO);
        BigInteger still = calls.min(toIncreasing);
        BigInteger rising = calls.min(toLimit).subtract(toIncreasing).max(BigInteger.ZERO);
        BigInteger over = calls.subtract(toLimit).max(BigInteger.ZERO);
        BigInteger triangle = rising.multiply(rising.add(BigInteger.ONE)).shiftRight(1);
        return Optional.of(
                still.add(rising)
                        .multiply(initial)
                        .add(triangle.multiply(step()))
                        .add(over.multiply(limit)));
    }

    @Override
    public BigInteger maximum() {
        return limit;
    }
}
