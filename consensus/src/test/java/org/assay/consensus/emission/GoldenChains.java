package org.assay.consensus.emission;

import static org.assay.consensus.emission.GoldenRow.out;
import static org.assay.consensus.emission.GoldenRow.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.assay.consensus.emission.GoldenRow.Verdict;

/// Golden rows of networks whose rules come from their source: Bitcoin, Bittensor, Filecoin,
/// Helium, DIMO, DoubleZero, Fluence, Gonka, Storj.
final class GoldenChains {
    private static final BigInteger ZERO = BigInteger.ZERO;
    private static final BigInteger ONE = BigInteger.ONE;
    private static final String DEPENDS =
            "not a rule: an observation, a label or another project's text";

    private GoldenChains() {}

    static Policy policy(String name) {
        return PresetsTest.preset(name);
    }

    static Rule rule(Policy policy, String series) {
        return policy.seriesNamed(series)
                .orElseThrow(() -> new AssertionError("no series " + series))
                .rule();
    }

    static Schedule schedule(Policy policy, String series) {
        return (Schedule) rule(policy, series);
    }

    static BigInteger amount(Policy policy, String series, BigInteger at) {
        return schedule(policy, series).amount(at);
    }

    static BigInteger sum(Policy policy, String series, BigInteger end) {
        return schedule(policy, series).cumulative(end).orElseThrow();
    }

    static BigInteger share(Policy policy, String series, String leaf, BigInteger amount) {
        return ((Split) rule(policy, series)).share(leaf, amount);
    }

    static BigInteger number(long value) {
        return BigInteger.valueOf(value);
    }

    static BigDecimal units(BigInteger smallest, int decimals) {
        return new BigDecimal(smallest, decimals);
    }

    /// The preset's constant of that name, as printed.
    static Verdict constant(Policy policy, GoldenRow row) {
        return policy.constants().stream()
                .filter(constant -> constant.name().equals(row.quantity()))
                .findFirst()
                .map(constant -> row.exact(constant.value()))
                .orElseGet(() -> out(DEPENDS));
    }

    static Verdict bitcoin(GoldenRow row) {
        Schedule schedule = policy("bitcoin").versions().getFirst().schedule();
        if (row.is("total_subsidy_sat")) {
            return row.exact(schedule.cumulative(ONE.shiftLeft(62)).orElseThrow());
        }
        BigInteger height = row.index("height=");
        return row.is("block_subsidy_sat")
                ? row.exact(schedule.amount(height))
                : row.exact(schedule.cumulative(height.add(ONE)).orElseThrow());
    }

    static Verdict bittensor(GoldenRow row) {
        Policy policy = policy("bittensor");
        HalvingByIssuance schedule = (HalvingByIssuance) policy.versions().getFirst().schedule();
        return switch (row.quantity()) {
            case "block_emission_rao" ->
                    row.exact(
                            schedule.amount(row.index(row.at().contains(">=") ? "rao>=" : "rao=")));
            case "blocks_in_era_if_nothing_recycled" -> {
                int level = row.index("halving_index=").intValueExact();
                BigInteger from = schedule.periodsTo(level, ZERO).orElseThrow();
                yield row.exact(schedule.periodsTo(level + 1, ZERO).orElseThrow().subtract(from));
            }
            case "cumulative_issuance_rao_if_nothing_recycled" ->
                    row.exact(schedule.cumulative(row.index("block=")).orElseThrow());
            case "TotalSupply_rao" -> row.exact(schedule.cap());
            case "DefaultBlockEmission_rao" -> row.exact(schedule.base());
            case "SubnetOwnerCut_u16_of_65535" ->
                    row.exact(share(policy, "subnetOwnerCut", "owner", number(65_535)));
            case "daily_TAO_before" ->
                    row.exact(daily(schedule, schedule.threshold(1).subtract(ONE)));
            case "daily_TAO_after" -> row.exact(daily(schedule, schedule.threshold(1)));
            default -> constant(policy, row);
        };
    }

    private static BigInteger daily(Schedule schedule, BigInteger issued) {
        return schedule.amount(issued).multiply(number(7200)).divide(number(1_000_000_000));
    }

    static Verdict filecoin(GoldenRow row) {
        Policy policy = policy("filecoin");
        Exponential simple = (Exponential) rule(policy, "simple");
        Baseline baseline = (Baseline) rule(policy, "baseline");
        BigInteger coin = BigInteger.TEN.pow(18);
        return switch (row.quantity()) {
            case "simple_reward_attoFIL" -> row.exact(simple.amount(row.index("epoch=")));
            case "baseline_reward_attoFIL" ->
                    row.exact(
                            baseline.reward(
                                            simple,
                                            ZERO,
                                            row.index("theta0_Q128="),
                                            row.index("theta1_Q128="))
                                    .subtract(simple.amount(ZERO)));
            case "SIMPLE_TOTAL_FIL" -> row.exact(simple.total().divide(coin));
            case "BASELINE_TOTAL_FIL" -> row.exact(baseline.total().divide(coin));
            case "LAMBDA_Q128" -> row.exact(baseline.lambda());
            case "EXP_LAM_SUB_ONE_Q128" -> row.exact(simple.growth());
            case "LOCKED_REWARD_FRACTION" -> vesting(policy, row, 0, "1/4 free at once");
            case "REWARD_VEST_PERIOD_days" -> vesting(policy, row, 180 * 2880, "all free");
            case "REWARD_VEST_STEP_days" -> vesting(policy, row, 2880, "a 180th more");
            case "r_theta" -> {
                BigInteger theta =
                        Baseline.theta(
                                row.index("time=").longValueExact(),
                                row.index("baseline="),
                                row.index("realized="),
                                row.index("cumsum_baseline="));
                BigDecimal fraction =
                        new BigDecimal(theta).divide(new BigDecimal(FixedPoint.ONE_128));
                yield row.exact(fraction.toPlainString());
            }
            default -> constant(policy, row);
        };
    }

