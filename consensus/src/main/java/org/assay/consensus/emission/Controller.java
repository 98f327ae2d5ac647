package org.assay.consensus.emission;

import java.math.BigInteger;

/// P14: a pool that a price steers towards a target revenue a unit (Fluence `_setRewardPool`):
/// above the target it shrinks, else it grows, within bounds; without active units it stays.
///
/// @param precision what `shrink` and `grow` are fractions of
/// @param target revenue a unit and period, in price units times pool units
public record Controller(
        BigInteger shrink,
        BigInteger grow,
        BigInteger precision,
        BigInteger target,
        BigInteger minimum,
        BigInteger maximum)
        implements Rule {
    /// The next period's pool. Revenue is rounded down, and so is the product.
    public BigInteger next(BigInteger pool, BigInteger price, BigInteger activeUnits) {
        if (activeUnits.signum() <= 0) {
            return pool;
        }
        BigInteger revenue = pool.multiply(price).divide(activeUnits);
        return revenue.compareTo(target) > 0
                ? pool.multiply(shrink).divide(precision).max(minimum)
                : pool.multiply(grow).divide(precision).min(maximum);
    }
}
