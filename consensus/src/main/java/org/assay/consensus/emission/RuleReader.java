package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads one rule of a policy file; its `kind` says which primitive.
final class RuleReader {
    private static final BigInteger ZERO = BigInteger.ZERO;
    private static final int PERCENT_LIST_MAX = 1200;
    private static final String KINDS =
            "halving, halvingByIssuance, table, geometricSteps, geometric, exponential, baseline,"
                    + " flatThenTaper, ramp, linearRelease, perUnit, capped, split, points, equalParts,"
                    + " tranches, holdBack, remintSmoothed, remintFraction, remintBurnBound,"
                    + " controller, splitTable, demandBand, caps";

    private RuleReader() {}

    static Schedule schedule(JsonReader reader) throws JsonReader.Refusal {
        if (rule(reader) instanceof Schedule schedule) {
            return schedule;
        }
        throw reader.refusal("kind", "not a schedule", "write a halving, a table, ...");
    }

    static Rule rule(JsonReader reader) throws JsonReader.Refusal {
        String kind = reader.text("kind");
        Rule rule =
                switch (kind) {
                    case "halving", "halvingByIssuance" -> halving(kind, reader);
                    case "table" -> table(reader);
                    case "geometricSteps" -> geometricSteps(reader);
                    case "geometric" -> geometric(reader);
                    case "exponential", "baseline" -> exponential(kind, reader);
                    case "flatThenTaper" -> flatThenTaper(reader);
                    case "ramp" -> ramp(reader);
                    case "linearRelease" -> linearRelease(reader);
                    case "perUnit" ->
                            new PerUnit(
                                    axis(reader, Axis.PROGRESS),
                                    reader.positive("rate"),
                                    amountOrOne(reader, "per"));
                    case "capped" -> capped(reader);
                    case "split" -> PolicyReader.split(reader, 0);
                    case "points" -> points(reader);
                    case "equalParts", "tranches", "holdBack" -> release(kind, reader);
                    case "remintSmoothed", "remintFraction", "remintBurnBound" ->
                            remint(kind, reader);
                    case "controller" -> controller(reader);
                    case "caps" ->
                            new Caps(
                                    reader.positive("total"),
                                    reader.positive("period"),
                                    reader.positive("payee"),
                                    reader.flag("lastPartial"));
                    case "splitTable" -> splitTable(reader);
                    case "demandBand" -> PolicyReader.demandBand(reader);
                    default ->
                            throw reader.refusal(
                                    "kind", "unknown: " + kind, "write one of " + KINDS);
                };
        reader.done();
        return rule;
    }

    private static Axis axis(JsonReader reader, Axis otherwise) throws JsonReader.Refusal {
        return reader.choice("axis", Axis.class, otherwise);
    }

    private static BigInteger amountOrOne(JsonReader reader, String key) throws JsonReader.Refusal {
        return reader.has(key) ? reader.positive(key) : BigInteger.ONE;
    }

    private static Schedule halving(String kind, JsonReader reader) throws JsonReader.Refusal {
        if (kind.equals("halving")) {
            return new Halving(
                    axis(reader, Axis.HEIGHT),
                    reader.positive("base"),
                    reader.positive("interval"),
                    reader.amount("first", ZERO));
        }
        return new HalvingByIssuance(
                reader.positive("cap"),
                reader.positive("base"),
                reader.choice(
                        "measure",
                        HalvingByIssuance.Measure.class,
                        HalvingByIssuance.Measure.ISSUED));
    }

    private static Schedule table(JsonReader reader) throws JsonReader.Refusal {
        List<RateTable.Entry> entries = new ArrayList<>();
        for (JsonReader entry : reader.objects("entries", RateTable.ENTRIES_MAX)) {
            BigInteger start = entry.amount("start");
            if (!entries.isEmpty() && start.compareTo(entries.getLast().start()) <= 0) {
                throw entry.refusal(
                        "start", "not after the entry before", "sort entries by rising start");
            }
            entries.add(new RateTable.Entry(start, entry.amount("amount")));
            entry.done();
        }
        return new RateTable(
                axis(reader, Axis.EPOCH),
                amountOrOne(reader, "period"),
                reader.choice("lookup", RateTable.Lookup.class, RateTable.Lookup.START),
                amountOrOne(reader, "per"),
                entries);
    }

