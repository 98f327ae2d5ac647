package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Where a schedule changes: the indexes that a table or a picture of it should show.
public final class Milestones {
    /// Rows of a table that nobody asked to be longer.
    private static final int ROWS = 20;

    private static final int HALVINGS_MAX = 256;

    private Milestones() {}

    /// Indexes at which `schedule` begins, changes or ends, rising; evenly spread ones where it
    /// changes all the time.
    public static List<BigInteger> of(Schedule schedule) {
        return switch (schedule) {
            case Halving halving -> halvings(halving);
            case HalvingByIssuance halving -> thresholds(halving);
            case RateTable table -> starts(table);
            case GeometricSteps steps -> steps(steps);
            case Capped capped -> of(capped.schedule());
            case FlatThenTaper taper -> {
                TreeSet<BigInteger> indexes = new TreeSet<>();
                BigInteger from = taperIndex(taper, taper.start());
                BigInteger flat = taperIndex(taper, taper.flatEnd());
                BigInteger end = taperIndex(taper, taper.taperEnd());
                indexes.add(from);
                indexes.addAll(spread(flat, end, 10));
                yield List.copyOf(indexes);
            }
            case LinearRelease release ->
                    spread(release.first(), release.first().add(release.length()), 10);
            case Ramp ramp -> spread(BigInteger.ONE, ramp.toLimit().add(BigInteger.ONE), ROWS);
            case Geometric geometric -> spread(geometric.first(), horizon(schedule), ROWS);
            case Exponential exponential -> spread(BigInteger.ZERO, horizon(schedule), ROWS);
            case Baseline baseline -> spread(BigInteger.ZERO, horizon(schedule), ROWS);
            case PerUnit unit -> spread(BigInteger.ZERO, BigInteger.TEN, 10);
        };
    }

    /// An index by which the schedule has paid most of what it will pay.
    public static BigInteger horizon(Schedule schedule) {
        return switch (schedule) {
            case Halving halving ->
                    halving.first().add(halving.interval().multiply(BigInteger.valueOf(8)));
            case HalvingByIssuance halving -> halving.cap();
            case RateTable table -> {
                List<BigInteger> starts = starts(table);
                BigInteger span = starts.getLast().subtract(starts.getFirst());
                yield starts.getLast().add(span.divide(BigInteger.valueOf(4)).max(BigInteger.ONE));
            }
            case Capped capped -> horizon(capped.schedule());
            default -> doubled(schedule);
        };
    }

    /// Where the chain stands in the version's schedule after `row`: issued units, a height or a
    /// time.
    public static BigInteger index(Policy.Version version, LedgerRow row, long number) {
        return EmissionRules.index(version, row, number, row.clock());
    }

    /// Periods from `row` on until the reward halves next, if all that is scheduled is claimed
    /// and nothing recycled: seconds or blocks as the version says. Empty without a next halving.
    public static Optional<BigInteger> toNextHalving(
            Policy.Version version, LedgerRow row, long number) {
        BigInteger index = index(version, row, number);
        return switch (version.schedule()) {
            case HalvingByIssuance halving -> {
                int level = halving.level(index);
                yield level >= halving.base().bitLength()
                        ? Optional.empty()
                        : halving.periodsTo(level + 1, index);
            }
            case Halving halving -> {
                int level = halving.level(index);
                yield level >= halving.base().bitLength()
                        ? Optional.empty()
                        : Optional.of(
                                halving.first()
                                        .add(
                                                halving.interval()
                                                        .multiply(BigInteger.valueOf(level + 1L)))
                                        .subtract(index));
            }
            default -> Optional.empty();
        };
    }

    private static List<BigInteger> halvings(Halving halving) {
        List<BigInteger> indexes = new ArrayList<>();
        int count = Math.min(halving.base().bitLength(), HALVINGS_MAX);
        for (int level = 0; level <= count; level++) {
            indexes.add(
                    halving.first().add(halving.interval().multiply(BigInteger.valueOf(level))));
        }
        return indexes;
    }

    private static List<BigInteger> thresholds(HalvingByIssuance halving) {
        List<BigInteger> indexes = new ArrayList<>();
        int count = Math.min(halving.base().bitLength(), HALVINGS_MAX);
        for (int level = 0; level <= count; level++) {
            indexes.add(halving.threshold(level));
        }
        return indexes;
    }

    private static List<BigInteger> starts(RateTable table) {
        TreeSet<BigInteger> indexes = new TreeSet<>();
        for (RateTable.Entry entry : table.entries()) {
            indexes.add(table.firstIndex(entry.start()));
        }
        return List.copyOf(indexes);
    }

    private static List<BigInteger> steps(GeometricSteps steps) {
        List<BigInteger> indexes = new ArrayList<>();
        int count = Math.min(steps.amounts().size(), 2 * ROWS);
        for (int step = 0; step < count; step++) {
            indexes.add(steps.first().add(steps.every().multiply(BigInteger.valueOf(step))));
        }
        return indexes;
    }

    private static BigInteger taperIndex(FlatThenTaper taper, BigInteger point) {
        return point.subtract(taper.origin())
                .max(BigInteger.ZERO)
                .add(taper.period())
                .subtract(BigInteger.ONE)
                .divide(taper.period());
    }

    private static List<BigInteger> spread(BigInteger from, BigInteger to, int count) {
        TreeSet<BigInteger> indexes = new TreeSet<>();
        BigInteger parts = BigInteger.valueOf(count);
        for (int i = 0; i <= count; i++) {
            indexes.add(from.add(to.subtract(from).multiply(BigInteger.valueOf(i)).divide(parts)));
        }
        return List.copyOf(indexes);
    }

    /// Doubles the index until the amount is below a twentieth of the most.
    private static BigInteger doubled(Schedule schedule) {
        BigInteger low = schedule.maximum().divide(BigInteger.valueOf(ROWS));
        List<BigInteger> some =
                switch (schedule) {
                    case GeometricSteps steps -> steps(steps);
                    case FlatThenTaper taper -> List.of(taperIndex(taper, taper.taperEnd()));
                    case LinearRelease release -> List.of(release.first().add(release.length()));
                    case Ramp ramp -> List.of(ramp.toLimit().add(BigInteger.TEN));
                    case PerUnit unit -> List.of(BigInteger.TEN);
                    default -> List.of();
                };
        if (!some.isEmpty() && !(schedule instanceof GeometricSteps)) {
            return some.getLast();
        }
        for (BigInteger index : some) {
            if (schedule.amount(index).compareTo(low) <= 0) {
                return index;
            }
        }
        BigInteger index = BigInteger.ONE;
        while (index.bitLength() < 48 && schedule.amount(index).compareTo(low) > 0) {
            index = index.shiftLeft(1);
        }
        return index;
    }
}
