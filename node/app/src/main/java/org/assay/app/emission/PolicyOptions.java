package org.assay.app.emission;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assay.consensus.emission.Axis;
import org.assay.consensus.emission.Policy;
import org.assay.consensus.emission.Presets;
import org.assay.consensus.emission.RateTable;
import org.assay.consensus.emission.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--policy` and `--series`: which policy, and which of its schedules.
final class PolicyOptions {
    /// Bytes of a policy file.
    private static final long FILE_BYTES_MAX = 1 << 20;

    @Option(
            names = "--policy",
            paramLabel = "FILE|PRESET",
            defaultValue = "assay",
            description = {
                "A policy file, or a preset: assay, bitcoin, bittensor, filecoin, helium, dimo,",
                "geodnet, render, ionet, hivemapper, fluence, aethir, doublezero, storj, grass,",
                "gonka. Default: ${DEFAULT-VALUE}."
            })
    private String policy = "assay";

    @Option(
            names = "--series",
            paramLabel = "NAME",
            description = "One of the policy's schedules; `assay emission schedule` lists them.")
    private @Nullable String series;

    /// A schedule under a name, in its own unit.
    record View(String name, String unit, int decimals, Schedule schedule, String period) {}

    /// The user asked for something that is not there; the message says what would be right.
    static final class Mistake extends Exception {
        private static final long serialVersionUID = 1;

        Mistake(String message) {
            super(message, null, false, false);
        }
    }

    String name() {
        return policy;
    }

    /// The policy, or a [Mistake] that names the key and the fix.
    Policy read() throws Mistake {
        Policy.Parsed parsed =
                Presets.NAMES.contains(policy) ? Policy.preset(policy) : Policy.parse(file());
        return switch (parsed) {
            case Policy.Parsed.Valid(Policy valid) -> valid;
            case Policy.Parsed.Invalid(Policy.Problem problem) ->
                    throw new Mistake(policy + ": " + problem);
        };
    }

    private String file() throws Mistake {
        Path path = Path.of(policy);
        if (!Files.isRegularFile(path)) {
            throw new Mistake(
                    "--policy "
                            + policy
                            + ": neither a file nor a preset. Choose one of "
                            + String.join(", ", Presets.NAMES)
                            + ".");
        }
        try {
            if (Files.size(path) > FILE_BYTES_MAX) {
                throw new Mistake(policy + ": longer than " + FILE_BYTES_MAX + " bytes.");
            }
            return Files.readString(path);
        } catch (IOException unreadable) {
            throw new Mistake(policy + ": " + unreadable.getMessage());
        }
    }

    /// All schedules of the policy: its versions, then its series.
    static List<View> views(Policy policy) {
        List<View> views = new ArrayList<>();
        for (Policy.Version version : policy.versions()) {
            String name =
                    policy.versions().size() == 1 ? policy.name() : "version " + version.number();
            views.add(
                    new View(
                            name,
                            policy.unit(),
                            policy.decimals(),
                            version.schedule(),
                            version.period().name().toLowerCase(Locale.ROOT)));
        }
        for (Policy.Series one : policy.series()) {
            if (one.rule() instanceof Schedule schedule) {
                views.add(
                        new View(
                                one.name(),
                                one.unit(),
                                one.decimals(),
                                schedule,
                                period(schedule)));
            }
        }
        return views;
    }

    /// What an amount is for, in a word.
    private static String period(Schedule schedule) {
        if (schedule.axis() != Axis.TIME) {
            return schedule.axis().key();
        }
        boolean daily =
                schedule instanceof RateTable table
                        && table.per().equals(BigInteger.valueOf(86_400));
        return daily ? "day" : "second";
    }

    /// The schedule that `--series` names, else the policy's first.
    View view(Policy read) throws Mistake {
        List<View> views = views(read);
        if (series == null) {
            if (views.isEmpty()) {
                throw new Mistake(policy + " has no schedule to show.");
            }
            return views.getFirst();
        }
        return named(views);
    }

    /// The schedule that `--series` names, else the first that `axis` indexes, else the first by
    /// issuance, which periods index too.
    View view(Policy read, Axis axis) throws Mistake {
        List<View> views = views(read);
        if (series != null) {
            return named(views);
        }
        for (View view : views) {
            if (view.schedule().axis() == axis) {
                return view;
            }
        }
        for (View view : views) {
            if (view.schedule().axis() == Axis.ISSUANCE
                    && ((axis == Axis.HEIGHT && view.period().equals("block"))
                            || (axis == Axis.TIME && view.period().equals("second")))) {
                return view;
            }
        }
        throw new Mistake(
                policy
                        + " has no schedule by "
                        + axis.key()
                        + ". It has "
                        + String.join(
                                ", ",
                                views.stream()
                                        .map(
                                                view ->
                                                        view.name()
                                                                + " by "
                                                                + view.schedule().axis().key())
                                        .toList())
                        + ".");
    }

    private View named(List<View> views) throws Mistake {
        for (View view : views) {
            if (view.name().equals(series)) {
                return view;
            }
        }
        throw new Mistake(
                "--series "
                        + series
                        + ": unknown. "
                        + policy
                        + " has "
                        + String.join(", ", views.stream().map(View::name).toList())
                        + ".");
    }
}
