package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;

/// Turns a policy file into a [Policy].
final class PolicyReader {
    /// Splits within splits.
    private static final int DEPTH_MAX = 8;

    private PolicyReader() {}

    static Policy.Parsed read(String json) {
        try {
            return new Policy.Parsed.Valid(policy(JsonReader.root(json)));
        } catch (JsonReader.Refusal refusal) {
            return new Policy.Parsed.Invalid(refusal.problem);
        }
    }

    private static Policy policy(JsonReader reader) throws JsonReader.Refusal {
        String name = reader.text("name");
        reader.text("note", "");
        String unit = reader.text("unit", "wei");
        int decimals = (int) reader.number("decimals", 0, 30, 18);
        List<Policy.Version> versions = new ArrayList<>();
        if (reader.has("versions") || !reader.has("series")) {
            for (JsonReader version : reader.objects("versions", Policy.VERSIONS_MAX)) {
                versions.add(version(version, versions));
            }
        }
        List<Policy.Series> series = series(reader, unit, decimals);
        List<Policy.Constant> constants = constants(reader);
        reader.done();
        return new Policy(name, unit, decimals, versions, series, constants);
    }

    private static List<Policy.Series> series(JsonReader reader, String unit, int decimals)
            throws JsonReader.Refusal {
        List<Policy.Series> series = new ArrayList<>();
        if (!reader.has("series")) {
            return series;
        }
        for (JsonReader one : reader.objects("series", Policy.SERIES_MAX)) {
            String name = one.text("name");
            for (Policy.Series other : series) {
                if (other.name().equals(name)) {
                    throw one.refusal("name", "twice: " + name, "choose another");
                }
            }
            one.text("note", "");
            series.add(
                    new Policy.Series(
                            name,
                            one.text("unit", unit),
                            (int) one.number("decimals", 0, 30, decimals),
                            RuleReader.rule(one.object("rule"))));
            one.done();
        }
        return series;
    }

    private static List<Policy.Constant> constants(JsonReader reader) throws JsonReader.Refusal {
        List<Policy.Constant> constants = new ArrayList<>();
        Optional<JsonReader> object = reader.optionalObject("constants");
        if (object.isPresent()) {
            for (String key : object.get().keys()) {
                constants.add(new Policy.Constant(key, object.get().text(key)));
            }
        }
        return constants;
    }

    private static Policy.Version version(JsonReader reader, List<Policy.Version> before)
            throws JsonReader.Refusal {
        int number = before.size() + 1;
        if (reader.number("version", 1, Policy.VERSIONS_MAX) != number) {
            throw reader.refusal(
                    "version", "versions count from 1 without gaps", "write " + number);
        }
        Policy.Start start = start(reader, before);
        BigInteger weiPerUnit =
                reader.has("weiPerUnit") ? reader.positive("weiPerUnit") : BigInteger.ONE;
        BigInteger cap = reader.positive("cap");
        Policy.Period period = reader.choice("per", Policy.Period.class);
        long bound = reader.number("clockBoundSeconds", 1, 30 * 86_400L, 60);
        Schedule schedule = RuleReader.schedule(reader.object("schedule"));
        if (schedule.maximum().compareTo(cap) > 0) {
            throw reader.refusal(
                    "schedule",
                    "one period pays " + schedule.maximum() + ", above the cap of " + cap,
                    "lower the rate or raise the cap");
        }
        Split split = split(reader.object("split"), 0);
        Breaker breaker = breaker(reader.optionalObject("breaker"));
        int feeShareBps = (int) reader.number("feeShareBps", 0, 10_000, 0);
        Optional<JsonReader> demand = reader.optionalObject("demandBand");
        Optional<DemandBand> band =
                demand.isPresent() ? Optional.of(demandBand(demand.get())) : Optional.empty();
        reader.done();
        return new Policy.Version(
                number,
                start,
                weiPerUnit,
                cap,
                period,
                bound,
                schedule,
                split,
                breaker,
                feeShareBps,
                band);
    }