    /// Of a reward of 4·180: 180 at once, then 3 a day, in steps.
    private static Verdict vesting(Policy policy, GoldenRow row, long epochs, String what) {
        Release release = (Release) rule(policy, "rewardVesting");
        BigInteger days = number(Math.min(epochs / 2880, 180));
        BigInteger wanted = number(180).add(days.multiply(number(3)));
        boolean fits =
                release.free(number(720), number(7), number(7 + epochs)).equals(wanted)
                        && (epochs == 0
                                || release.free(number(720), number(7), number(6 + epochs))
                                        .equals(wanted.subtract(number(3))));
        return fits ? new Verdict.Exact() : new Verdict.Wrong("not " + what + row);
    }

    static Verdict dimo(GoldenRow row) {
        Policy policy = policy("dimo");
        Points points = (Points) rule(policy, "assignment");
        return switch (row.quantity()) {
            case "weekly_limit_wei" -> row.exact(amount(policy, "weeklyLimit", row.index("week=")));
            case "cumulative_wei" ->
                    row.exact(sum(policy, "weeklyLimit", row.index("0..").add(ONE)));
            case "published_total_DIMO" ->
                    row.exact(
                            sum(
                                            policy,
                                            "weeklyLimit",
                                            number(row.at().startsWith("40") ? 2080 : 364))
                                    .divide(BigInteger.TEN.pow(18)));
            case "tokens_for_1000_points_of_6000_wei", "tokens_for_4000_points_of_6000_wei" -> {
                boolean later = row.value().startsWith("156") || row.value().startsWith("626");
                List<BigInteger> shares =
                        points.divide(
                                amount(policy, "weeklyLimit", number((later ? 92 : 80) - 40)),
                                List.of(number(1000), number(1000), number(4000)));
                yield row.exact(shares.get(row.quantity().contains("_1000_") ? 0 : 2));
            }
            case "tokens_DIMO" ->
                    row.exact(
                            units(
                                            points.divide(
                                                            amount(policy, "weeklyLimit", ZERO),
                                                            List.of(number(9), number(239_991)))
                                                    .getFirst(),
                                            18)
                                    .stripTrailingZeros()
                                    .toPlainString());
            default -> constant(policy, row);
        };
    }

    static Verdict doublezero(GoldenRow row) {
        Policy policy = policy("doublezero");
        if (row.quantity().startsWith("shapley")
                || row.is("operator_uptime;contiguity_bonus;demand_multiplier")) {
            return out("P17: scorers (Shapley) are not part of the engine");
        }
        return switch (row.quantity()) {
            case "community_burn_rate_1e9" ->
                    row.exact(amount(policy, "communityBurnRate", row.index("call=")));
            case "slope_numerator,denominator" -> {
                Ramp ramp = (Ramp) rule(policy, "communityBurnRateLong");
                yield row.exact(
                        ramp.limit().subtract(ramp.initial())
                                + "/"
                                + ramp.toLimit().subtract(ramp.toIncreasing()).add(ONE));
            }
            case "burned,distributed" -> {
                BigInteger pool =
                        new BigInteger(
                                row.at().replaceAll("pool=([0-9_]+).*", "$1").replace("_", ""));
                String series = row.at().contains("25%") ? "burn25" : "burn10";
                yield row.exact(
                        share(policy, series, "burned", pool)
                                + ";"
                                + share(policy, series, "distributed", pool));
            }
            case "validator_fee_percent_of_block_rewards" ->
                    row.exact(share(policy, "validatorFee", "fee", number(100)));
            case "effective_burn" -> out("the largest of three rates is a choice, not a schedule");
            default -> constant(policy, row);
        };
    }

