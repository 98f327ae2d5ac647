package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P7: minting by effective time θ, which advances as a network's work keeps up with a growing
/// baseline (Filecoin baseline minting): `total·(e^(−λθ0) − e^(−λθ1))`. The index counts epochs
/// in which the network kept up fully; [#reward] takes any two θ.
///
/// @param lambda λ in Q.128
public record Baseline(Axis axis, BigInteger total, BigInteger lambda) implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        return at.signum() < 0
                ? BigInteger.ZERO
                : reward(
                        at.shiftLeft(FixedPoint.Q128),
                        at.add(BigInteger.ONE).shiftLeft(FixedPoint.Q128));
    }

    /// The reward while θ moves from `theta0` to `theta1`, both in Q.128. Rounds down.
    public BigInteger reward(BigInteger theta0, BigInteger theta1) {
        return scaled(theta0, theta1).shiftRight(FixedPoint.Q128);
    }

    /// Simple and baseline rewards of one epoch together, rounded once as Filecoin does.
    public BigInteger reward(
            Exponential simple, BigInteger epoch, BigInteger theta0, BigInteger theta1) {
        return simple.scaled(epoch).add(scaled(theta0, theta1)).shiftRight(FixedPoint.Q128);
    }

    private BigInteger scaled(BigInteger theta0, BigInteger theta1) {
        return supply(theta1).subtract(supply(theta0));
    }

    private BigInteger supply(BigInteger theta) {
        BigInteger exponent = theta.multiply(lambda).shiftRight(FixedPoint.Q128);
        return total.multiply(FixedPoint.ONE_128.subtract(FixedPoint.expNegative(exponent)));
    }

    /// Effective time θ in Q.128 from the epoch above it: linear between the cumulative baselines
    /// (builtin-actors `compute_r_theta`).
    public static BigInteger theta(
            long effectiveEpoch,
            BigInteger baselineThere,
            BigInteger realizedSum,
            BigInteger baselineSum) {
        if (effectiveEpoch == 0) {
            return BigInteger.ZERO;
        }
        BigInteger short_ =
                FixedPoint.floorDivide(
                        baselineSum.subtract(realizedSum).shiftLeft(FixedPoint.Q128),
                        baselineThere);
        return BigInteger.valueOf(effectiveEpoch).shiftLeft(FixedPoint.Q128).subtract(short_);
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        return Optional.empty();
    }

    @Override
    public BigInteger maximum() {
        return amount(BigInteger.ZERO);
    }
}
