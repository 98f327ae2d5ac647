package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P5: `base·ratio^n` in period n from `first`, for `count` periods.
///
/// With [Rounding#EACH] every period is rounded down by itself, in Q.128 (Gonka; and
/// `contracts/vectors`). With [Rounding#SUM] it is the sum of all periods so far that is rounded,
/// in Q.256 (io.net until June 2026): exact at any index in O(log) steps, and a single amount is
/// off its real value by less than two units.
///
/// @param ratio in Q.128 or Q.256 as `rounding` says; below one where sums are rounded
/// @param count periods that pay; zero for no end
public record Geometric(
        Axis axis,
        BigInteger base,
        BigInteger ratio,
        Rounding rounding,
        BigInteger first,
        BigInteger count)
        implements Schedule {
    public enum Rounding {
        EACH(FixedPoint.Q128),
        SUM(FixedPoint.Q256);

        private final int bits;

        Rounding(int bits) {
            this.bits = bits;
        }
    }

    /// With the ratio `numerator/denominator`, rounded down.
    public static Geometric of(
            Axis axis,
            BigInteger base,
            BigInteger numerator,
            BigInteger denominator,
            Rounding rounding,
            BigInteger first,
            BigInteger count) {
        BigInteger ratio = numerator.shiftLeft(rounding.bits).divide(denominator);
        return new Geometric(axis, base, ratio, rounding, first, count);
    }

    @Override
    public BigInteger amount(BigInteger at) {
        BigInteger period = at.subtract(first);
        if (period.signum() < 0 || (count.signum() > 0 && period.compareTo(count) >= 0)) {
            return BigInteger.ZERO;
        }
        return switch (rounding) {
            case EACH ->
                    base.multiply(FixedPoint.power(ratio, period, rounding.bits))
                            .shiftRight(rounding.bits);
            case SUM -> sum(at.add(BigInteger.ONE)).subtract(sum(at));
        };
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        return rounding == Rounding.SUM ? Optional.of(sum(end)) : Optional.empty();
    }

    private BigInteger sum(BigInteger end) {
        BigInteger periods = end.subtract(first);
        if (periods.signum() <= 0) {
            return BigInteger.ZERO;
        }
        if (count.signum() > 0) {
            periods = periods.min(count);
        }
        BigInteger one = BigInteger.ONE.shiftLeft(rounding.bits);
        return base.multiply(one.subtract(FixedPoint.power(ratio, periods, rounding.bits)))
                .divide(one.subtract(ratio));
    }

    @Override
    public BigInteger maximum() {
        return rounding == Rounding.SUM ? base.add(BigInteger.ONE) : base;
    }
}