    private static Schedule geometricSteps(JsonReader reader) throws JsonReader.Refusal {
        BigInteger numerator = reader.amount("numerator");
        BigInteger denominator = reader.positive("denominator");
        long count =
                reader.number("steps", 0, GeometricSteps.STEPS_MAX, GeometricSteps.STEPS_MAX + 1L);
        Optional<GeometricSteps> steps =
                GeometricSteps.of(
                        axis(reader, Axis.EPOCH),
                        reader.positive("base"),
                        numerator,
                        denominator,
                        amountOrOne(reader, "every"),
                        reader.amount("first", ZERO),
                        count);
        return steps.orElseThrow(
                () ->
                        reader.refusal(
                                "numerator",
                                "the amount lasts more than " + GeometricSteps.STEPS_MAX + " steps",
                                "say after how many \"steps\" it stays, or use kind geometric"));
    }

    private static Schedule geometric(JsonReader reader) throws JsonReader.Refusal {
        JsonReader ratio = reader.object("ratio");
        BigInteger numerator = ratio.positive("numerator");
        BigInteger denominator = ratio.positive("denominator");
        ratio.done();
        Geometric.Rounding rounding =
                reader.choice("rounding", Geometric.Rounding.class, Geometric.Rounding.EACH);
        int order = numerator.compareTo(denominator);
        if (order > 0 || (order == 0 && rounding == Geometric.Rounding.SUM)) {
            throw ratio.refusal("numerator", "does not fall", "write less than " + denominator);
        }
        return Geometric.of(
                axis(reader, Axis.EPOCH),
                reader.positive("base"),
                numerator,
                denominator,
                rounding,
                reader.amount("first", ZERO),
                reader.amount("count", ZERO));
    }

    private static Schedule exponential(String kind, JsonReader reader) throws JsonReader.Refusal {
        Axis axis = axis(reader, Axis.EPOCH);
        BigInteger total = reader.positive("total");
        BigInteger lambda = reader.positive("lambdaQ128");
        return kind.equals("baseline")
                ? new Baseline(axis, total, lambda)
                : new Exponential(axis, total, lambda, reader.positive("growthQ128"));
    }

    private static Schedule flatThenTaper(JsonReader reader) throws JsonReader.Refusal {
        BigInteger start = reader.amount("start");
        BigInteger flatEnd = reader.amount("flatEnd");
        BigInteger taperEnd = reader.amount("taperEnd");
        if (start.compareTo(flatEnd) > 0 || flatEnd.compareTo(taperEnd) >= 0) {
            throw reader.refusal("taperEnd", "out of order", "let start <= flatEnd < taperEnd");
        }
        return new FlatThenTaper(
                axis(reader, Axis.TIME),
                reader.positive("rate"),
                reader.amount("last", ZERO),
                start,
                flatEnd,
                taperEnd,
                reader.amount("origin", ZERO),
                amountOrOne(reader, "period"));
    }

    private static Schedule ramp(JsonReader reader) throws JsonReader.Refusal {
        BigInteger initial = reader.amount("initial");
        BigInteger limit = reader.amount("limit");
        BigInteger toIncreasing = reader.positive("toIncreasing");
        BigInteger toLimit = reader.positive("toLimit");
        if (limit.compareTo(initial) < 0) {
            throw reader.refusal("limit", "below initial", "write at least " + initial);
        }
        if (toLimit.compareTo(toIncreasing) < 0) {
            throw reader.refusal(
                    "toLimit", "before toIncreasing", "write at least " + toIncreasing);
        }
        return new Ramp(axis(reader, Axis.EPOCH), initial, limit, toIncreasing, toLimit);
    }

    private static Schedule linearRelease(JsonReader reader) throws JsonReader.Refusal {
        if (reader.amount("cliff", ZERO).compareTo(reader.positive("length")) > 0) {
            throw reader.refusal("cliff", "longer than length", "write at most the length");
        }
        return new LinearRelease(
                axis(reader, Axis.EPOCH),
                reader.positive("pool"),
                reader.amount("first", ZERO),
                reader.amount("cliff", ZERO),
                reader.positive("length"));
    }

    private static Schedule capped(JsonReader reader) throws JsonReader.Refusal {
        Schedule inner = schedule(reader.object("schedule"));
        if (inner.axis() == Axis.ISSUANCE || inner.cumulative(ZERO).isEmpty()) {
            throw reader.refusal(
                    "schedule", "has no sums to cap", "use one with exact sums by height or time");
        }
        return new Capped(inner, reader.positive("total"));
    }

