package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P2: with I issued, `base >> k` for the largest k with `(cap − I)·2^k ≤ cap`; nothing from the
/// cap on (Bittensor `block_emission.rs`: thresholds are inclusive, and recycled coins move them
/// back).
///
/// @param measure what counts as issued on the chain; views count what they are given
public record HalvingByIssuance(BigInteger cap, BigInteger base, Measure measure)
        implements Schedule {
    /// `ISSUED`: minted less recycled. `SCHEDULED`: also what was promised and never created, so
    /// that eras last equally long whatever is claimed.
    public enum Measure {
        ISSUED,
        SCHEDULED
    }

    @Override
    public Axis axis() {
        return Axis.ISSUANCE;
    }

    @Override
    public BigInteger amount(BigInteger at) {
        if (at.compareTo(cap) >= 0) {
            return BigInteger.ZERO;
        }
        int level = level(at);
        return level >= base.bitLength() ? BigInteger.ZERO : base.shiftRight(level);
    }

    /// Largest k with `(cap − at)·2^k ≤ cap`; `Integer.MAX_VALUE` from the cap on.
    @Override
    public int level(BigInteger at) {
        BigInteger left = cap.subtract(at);
        if (left.signum() <= 0) {
            return Integer.MAX_VALUE;
        }
        int level = Math.max(0, cap.bitLength() - left.bitLength());
        return level > 0 && left.shiftLeft(level).compareTo(cap) > 0 ? level - 1 : level;
    }

    /// The smallest issuance at which `level` halvings lie behind.
    public BigInteger threshold(int level) {
        return cap.subtract(cap.shiftRight(level));
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        BigInteger left = end;
        BigInteger issued = BigInteger.ZERO;
        while (left.signum() > 0) {
            BigInteger reward = amount(issued);
            if (reward.signum() == 0) {
                break;
            }
            BigInteger toNext = threshold(level(issued) + 1).subtract(issued);
            BigInteger periods = ceilingDivide(toNext, reward).min(left);
            issued = issued.add(periods.multiply(reward));
            left = left.subtract(periods);
        }
        return Optional.of(issued);
    }

    /// Periods from `issued` until `level` halvings lie behind, if nothing is recycled; empty if
    /// the reward is zero before that.
    public Optional<BigInteger> periodsTo(int level, BigInteger issued) {
        BigInteger periods = BigInteger.ZERO;
        BigInteger at = issued;
        while (level(at) < level) {
            BigInteger reward = amount(at);
            if (reward.signum() == 0) {
                return Optional.empty();
            }
            BigInteger here = ceilingDivide(threshold(level(at) + 1).subtract(at), reward);
            at = at.add(here.multiply(reward));
            periods = periods.add(here);
        }
        return Optional.of(periods);
    }

    @Override
    public BigInteger maximum() {
        return base;
    }

    private static BigInteger ceilingDivide(BigInteger dividend, BigInteger divisor) {
        return dividend.add(divisor).subtract(BigInteger.ONE).divide(divisor);
    }
}
