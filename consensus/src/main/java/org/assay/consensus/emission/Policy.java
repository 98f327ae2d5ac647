package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An emission policy: data with a timeline of versions. Ledgers carry over between versions.
///
/// A file may also hold *series*: named rules to look at and compare, such as the tables of
/// another network. A chain runs the versions only.
///
/// @param unit name of the smallest unit
/// @param decimals smallest units in a coin: `10^decimals`
/// @param versions by start, the first from block 0; empty in a file of series only
/// @param series rules that are not a chain's own, in file order
/// @param constants published figures beside the rules
public record Policy(
        String name,
        String unit,
        int decimals,
        List<Version> versions,
        List<Series> series,
        List<Constant> constants) {
    /// Versions of one policy.
    public static final int VERSIONS_MAX = 64;

    /// The most that a chain's cap may be, in wei: the `Prologue` contract keeps amounts in 128
    /// bits.
    static final BigInteger CHAIN_CAP_MAX_WEI = BigInteger.ONE.shiftLeft(120);

    /// Series of one policy.
    public static final int SERIES_MAX = 256;

    public Policy {
        versions = List.copyOf(versions);
        series = List.copyOf(series);
        constants = List.copyOf(constants);
    }

    /// A rule under a name, in its own unit.
    public record Series(String name, String unit, int decimals, Rule rule) {}

    /// A figure as its source prints it.
    public record Constant(String name, String value) {}

    /// The rule of series `name`.
    public Optional<Series> seriesNamed(String wanted) {
        return series.stream().filter(one -> one.name().equals(wanted)).findFirst();
    }

    /// What one amount of the schedule is for on a chain.
    public enum Period {
        SECOND,
        BLOCK
    }

    /// When a version begins: at a height, or when the emission clock reaches a time.
    public sealed interface Start {
        record Height(long height) implements Start {}

        record Time(long seconds) implements Start {}
    }

    /// The rules from `start` on.
    ///
    /// Amounts of the schedule and the cap are in the policy's smallest unit, of which one is
    /// `weiPerUnit` wei.
    ///
    /// @param number from 1, rising
    /// @param cap most that may ever be issued beyond the genesis balances
    /// @param clockBoundSeconds most that the emission clock advances in a block
    /// @param feeShareBps the treasury's share of burned base fees, in 1/10,000
    public record Version(
            int number,
            Start start,
            BigInteger weiPerUnit,
            BigInteger cap,
            Period period,
            long clockBoundSeconds,
            Schedule schedule,
            Split split,
            Breaker breaker,
            int feeShareBps,
            Optional<DemandBand> demandBand) {

        /// Most that may ever be issued, in wei.
        public BigInteger capWei() {
            return cap.multiply(weiPerUnit);
        }

        /// The most that a second or block pays, in wei.
        public BigInteger maximumWei() {
            return schedule.maximum().multiply(weiPerUnit);
        }
    }

    /// What parsing gives.
    public sealed interface Parsed {
        record Valid(Policy policy) implements Parsed {}

        record Invalid(Problem problem) implements Parsed {}
    }

    /// Why a policy is refused, and what would make it right.
    ///
    /// @param path of the key, as `versions[0].split.parts[1].share`
    public record Problem(String path, String problem, String fix) {
        @Override
        public String toString() {
            return path + ": " + problem + ". " + fix + ".";
        }
    }

    /// Reads a policy. Unknown keys, overlapping starts, splits that do not sum and numbers that
    /// are not whole are refused.
    public static Parsed parse(String json) {
        return PolicyReader.read(json);
    }

    /// The policy that ships with the program under `name`; refused with the list of names if
    /// there is none.
    public static Parsed preset(String name) {
        return Presets.read(name);
    }

    /// The default policy: cap 21,000,000, halving by issuance, 83,333,333 gwei per second.
    public static Policy assay() {
        return switch (preset("assay")) {
            case Parsed.Valid(Policy policy) -> policy;
            case Parsed.Invalid(Problem problem) ->
                    throw new IllegalStateException("the default policy is broken: " + problem);
        };
    }

    /// The version in force for block `number` when the emission clock shows `clock`.
    public Version versionAt(long number, long clock) {
        for (int i = versions.size() - 1; i > 0; i--) {
            boolean begun =
                    switch (versions.get(i).start()) {
                        case Start.Height(long height) -> number >= height;
                        case Start.Time(long seconds) -> clock >= seconds;
                    };
            if (begun) {
                return versions.get(i);
            }
        }
        return versions.getFirst();
    }

    /// What keeps a chain with epochs of `epochBlocks` from running this policy; empty if nothing
    /// does.
    public Optional<Problem> chainProblem(long epochBlocks) {
        if (versions.isEmpty()) {
            return Optional.of(
                    new Problem(
                            "versions",
                            "missing: this is a table to look at, not a chain's policy",
                            "add versions"));
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < versions.size() && problems.isEmpty(); i++) {
            chainProblem("versions[" + i + "]", versions.get(i), epochBlocks)
                    .ifPresent(problems::add);
        }
        return problems.stream().findFirst();
    }

    private static Optional<Problem> chainProblem(String path, Version version, long epochBlocks) {
        Axis axis = version.schedule().axis();
        boolean perSecond = version.period() == Period.SECOND;
        boolean fits =
                switch (axis) {
                    case ISSUANCE -> true;
                    case TIME ->
                            perSecond && version.schedule().cumulative(BigInteger.ZERO).isPresent();
                    case HEIGHT -> !perSecond;
                    default -> false;
                };
        if (!fits) {
            return Optional.of(
                    new Problem(
                            path + ".schedule",
                            "a chain cannot pay a schedule by "
                                    + axis.key()
                                    + " per "
                                    + (perSecond ? "second" : "block"),
                            "use one by issuance, by time per second with exact sums, or by height"
                                    + " per block"));
        }
        if (version.split().namesOthers()) {
            return Optional.of(
                    new Problem(
                            path + ".split",
                            "a part goes nowhere",
                            "give each part a \"to\": proposer, treasury, epochPool, address or"
                                    + " notEmitted"));
        }
        if (version.capWei().compareTo(CHAIN_CAP_MAX_WEI) > 0) {
            return Optional.of(
                    new Problem(path + ".cap", "above 2^120 wei", "choose a smaller cap"));
        }
        // A mint covers an epoch, comes one block after it, and that block's time may be long too.
        BigInteger epoch =
                BigInteger.valueOf(epochBlocks + 1)
                        .multiply(BigInteger.valueOf(perSecond ? version.clockBoundSeconds() : 1));
        BigInteger mint = version.maximumWei().multiply(epoch).min(version.capWei());
        if (mint.divide(EmissionRules.GWEI).bitLength() > 63) {
            return Optional.of(
                    new Problem(
                            path + ".schedule",
                            "an epoch can mint " + mint + " wei, more than a withdrawal holds",
                            "lower the rate to at most 2^63 gwei an epoch"));
        }
        BigInteger room =
                BigInteger.valueOf(version.breaker().window())
                        .multiply(BigInteger.valueOf(version.breaker().multiple() - 1L));
        if (epoch.compareTo(room) > 0) {
            return Optional.of(
                    new Problem(
                            path + ".breaker.window",
                            "an epoch of "
                                    + epochBlocks
                                    + " blocks can mint at once what takes "
                                    + epoch
                                    + " to schedule, and the breaker holds "
                                    + room,
                            "use a window of at least " + epoch + " or shorter epochs"));
        }
        return Optional.empty();
    }
}
