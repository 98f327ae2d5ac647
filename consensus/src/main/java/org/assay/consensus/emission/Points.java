package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// P16: shares of a pool in proportion to points, each rounded down.
///
/// @param remainder who gets what rounding leaves
/// @param levels points by streak: what a participant has from `from` periods in a row on; empty
///     where points come from elsewhere
/// @param tiers points a unit by how many units came before (Render's upgrade tiers)
/// @param ownerFree participants that one owner may have before each further one weighs less
/// @param ownerDecay weight of the next participant of the same owner, in Q.128; one for no
/// penalty
public record Points(
        Split.Remainder remainder,
        List<Level> levels,
        List<Level> tiers,
        int ownerFree,
        BigInteger ownerDecay)
        implements Rule {
    public static final int LEVELS_MAX = 256;

    public Points {
        levels = List.copyOf(levels);
        tiers = List.copyOf(tiers);
    }

    /// `points` from `from` on, until the next level.
    public record Level(BigInteger from, BigInteger points) {}

    /// Shares of `pool`. Without any points nobody gets anything.
    public List<BigInteger> divide(BigInteger pool, List<BigInteger> points) {
        BigInteger total = points.stream().reduce(BigInteger.ZERO, BigInteger::add);
        List<BigInteger> shares = new ArrayList<>();
        BigInteger left = pool;
        for (BigInteger own : points) {
            BigInteger share =
                    total.signum() == 0 ? BigInteger.ZERO : pool.multiply(own).divide(total);
            shares.add(share);
            left = left.subtract(share);
        }
        if (remainder != Split.Remainder.NOBODY && total.signum() > 0) {
            int taker = remainder == Split.Remainder.FIRST ? 0 : shares.size() - 1;
            shares.set(taker, shares.get(taker).add(left));
        }
        return shares;
    }

    /// Points of a participant after `periods` in a row.
    public BigInteger levelPoints(BigInteger periods) {
        return lookup(levels, periods);
    }

    /// Points a unit when `units` came before it.
    public BigInteger tierPoints(BigInteger units) {
        return lookup(tiers, units);
    }

    private static BigInteger lookup(List<Level> table, BigInteger at) {
        BigInteger points = BigInteger.ZERO;
        for (Level level : table) {
            if (level.from().compareTo(at) <= 0) {
                points = level.points();
            }
        }
        return points;
    }

    /// `points` of an owner's participant when the owner has `count`: times
    /// `ownerDecay^(count − ownerFree)` above the free ones. Rounds down.
    public BigInteger penalized(BigInteger points, int count) {
        BigInteger weighed = points;
        for (int extra = ownerFree; extra < count && weighed.signum() > 0; extra++) {
            weighed = weighed.multiply(ownerDecay).shiftRight(FixedPoint.Q128);
        }
        return weighed;
    }
}
