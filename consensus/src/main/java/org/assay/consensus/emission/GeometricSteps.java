package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// P4: the amount falls to `numerator/denominator` of itself every `every` periods, rounded down
/// at each step (DIMO `limitForWeek`). The steps are computed at load.
///
/// @param amounts by step; the last one rules for good
/// @param sums all periods of the steps before
public record GeometricSteps(
        Axis axis,
        BigInteger every,
        BigInteger first,
        List<BigInteger> amounts,
        List<BigInteger> sums)
        implements Schedule {
    /// Most steps of one schedule.
    public static final int STEPS_MAX = 65_536;

    public GeometricSteps {
        amounts = List.copyOf(amounts);
        sums = List.copyOf(sums);
    }

    /// After `steps` steps the amount stays. Empty if it is not zero after [#STEPS_MAX] steps and
    /// `steps` is more.
    public static Optional<GeometricSteps> of(
            Axis axis,
            BigInteger base,
            BigInteger numerator,
            BigInteger denominator,
            BigInteger every,
            BigInteger first,
            long steps) {
        List<BigInteger> amounts = new ArrayList<>();
        List<BigInteger> sums = new ArrayList<>();
        BigInteger amount = base;
        BigInteger sum = BigInteger.ZERO;
        while (true) {
            amounts.add(amount);
            sums.add(sum);
            if (amount.signum() == 0 || amounts.size() > steps) {
                return Optional.of(new GeometricSteps(axis, every, first, amounts, sums));
            }
            if (amounts.size() > STEPS_MAX) {
                return Optional.empty();
            }
            sum = sum.add(amount.multiply(every));
            amount = amount.multiply(numerator).divide(denominator);
        }
    }

    @Override
    public BigInteger amount(BigInteger at) {
        return at.compareTo(first) < 0 ? BigInteger.ZERO : amounts.get(step(at));
    }

    private int step(BigInteger at) {
        return at.subtract(first)
                .divide(every)
                .min(BigInteger.valueOf(amounts.size() - 1L))
                .intValueExact();
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        if (end.compareTo(first) <= 0) {
            return Optional.of(BigInteger.ZERO);
        }
        int step = step(end);
        BigInteger inStep = end.subtract(first).subtract(every.multiply(BigInteger.valueOf(step)));
        return Optional.of(sums.get(step).add(amounts.get(step).multiply(inStep)));
    }

    @Override
    public BigInteger maximum() {
        return amounts.getFirst().max(amounts.getLast());
    }
}
