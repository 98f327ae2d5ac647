package org.assay.app.emission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.consensus.emission.Policy;
import org.assay.consensus.emission.Schedule;
import org.assay.consensus.emission.Split;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay emission schedule`: a policy in words.
@Command(
        name = "schedule",
        description = "Says in words what a policy holds: versions, splits, breaker, series.",
        mixinStandardHelpOptions = true)
final class ScheduleCommand implements Callable<Integer> {
    @Mixin private PolicyOptions options = new PolicyOptions();

    @Option(
            names = "--epoch-blocks",
            defaultValue = "384",
            description = "Blocks an epoch, to check the policy against; default ${DEFAULT-VALUE}.")
    private long epochBlocks = 384;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        PrintWriter out = output.out();
        try {
            Policy policy = options.read();
            if (output.isJson()) {
                output.print(json(policy));
                return 0;
            }
            out.println(
                    policy.name()
                            + ": amounts in "
                            + policy.unit()
                            + ", 10^"
                            + policy.decimals()
                            + " a coin");
            for (Policy.Version version : policy.versions()) {
                print(out, policy, version);
            }
            for (Policy.Series series : policy.series()) {
                out.println(
                        "series "
                                + series.name()
                                + ": "
                                + describe(series)
                                + ", in "
                                + series.unit());
            }
            out.println(
                    policy.chainProblem(epochBlocks)
                            .map(problem -> "No chain can run it: " + problem)
                            .orElse(
                                    "A chain with epochs of "
                                            + epochBlocks
                                            + " blocks can run it."));
            out.flush();
            return 0;
        } catch (PolicyOptions.Mistake mistake) {
            output.err().println(mistake.getMessage());
            return 2;
        }
    }

    /// Amounts are in the policy's unit, parts in basis points, as decimal strings where they can
    /// be above 2^53.
    private ObjectNode json(Policy policy) {
        ObjectNode json = Output.object().put("name", policy.name());
        json.put("unit", policy.unit()).put("decimals", policy.decimals());
        ArrayNode versions = json.putArray("versions");
        for (Policy.Version version : policy.versions()) {
            ObjectNode one = versions.addObject().put("version", version.number());
            switch (version.start()) {
                case Policy.Start.Height(long height) -> one.put("fromBlock", height);
                case Policy.Start.Time(long seconds) -> one.put("fromTime", seconds);
            }
            one.put("cap", version.cap().toString());
            one.put("schedule", version.schedule().getClass().getSimpleName());
            one.put("most", version.schedule().maximum().toString());
            one.put("period", version.period().name());
            ArrayNode shares = one.putArray("split");
            for (Split.Share share : version.split().divide(BigInteger.valueOf(10_000))) {
                shares.addObject()
                        .put("name", share.name())
                        .put("bps", share.amount().intValueExact())
                        .put("target", share.leaf().target().name());
            }
            one.put("breakerMultiple", version.breaker().multiple());
            one.put("breakerWindow", version.breaker().window());
            one.put("feeShareBps", version.feeShareBps());
        }
        ArrayNode series = json.putArray("series");
        for (Policy.Series each : policy.series()) {
            series.addObject()
                    .put("name", each.name())
                    .put("rule", describe(each))
                    .put("unit", each.unit());
        }
        json.put("epochBlocks", epochBlocks);
        policy.chainProblem(epochBlocks)
                .ifPresent(problem -> json.put("problem", problem.toString()));
        return json;
    }

    private static String describe(Policy.Series series) {
        String kind = series.rule().getClass().getSimpleName();
        return series.rule() instanceof Schedule schedule
                ? kind + " by " + schedule.axis().key()
                : kind;
    }

    private static void print(PrintWriter out, Policy policy, Policy.Version version) {
        String start =
                switch (version.start()) {
                    case Policy.Start.Height(long height) -> "block " + height;
                    case Policy.Start.Time(long seconds) -> "time " + seconds;
                };
        out.println("version " + version.number() + " from " + start);
        out.println("  cap        " + coins(policy, version.cap()));
        out.println(
                "  schedule   "
                        + version.schedule().getClass().getSimpleName()
                        + ", at most "
                        + coins(policy, version.schedule().maximum())
                        + " a "
                        + version.period().name().toLowerCase(Locale.ROOT));
        for (Split.Share share : version.split().divide(BigInteger.valueOf(10_000))) {
            out.println(
                    "  "
                            + String.format(Locale.ROOT, "%-10s", percent(share.amount()))
                            + " "
                            + share.name()
                            + " ("
                            + share.leaf()
                                    .target()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', ' ')
                            + ")");
        }
        out.println(
                "  breaker    "
                        + version.breaker().multiple()
                        + " times the most that the schedule pays in any "
                        + version.breaker().window()
                        + " "
                        + version.period().name().toLowerCase(Locale.ROOT)
                        + "s");
        out.println(
                "  fee share  "
                        + percent(BigInteger.valueOf(version.feeShareBps()))
                        + " to the treasury");
    }

    private static String percent(BigInteger bps) {
        return new BigDecimal(bps, 2).stripTrailingZeros().toPlainString() + " %";
    }

    private static String coins(Policy policy, BigInteger amount) {
        return new BigDecimal(amount, policy.decimals()).stripTrailingZeros().toPlainString()
                + " coins";
    }
}