    static Verdict fluence(GoldenRow row) {
        Policy policy = policy("fluence");
        if (row.is("next_pool_wei")) {
            Controller controller =
                    (Controller)
                            rule(policy, row.at().startsWith("B") ? "poolScaled" : "poolScript");
            String price = row.at().replaceAll(".*price=([0-9.e]+).*", "$1");
            return row.exact(
                    controller.next(
                            row.index("pool="),
                            new BigDecimal(price).toBigIntegerExact(),
                            row.index("active=")));
        }
        Controller script = (Controller) rule(policy, "poolScript");
        BigInteger coin = BigInteger.TEN.pow(18);
        return switch (row.quantity()) {
            case "PRECISION" -> row.exact(script.precision());
            case "pool_shrink_rate" -> row.exact(units(script.shrink(), 7).stripTrailingZeros());
            case "pool_growth_rate" -> row.exact(units(script.grow(), 7).stripTrailingZeros());
            case "min_reward,max_reward" ->
                    row.exact(
                            script.minimum().divide(coin)
                                    + " ether;"
                                    + script.maximum().divide(coin)
                                    + " ether");
            case "cumulative_unlocked" ->
                    row.exact(
                            ((Release) rule(policy, "vestingExample"))
                                    .free(
                                            row.index("reward="),
                                            row.index("start="),
                                            row.index("epoch=")));
            case "dust_never_vested" ->
                    row.exact(
                            number(1000)
                                    .subtract(
                                            ((Release) rule(policy, "vestingExample"))
                                                    .free(number(1000), ZERO, number(1_000_000))));
            case "vesting_periods" ->
                    row.exact(((Release.EqualParts) rule(policy, "vesting")).parts());
            case "vesting_period_epochs" ->
                    row.exact(((Release.EqualParts) rule(policy, "vesting")).period());
            case "unlocked_per_day_FLT" ->
                    row.exact(
                            ((Release) rule(policy, "vesting"))
                                    .free(number(182), number(5), number(6)));
            case "allocation_percent DAO/community/investors/labs" -> {
                Split split = (Split) rule(policy, "allocation");
                yield row.exact(
                        String.join(
                                ";",
                                split.divide(number(100)).stream()
                                        .map(share -> share.amount().toString())
                                        .toList()));
            }
            case "halving" -> out("P1 by time; the deployed parameters are not published");
            default -> constant(policy, row);
        };
    }

    static Verdict gonka(GoldenRow row) {
        Policy policy = policy("gonka");
        if (row.is("reward") && row.at().startsWith("epochs=")) {
            BigInteger computed = amount(policy, "epochReward", row.index("epochs="));
            if (row.value().startsWith("(")) {
                String[] ends = row.value().replaceAll("[()]", "").split(",", -1);
                boolean inside =
                        computed.compareTo(new BigInteger(ends[0])) > 0
                                && computed.compareTo(new BigInteger(ends[1])) < 0;
                return inside ? new Verdict.Rounded() : new Verdict.Wrong(computed.toString());
            }
            BigDecimal printed = new BigDecimal(row.value().replaceAll(" .*", ""));
            BigDecimal tolerance =
                    row.value().contains("+-5%")
                            ? printed.multiply(new BigDecimal("0.05"))
                            : BigDecimal.ZERO;
            return within(new BigDecimal(computed), printed, tolerance);
        }
        return row.is("reward")
                ? out("exp() in floating point is what the engine replaces by a fixed fraction")
                : constant(policy, row);
    }

    static Verdict storj(GoldenRow row) {
        Policy policy = policy("storj");
        Release.HoldBack hold = (Release.HoldBack) rule(policy, "holdBack");
        return switch (row.quantity()) {
            case "withheld_percent" ->
                    row.exact(hold.percent(row.index("month=").longValueExact()));
            case "withheld_percent,in_withholding" -> {
                long month = monthOfLife(row);
                yield row.exact(
                        hold.percent(month) + "," + (hold.withholding(month) ? "True" : "False"));
            }
            case "disposed_percent_of_held" -> {
                BigInteger free = hold.free(number(10_000), ONE, number(16));
                yield row.exact(
                        free.subtract(number(2500)).multiply(number(100)).divide(number(7500)));
            }
            case "held_returned_percent" -> out("a graceful exit is an event, not a schedule");
            case "rate_at_rest_USD_per_GBh" -> dollars(policy, row, "atRestPerGbHour");
            case "rate_egress_USD_per_TB" -> dollars(policy, row, "egressPerTb");
            case "rate_repair_USD_per_TB" -> dollars(policy, row, "repairPerTb");
            case "rate_audit_USD_per_TB" -> dollars(policy, row, "auditPerTb");
            case "rate_ingress_USD_per_TB" -> out("nothing is paid");
            case "storage_USD_per_TB_month" -> dollars(policy, row, "storagePerTbMonth");
            case "egress_USD_per_TB" -> dollars(policy, row, "egressPerTbSince2023");
            case "repair_USD_per_TB" -> dollars(policy, row, "repairPerTbSince2023");
            default -> out(DEPENDS);
        };
    }

    private static Verdict dollars(Policy policy, GoldenRow row, String series) {
        BigDecimal printed = new BigDecimal(row.value());
        return within(units(amount(policy, series, ZERO), 8), printed, BigDecimal.ZERO);
    }

    /// Full months from creation to the end of the period, plus one.
    private static long monthOfLife(GoldenRow row) {
        String[] dates = row.at().replaceAll("[a-z]+=", "").split(" ", -1);
        return 1
                + java.time.temporal.ChronoUnit.MONTHS.between(
                        java.time.LocalDate.parse(dates[0]), java.time.LocalDate.parse(dates[1]));
    }
}