    private static Rule splitTable(JsonReader reader) throws JsonReader.Refusal {
        List<SplitTable.Entry> entries = new ArrayList<>();
        for (JsonReader entry : reader.objects("entries", SplitTable.ENTRIES_MAX)) {
            BigInteger start = entry.amount("start");
            if (!entries.isEmpty() && start.compareTo(entries.getLast().start()) <= 0) {
                throw entry.refusal(
                        "start", "not after the entry before", "sort entries by rising start");
            }
            entries.add(new SplitTable.Entry(start, PolicyReader.split(entry.object("split"), 0)));
            entry.done();
        }
        return new SplitTable(axis(reader, Axis.EPOCH), entries);
    }

    private static Rule points(JsonReader reader) throws JsonReader.Refusal {
        return new Points(
                reader.choice("remainder", Split.Remainder.class, Split.Remainder.NOBODY),
                levels(reader, "levels"),
                levels(reader, "tiers"),
                (int) reader.number("ownerFree", 0, Integer.MAX_VALUE, Integer.MAX_VALUE),
                reader.amount("ownerDecayQ128", FixedPoint.ONE_128));
    }

    private static List<Points.Level> levels(JsonReader reader, String key)
            throws JsonReader.Refusal {
        List<Points.Level> levels = new ArrayList<>();
        if (reader.has(key)) {
            for (JsonReader level : reader.objects(key, Points.LEVELS_MAX)) {
                levels.add(new Points.Level(level.amount("from"), level.amount("points")));
                level.done();
            }
        }
        return levels;
    }

    private static Release release(String kind, JsonReader reader) throws JsonReader.Refusal {
        return switch (kind) {
            case "equalParts" ->
                    new Release.EqualParts(
                            reader.positive("parts"),
                            amountOrOne(reader, "period"),
                            reader.flag("paysRemainder"));
            case "tranches" -> tranches(reader);
            default -> holdBack(reader);
        };
    }

    private static Release tranches(JsonReader reader) throws JsonReader.Refusal {
        List<Release.Tranche> tranches = new ArrayList<>();
        long sum = 0;
        for (JsonReader tranche : reader.objects("tranches", Release.Tranches.TRANCHES_MAX)) {
            tranches.add(
                    new Release.Tranche(
                            tranche.number("bps", 0, 10_000),
                            tranche.amount("length", ZERO),
                            amountOrOne(tranche, "step")));
            sum += tranches.getLast().bps();
            tranche.done();
        }
        if (sum != 10_000) {
            throw reader.refusal("tranches", "sum to " + sum + " of 10000", "let bps sum to 10000");
        }
        return new Release.Tranches(tranches);
    }

    private static Release holdBack(JsonReader reader) throws JsonReader.Refusal {
        List<Integer> percents = new ArrayList<>();
        for (BigInteger percent : reader.amounts("percents", PERCENT_LIST_MAX)) {
            if (percent.compareTo(BigInteger.valueOf(100)) > 0) {
                throw reader.refusal("percents", "above 100", "write percents");
            }
            percents.add(percent.intValueExact());
        }
        return new Release.HoldBack(
                percents,
                reader.number("returnAge", 0, Integer.MAX_VALUE),
                (int) reader.number("returnPercent", 0, 100));
    }

    private static Remint remint(String kind, JsonReader reader) throws JsonReader.Refusal {
        return switch (kind) {
            case "remintSmoothed" ->
                    new Remint.Smoothed(
                            reader.number("window", 1, 100_000), reader.positive("cap"));
            case "remintFraction" ->
                    new Remint.Fraction(reader.number("bps", 0, 10_000), reader.positive("cap"));
            default -> new Remint.BurnBound(reader.number("bps", 0, 10_000));
        };
    }

    private static Controller controller(JsonReader reader) throws JsonReader.Refusal {
        BigInteger minimum = reader.amount("minimum");
        BigInteger maximum = reader.positive("maximum");
        if (minimum.compareTo(maximum) > 0) {
            throw reader.refusal("minimum", "above maximum", "write at most " + maximum);
        }
        return new Controller(
                reader.positive("shrink"),
                reader.positive("grow"),
                reader.positive("precision"),
                reader.amount("target"),
                minimum,
                maximum);
    }
}
