package org.assay.consensus.emission;

import java.math.BigInteger;

/// P13: what burned coins give back.
public sealed interface Remint extends Rule {
    /// The smoothed burn up to a cap a period (Helium net emissions): each period
    /// `smoothed = (window − 1)·smoothed / window + burned / window`, both divisions rounded
    /// down.
    record Smoothed(long window, BigInteger cap) implements Remint {
        /// The smoothed burn after a period that burned `burned`.
        public BigInteger next(BigInteger smoothed, BigInteger burned) {
            BigInteger periods = BigInteger.valueOf(window);
            return smoothed.multiply(periods.subtract(BigInteger.ONE))
                    .divide(periods)
                    .add(burned.divide(periods));
        }

        /// What is minted back.
        public BigInteger amount(BigInteger smoothed) {
            return smoothed.min(cap);
        }
    }

    /// `bps`/10,000 of a period's burn, up to a cap a period (Hivemapper MIP-15, Render).
    record Fraction(long bps, BigInteger cap) implements Remint {
        public BigInteger amount(BigInteger burned) {
            return burned.multiply(BigInteger.valueOf(bps))
                    .divide(BigInteger.valueOf(10_000))
                    .min(cap);
        }
    }

    /// Never more in all than `bps`/10,000 of everything burned: one burn backs one mint.
    record BurnBound(long bps) implements Remint {
        /// What of `wanted` may be minted when `burnedSum` was burned and `mintedSum` minted so
        /// far.
        public BigInteger amount(BigInteger wanted, BigInteger burnedSum, BigInteger mintedSum) {
            return burnedSum
                    .multiply(BigInteger.valueOf(bps))
                    .divide(BigInteger.valueOf(10_000))
                    .subtract(mintedSum)
                    .max(BigInteger.ZERO)
                    .min(wanted);
        }
    }
}
