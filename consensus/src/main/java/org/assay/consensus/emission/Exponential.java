package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P6: exponential decay of a fixed total in Q.128, `total·(e^λ − 1)·e^(−λn)` in period n
/// (Filecoin simple minting, builtin-actors `compute_reward`). Each period is rounded down by
/// itself.
///
/// @param lambda λ in Q.128
/// @param growth e^λ − 1 in Q.128
public record Exponential(Axis axis, BigInteger total, BigInteger lambda, BigInteger growth)
        implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        return at.signum() < 0 ? BigInteger.ZERO : scaled(at).shiftRight(FixedPoint.Q128);
    }

    /// The amount in Q.128, before its last rounding.
    BigInteger scaled(BigInteger at) {
        return total.multiply(growth)
                .multiply(FixedPoint.expNegative(lambda.multiply(at)))
                .shiftRight(FixedPoint.Q128);
    }

    /// Σ of the rounded periods has no closed form.
    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        return Optional.empty();
    }

    @Override
    public BigInteger maximum() {
        return amount(BigInteger.ZERO);
    }
}
