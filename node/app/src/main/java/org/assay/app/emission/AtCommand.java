package org.assay.app.emission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.consensus.emission.Axis;
import org.assay.consensus.emission.Policy;
import org.assay.consensus.emission.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay emission at`: one amount, in the smallest unit.
@Command(
        name = "at",
        description = {
            "Prints what a policy pays at a height, issuance, time, epoch, week, month or year, in the",
            "smallest unit. A schedule by issuance also takes --height (blocks since nothing was",
            "issued, block 1 the first) or --time (seconds since then): what it pays if everything was",
            "claimed and nothing recycled."
        },
        mixinStandardHelpOptions = true)
final class AtCommand implements Callable<Integer> {
    /// Exactly one index.
    static final class Index {
        @Option(names = "--height", description = "Block height.")
        private @Nullable BigInteger height;

        @Option(names = "--issuance", description = "Issued so far, in the smallest unit.")
        private @Nullable BigInteger issuance;

        @Option(names = "--time", description = "Unix time in seconds.")
        private @Nullable BigInteger time;

        @Option(names = "--epoch", description = "Epoch, as the network counts them.")
        private @Nullable BigInteger epoch;

        @Option(names = "--week", description = "Week since the start, from 0.")
        private @Nullable BigInteger week;

        @Option(names = "--month", description = "Month, as the network counts them.")
        private @Nullable BigInteger month;

        @Option(names = "--year", description = "Year, as the network counts them.")
        private @Nullable BigInteger year;

        @Option(names = "--progress", description = "Units of progress or work so far.")
        private @Nullable BigInteger progress;

        Axis axis() {
            for (Axis axis : Axis.values()) {
                if (value(axis) != null) {
                    return axis;
                }
            }
            throw new IllegalStateException("picocli lets none through");
        }

        @Nullable BigInteger value(Axis axis) {
            return switch (axis) {
                case HEIGHT -> height;
                case ISSUANCE -> issuance;
                case TIME -> time;
                case EPOCH -> epoch;
                case WEEK -> week;
                case MONTH -> month;
                case YEAR -> year;
                case PROGRESS -> progress;
            };
        }
    }

    @Mixin private PolicyOptions options = new PolicyOptions();

    @ArgGroup(multiplicity = "1")
    private Index index = new Index();

    @Option(names = "--cumulative", description = "The sum up to and with that index instead.")
    private boolean cumulative;

    @Mixin private Output output = new Output();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Policy policy = options.read();
            Axis axis = index.axis();
            BigInteger at = index.value(axis);
            if (at == null || at.signum() < 0 || at.bitLength() > 256) {
                err.println("--" + axis.key() + ": write a whole number from 0 to 2^256 - 1.");
                return 2;
            }
            PolicyOptions.View view = options.view(policy, axis);
            BigInteger amount = amount(view.schedule(), axis, at);
            print(amount, view.unit());
            return 0;
        } catch (PolicyOptions.Mistake mistake) {
            err.println(mistake.getMessage());
            return 2;
        }
    }

    private BigInteger amount(Schedule schedule, Axis axis, BigInteger at)
            throws PolicyOptions.Mistake {
        boolean byIssuance = schedule.axis() == Axis.ISSUANCE;
        if (cumulative) {
            if (byIssuance && axis == Axis.ISSUANCE) {
                throw new PolicyOptions.Mistake(
                        "--cumulative: the sum up to an issuance is that issuance.");
            }
            BigInteger end = byIssuance ? at : at.add(BigInteger.ONE);
            return schedule.cumulative(end)
                    .orElseThrow(
                            () ->
                                    new PolicyOptions.Mistake(
                                            "--cumulative: each period is rounded by itself, so there"
                                                    + " is no exact sum."));
        }
        if (byIssuance && axis != Axis.ISSUANCE) {
            BigInteger before = at.subtract(BigInteger.ONE).max(BigInteger.ZERO);
            return schedule.amount(schedule.cumulative(before).orElseThrow());
        }
        return schedule.amount(at);
    }

    private void print(BigInteger amount, String unit) {
        ObjectNode node = Output.object();
        node.put("amount", amount.toString()).put("unit", unit);
        output.print(node, amount + " " + unit);
    }
}