    private static Policy.Start start(JsonReader version, List<Policy.Version> before)
            throws JsonReader.Refusal {
        JsonReader reader = version.object("start");
        Policy.Start start =
                reader.has("time")
                        ? new Policy.Start.Time(reader.number("time", 1, Long.MAX_VALUE))
                        : new Policy.Start.Height(reader.number("height", 0, Long.MAX_VALUE));
        reader.done();
        if (before.isEmpty()) {
            if (!start.equals(new Policy.Start.Height(0))) {
                throw version.refusal(
                        "start", "nothing is in force before it", "write {\"height\": 0}");
            }
            return start;
        }
        for (Policy.Version earlier : before) {
            boolean later =
                    switch (earlier.start()) {
                        case Policy.Start.Height(long height) ->
                                !(start instanceof Policy.Start.Height(long own)) || own > height;
                        case Policy.Start.Time(long seconds) ->
                                start instanceof Policy.Start.Time(long own) && own > seconds;
                    };
            if (!later) {
                throw version.refusal(
                        "start",
                        "does not come after the start of version " + earlier.number(),
                        "let starts rise; heights come before times");
            }
        }
        return start;
    }

    private static Breaker breaker(Optional<JsonReader> optional) throws JsonReader.Refusal {
        if (optional.isEmpty()) {
            return new Breaker(86_400, 2);
        }
        JsonReader reader = optional.get();
        Breaker breaker =
                new Breaker(
                        reader.number("window", 1, 366L * 86_400),
                        (int) reader.number("multiple", 2, 1000, 2));
        reader.done();
        return breaker;
    }

    static DemandBand demandBand(JsonReader reader) throws JsonReader.Refusal {
        long floor = reader.number("floorBps", 0, 1_000_000);
        long cap = reader.number("capBps", 0, 1_000_000);
        if (floor > cap) {
            throw reader.refusal("floorBps", "above capBps", "write at most " + cap);
        }
        reader.done();
        return new DemandBand(floor, cap);
    }

    /// A split; its `kind` says so where it stands among other rules.
    static Split split(JsonReader reader, int depth) throws JsonReader.Refusal {
        if (depth > DEPTH_MAX) {
            throw reader.refusal("parts", "more than " + DEPTH_MAX + " splits deep", "flatten it");
        }
        long denominator = reader.number("denominator", 1, 1_000_000_000_000L, 10_000);
        Split.Remainder remainder =
                reader.choice("remainder", Split.Remainder.class, Split.Remainder.LAST);
        List<Split.Part> parts = new ArrayList<>();
        long sum = 0;
        boolean rest = false;
        for (JsonReader part : reader.objects("parts", Split.PARTS_MAX)) {
            Optional<Long> share = Optional.empty();
            if (part.flag("rest")) {
                if (rest) {
                    throw part.refusal("rest", "a second part takes the rest", "give it a share");
                }
                rest = true;
            } else {
                share = Optional.of(part.number("share", 0, denominator));
                sum += share.get();
            }
            String name = part.text("name");
            parts.add(new Split.Part(name, share, destination(part, depth)));
            part.done();
        }
        if (sum > denominator || (!rest && sum < denominator)) {
            throw reader.refusal(
                    "parts",
                    "the shares sum to " + sum + " of " + denominator,
                    "let them sum to " + denominator + ", or let one part take the \"rest\"");
        }
        reader.done();
        return new Split(denominator, remainder, parts);
    }

    private static Split.Destination destination(JsonReader part, int depth)
            throws JsonReader.Refusal {
        Optional<JsonReader> deeper = part.optionalObject("split");
        if (deeper.isPresent()) {
            return new Split.Destination.Branch(split(deeper.get(), depth + 1));
        }
        Split.Target target = part.choice("to", Split.Target.class, Split.Target.NAMED);
        if (target != Split.Target.ADDRESS) {
            return new Split.Destination.Leaf(target, Optional.empty());
        }
        String text = part.text("address");
        if (!text.matches("0x[0-9a-fA-F]{40}")) {
            throw part.refusal("address", "not an address", "write 0x and 40 hexadecimal digits");
        }
        return new Split.Destination.Leaf(target, Optional.of(Address.fromHex(text)));
    }
}
