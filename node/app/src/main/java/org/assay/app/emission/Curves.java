package org.assay.app.emission;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.assay.consensus.emission.Halving;
import org.assay.consensus.emission.HalvingByIssuance;
import org.assay.consensus.emission.Milestones;
import org.assay.consensus.emission.RateTable;
import org.assay.consensus.emission.Schedule;

/// What a picture of a schedule shows, in coins: the supply that it creates and its rate, over
/// periods, and where it halves. Exact sums are sampled; where there are none, amounts are added
/// up by steps.
///
/// @param periods where the samples lie, rising
/// @param halvings periods at which the rate halves
record Curves(
        List<Double> periods,
        List<Double> supply,
        List<Double> rate,
        List<Double> halvings,
        boolean exact) {
    private static final int SAMPLES = 600;
    private static final int HALVINGS = 8;

    static Curves of(PolicyOptions.View view) {
        Schedule schedule = view.schedule();
        BigInteger from = BigInteger.ZERO;
        BigInteger to;
        List<Double> halvings = new ArrayList<>();
        switch (schedule) {
            case HalvingByIssuance issuance -> {
                to = BigInteger.ONE;
                for (int level = 1; level <= HALVINGS; level++) {
                    if (issuance.periodsTo(level, BigInteger.ZERO).isPresent()) {
                        to = issuance.periodsTo(level, BigInteger.ZERO).get();
                        halvings.add(to.doubleValue());
                    }
                }
            }
            case Halving halving -> {
                from = halving.first();
                to = Milestones.horizon(halving);
                for (int level = 1; level <= HALVINGS; level++) {
                    halvings.add(
                            from.add(halving.interval().multiply(BigInteger.valueOf(level)))
                                    .doubleValue());
                }
            }
            default -> {
                from = Milestones.of(schedule).getFirst();
                to = Milestones.horizon(schedule).max(from.add(BigInteger.ONE));
            }
        }
        return sampled(view, from, to, halvings);
    }

    private static Curves sampled(
            PolicyOptions.View view, BigInteger from, BigInteger to, List<Double> halvings) {
        Schedule schedule = view.schedule();
        BigInteger per = schedule instanceof RateTable table ? table.per() : BigInteger.ONE;
        boolean byIssuance = schedule instanceof HalvingByIssuance;
        List<Double> periods = new ArrayList<>();
        List<Double> supply = new ArrayList<>();
        List<Double> rate = new ArrayList<>();
        boolean exact = schedule.cumulative(from).isPresent();
        BigInteger added = BigInteger.ZERO;
        BigInteger before = from;
        for (int i = 0; i <= SAMPLES; i++) {
            BigInteger at =
                    from.add(
                            to.subtract(from)
                                    .multiply(BigInteger.valueOf(i))
                                    .divide(BigInteger.valueOf(SAMPLES)));
            BigInteger sum =
                    exact
                            ? schedule.cumulative(at)
                                    .orElseThrow()
                                    .subtract(schedule.cumulative(from).orElseThrow())
                            : added.add(
                                    schedule.amount(before)
                                            .multiply(at.subtract(before))
                                            .divide(per));
            added = sum;
            before = at;
            periods.add(at.doubleValue());
            supply.add(coins(sum, view.decimals()));
            rate.add(coins(schedule.amount(byIssuance ? sum : at), view.decimals()));
        }
        return new Curves(periods, supply, rate, halvings, exact);
    }

    private static double coins(BigInteger amount, int decimals) {
        return new BigDecimal(amount, decimals).doubleValue();
    }
}
