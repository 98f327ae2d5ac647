package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P8: a flat rate from `start`, then a straight line from it to `last` between `flatEnd` and
/// `taperEnd`, then `last` for good (Helium HIP-149 `supplement_amount`, with `last` zero). Index
/// n stands for the point `origin + n·period`; each period is rounded down.
public record FlatThenTaper(
        Axis axis,
        BigInteger rate,
        BigInteger last,
        BigInteger start,
        BigInteger flatEnd,
        BigInteger taperEnd,
        BigInteger origin,
        BigInteger period)
        implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        BigInteger point = point(at);
        if (at.signum() < 0 || point.compareTo(start) < 0) {
            return BigInteger.ZERO;
        }
        if (point.compareTo(flatEnd) < 0) {
            return rate;
        }
        return point.compareTo(taperEnd) >= 0 ? last : weighed(point).divide(length());
    }

    private BigInteger point(BigInteger at) {
        return origin.add(at.multiply(period));
    }

    private BigInteger length() {
        return taperEnd.subtract(flatEnd);
    }

    /// The rate at `point` on the line, times its length.
    private BigInteger weighed(BigInteger point) {
        return rate.multiply(taperEnd.subtract(point)).add(last.multiply(point.subtract(flatEnd)));
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        BigInteger flat = indexFrom(start).min(end);
        BigInteger taper = indexFrom(flatEnd).min(end);
        BigInteger over = indexFrom(taperEnd).min(end);
        BigInteger sum =
                taper.subtract(flat)
                        .max(BigInteger.ZERO)
                        .multiply(rate)
                        .add(end.subtract(over).max(BigInteger.ZERO).multiply(last));
        BigInteger count = over.subtract(taper);
        if (count.signum() > 0) {
            // Counted from its lower end, the line rises.
            BigInteger lowest = last.compareTo(rate) > 0 ? taper : over.subtract(BigInteger.ONE);
            sum =
                    sum.add(
                            FixedPoint.floorSum(
                                    count,
                                    length(),
                                    rate.subtract(last).abs().multiply(period),
                                    weighed(point(lowest))));
        }
        return Optional.of(sum);
    }

    /// The first index whose point is at or after `point`.
    private BigInteger indexFrom(BigInteger point) {
        BigInteger distance = point.subtract(origin);
        return distance.signum() <= 0
                ? BigInteger.ZERO
                : distance.add(period).subtract(BigInteger.ONE).divide(period);
    }

    @Override
    public BigInteger maximum() {
        return rate.max(last);
    }
}
