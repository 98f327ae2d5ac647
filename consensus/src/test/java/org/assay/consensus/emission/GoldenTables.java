package org.assay.consensus.emission;

import static org.assay.consensus.emission.GoldenChains.amount;
import static org.assay.consensus.emission.GoldenChains.constant;
import static org.assay.consensus.emission.GoldenChains.number;
import static org.assay.consensus.emission.GoldenChains.policy;
import static org.assay.consensus.emission.GoldenChains.rule;
import static org.assay.consensus.emission.GoldenChains.share;
import static org.assay.consensus.emission.GoldenChains.sum;
import static org.assay.consensus.emission.GoldenChains.units;
import static org.assay.consensus.emission.GoldenRow.out;
import static org.assay.consensus.emission.GoldenRow.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.assay.consensus.emission.GoldenRow.Verdict;

/// Golden rows of networks that publish tables and figures: Helium, Render, io.net, Hivemapper,
/// Aethir, GEODNET, Grass.
final class GoldenTables {
    private static final BigInteger ZERO = BigInteger.ZERO;
    private static final BigInteger ONE = BigInteger.ONE;
    private static final String PRICED = "P12: credits and prices belong to contracts";

    private GoldenTables() {}

    static Verdict helium(GoldenRow row) {
        Policy policy = policy("helium");
        if (row.at().startsWith("year=")) {
            return heliumYear(policy, row);
        }
        if (row.at().startsWith("from=")) {
            String series =
                    row.is("hst_percent") ? "hstPercent" : row.quantity().replaceAll("_.*", "");
            return row.exact(
                    amount(
                            policy,
                            series,
                            number(Instant.parse(row.at().substring(5)).getEpochSecond())));
        }
        Remint.Smoothed net = (Remint.Smoothed) rule(policy, "netEmissions");
        return switch (row.quantity()) {
            case "net_emissions_cap_per_day_bones" -> row.exact(net.cap());
            case "net_emissions_cap_per_30min_epoch_HNT(2020)" ->
                    within(
                            units(net.cap(), 8)
                                    .divide(BigDecimal.valueOf(48), MathContext.DECIMAL64),
                            new BigDecimal(row.value()),
                            new BigDecimal("0.01"));
            case "HIP138_treasury_mint_per_day_bones" ->
                    row.exact(amount(policy, "hip138Treasury", ZERO));
            case "supplement_per_subdao_bones" -> supplement(policy, row);
            case "supplement_total_bones" ->
                    row.exact(
                            sum(policy, "supplementPerCrank", number(100_000)).multiply(number(2)));
            case "supplement_total_HNT_published" ->
                    within(
                            units(sum(policy, "supplementPerCrank", number(100_000)), 8)
                                    .multiply(BigDecimal.TWO),
                            new BigDecimal("141000000"),
                            new BigDecimal("500000"));
            case "council_cut_125bps_bones" ->
                    row.exact(share(policy, "councilCut", "council", row.index("amount=")));
            case "smoothed_hnt_burned_bones" -> {
                BigInteger smoothed = number(300);
                for (int epoch = 0; epoch < row.index("epoch=").intValueExact(); epoch++) {
                    smoothed = net.next(smoothed, number(700_000_000_000L));
                }
                yield row.exact(smoothed);
            }
            case "sum_bones" ->
                    row.exact(
                            new BigInteger(row.at().replaceAll(".* x ", ""))
                                    .multiply(new BigInteger(row.at().replaceAll(" .*", ""))));
            case "split_percent data/SP/delegators/PoC" ->
                    row.exact(percents((Split) rule(policy, "mobileSplit")));
            case "HIP20_emission_HNT_per_day" ->
                    within(
                            units(
                                    amount(
                                            policy,
                                            "hnt",
                                            number(
                                                    LocalDate.of(2026, 1, 1)
                                                            .atStartOfDay(ZoneOffset.UTC)
                                                            .toEpochSecond())),
                                    8),
                            new BigDecimal(row.value().replace(",", "")),
                            new BigDecimal("0.5"));
            case "deployer_target_HNT", "top_up_HNT", "deployer_cap_HNT" -> backstop(policy, row);
            default -> out("an observed or projected supply, not a rule");
        };
    }

    private static Verdict heliumYear(Policy policy, GoldenRow row) {
        BigInteger year = row.index("year=");
        if (row.quantity().startsWith("share_")) {
            String leaf = row.quantity().replaceAll("share_(.*)_percent", "$1");
            Split split = ((SplitTable) rule(policy, "hip20Shares")).at(year).orElseThrow();
            return row.rounded(units(split.share(leaf, number(10_000)), 2));
        }
        return row.rounded(
                units(
                        row.quantity().startsWith("hnt_at_start")
                                ? sum(policy, "hip20PerYear", year)
                                : amount(policy, "hip20PerYear", year),
                        8));
    }

    private static Verdict supplement(Policy policy, GoldenRow row) {
        BigInteger byTime = amount(policy, "supplement", row.index("ts="));
        if (row.at().startsWith("crank=")
                && !amount(policy, "supplementPerCrank", row.index("crank=")).equals(byTime)) {
            return new Verdict.Wrong("crank and time disagree");
        }
        return row.exact(byTime);
    }

    private static Verdict backstop(Policy policy, GoldenRow row) {
        DemandBand band = (DemandBand) rule(policy, "deployerBand");
        BigDecimal price = new BigDecimal(row.at().replaceAll("HNT \\$([0-9.]+),.*", "$1"));
        BigInteger carrier =
                new BigDecimal("9100").divide(price, MathContext.DECIMAL64).toBigInteger();
        BigInteger enough = carrier.multiply(number(100));
        BigInteger computed =
                switch (row.quantity()) {
                    case "deployer_target_HNT" -> band.payWei(ZERO, carrier, enough);
                    case "deployer_cap_HNT" -> band.payWei(enough, carrier, ZERO);
                    default -> band.payWei(ZERO, carrier, number(9_100 - 1_644));
                };
        return row.exact(computed);
    }

    private static String percents(Split split) {
        return String.join(
                ";",
                split.divide(number(100)).stream()
                        .map(share -> share.amount().toString())
                        .toList());
    }

    static Verdict render(GoldenRow row) {
        Policy policy = policy("render");
        if (row.at().startsWith("year=1 month=")) {
            return renderMonth(policy, row);
        }
        if (row.at().contains("year=3 month")) {
            return row.exact(
                    share(
                            policy,
                            "year3Shares",
                            row.quantity(),
                            amount(policy, "emissionPerMonth", number(3))));
        }
        return switch (row.quantity()) {
            case "supply_increase_RENDER" ->
                    row.exact(share(policy, "supplyIncrease", "increase", number(536_870_912)));
            case "derived_max_supply_RENDER" ->
                    row.exact(
                            number(536_870_912)
                                    .add(
                                            share(
                                                    policy,
                                                    "supplyIncrease",
                                                    "increase",
                                                    number(536_870_912))));
            case "emission_RENDER" ->
                    row.exact(amount(policy, "emissionPerYear", row.index("year=")));
            case "emission_RENDER(rounded)" ->
                    within(
                            new BigDecimal(
                                    amount(policy, "emissionPerMonth", number(3))
                                            .multiply(number(12))),
                            new BigDecimal("5900000"),
                            new BigDecimal("50000"));
            case "emission_per_month_RENDER" ->
                    row.exact(amount(policy, "emissionPerMonth", row.index("year=")));
            case "foundation_share_percent" ->
                    row.exact(share(policy, "half", "foundation", number(100)));
            case "fee_percent_before_burn" ->
                    row.exact(share(policy, "paymentFee", "fee", number(100)));
            case "network_total" ->
                    row.exact(
                            share(
                                    policy,
                                    "half",
                                    "network",
                                    amount(policy, "emissionPerYear", ONE)));
            case "points_per_token" -> {
                Points tiers = (Points) rule(policy, "upgradeTiers");
                String first = row.at().replaceAll("upgrade tiers ", "").replaceAll("\\.\\..*", "");
                yield row.exact(tiers.tierPoints(new BigInteger(first.replace(",", ""))));
            }
            case "payout_RENDER" ->
                    row.exact(
                            units(
                                    ((Points) rule(policy, "upgradePayout"))
                                            .divide(
                                                    number(9_507_100),
                                                    List.of(number(500_000), number(49_500_000)))
                                            .getFirst(),
                                    2));
            case "pool_RENDER" -> computePool(policy, row);
            case "pool_cap_RENDER (75/node)" ->
                    row.exact(sum(policy, "computePoolPerNode", number(1000)));
            case "wallet_penalty" -> penalty(policy);
            case "salad_chefs_estimated",
                    "illustrative_burn",
                    "total_per_month_with_pull_forward" ->
                    out("an estimate or illustration in a proposal");
            case "burned_RENDER", "reward_RENDER" -> out(PRICED);
            default -> constant(policy, row);
        };
    }

    private static Verdict renderMonth(Policy policy, GoldenRow row) {
        BigInteger month = row.index("month=");
        BigInteger network = amount(policy, "networkPerMonth", month);
        Split split = ((SplitTable) rule(policy, "networkShares")).at(month).orElseThrow();
        return switch (row.quantity()) {
            case "network_allocation" -> row.exact(network);
            case "foundation_compute_clients", "foundation_upgrade_points" ->
                    row.exact(share(policy, "foundationShares", row.quantity(), network));
            case "total_incentives" ->
                    row.exact(
                            network.add(
                                            share(
                                                    policy,
                                                    "foundationShares",
                                                    "foundation_compute_clients",
                                                    network))
                                    .add(
                                            share(
                                                    policy,
                                                    "foundationShares",
                                                    "foundation_upgrade_points",
                                                    network)));
            default -> row.exact(split.share(row.quantity(), network));
        };
    }

    private static Verdict computePool(Policy policy, GoldenRow row) {
        if (row.at().contains("840,852")) {
            return row.exact(
                    units(share(policy, "computePoolTail", "epoch", number(8_408_520)), 1));
        }
        return row.exact(amount(policy, "computePool", row.at().endsWith("11") ? ONE : number(2)));
    }

    /// exp(−0.65·2) = 0.27253179303… for five nodes of one wallet.
    private static Verdict penalty(Policy policy) {
        Points points = (Points) rule(policy, "availability");
        BigInteger scale = BigInteger.TEN.pow(20);
        BigInteger computed = points.penalized(scale, 5);
        return within(
                units(computed, 20),
                new BigDecimal("0.27253179303401260"),
                new BigDecimal("1e-16"));
    }

    static Verdict ionet(GoldenRow row) {
        Policy policy = policy("ionet");
        Geometric formula = (Geometric) rule(policy, "formula");
        if (row.at().startsWith("epoch=")) {
            BigInteger epoch = row.index("epoch=");
            BigDecimal sum = units(sum(policy, "formula", epoch.add(ONE)), 18);
            return switch (row.quantity()) {
                case "emission_IO(rounded 0.01)" ->
                        row.rounded(units(amount(policy, "emission", epoch), 18));
                case "total_supply_IO(rounded 0.01)" ->
                        row.rounded(sum.add(new BigDecimal("500000000")));
                case "cumulative_emission_IO" -> row.rounded(sum);
                default ->
                        within(
                                units(formula.base(), 18)
                                        .divide(
                                                new BigDecimal("500000000"),
                                                MathContext.DECIMAL128),
                                new BigDecimal(row.value()),
                                BigDecimal.ZERO);
            };
        }
        return switch (row.quantity()) {
            case "disinflation_rate_per_epoch" -> {
                BigDecimal one = new BigDecimal(ONE.shiftLeft(FixedPoint.Q256));
                yield within(
                        one.subtract(new BigDecimal(formula.ratio()))
                                .divide(one, new MathContext(60)),
                        new BigDecimal(row.value()),
                        new BigDecimal("1e-60"));
            }
            default -> constant(policy, row);
        };
    }

    static Verdict hivemapper(GoldenRow row) {
        Policy policy = policy("hivemapper");
        BigInteger coin = number(1_000_000_000);
        if (row.quantity().startsWith("allocation_")) {
            String leaf = row.quantity().replaceAll("allocation_(.*)_percent", "$1");
            return row.exact(share(policy, "allocation", leaf, number(100)));
        }
        LinearRelease progress = (LinearRelease) rule(policy, "mapProgress");
        Remint.Fraction remint =
                (Remint.Fraction)
                        rule(policy, row.at().startsWith("before") ? "remintBefore" : "remint");
        return switch (row.quantity()) {
            case "contributor_pool_HONEY" -> row.exact(progress.pool().divide(coin));
            case "total_map_progress_units" -> row.exact(progress.length());
            case "max_weekly_mint_HONEY" ->
                    within(
                            units(amount(policy, "mapProgress", ZERO), 9),
                            new BigDecimal(row.value().replace("...", "")),
                            new BigDecimal("0.000001"));
            case "burn_permanent_percent" ->
                    row.exact(share(policy, "burned", "permanent", number(100)));
            case "re_mint_percent" -> row.exact(remint.amount(number(100)));
            case "re_mint_cap_per_week_HONEY" -> row.exact(remint.cap().divide(coin));
            case "map_credit_USD", "map_credits", "burned_HONEY_as_published" -> out(PRICED);
            default -> constant(policy, row);
        };
    }

    static Verdict aethir(GoldenRow row) {
        Policy policy = policy("aethir");
        LinearRelease checkers = (LinearRelease) rule(policy, "checkers");
        BigInteger coin = BigInteger.TEN.pow(18);
        if (row.at().startsWith("slash")
                || row.at().startsWith("stake")
                || row.at().equals("sample")) {
            return out("P19: stake and slashing belong to contracts");
        }
        return switch (row.quantity()) {
            case "checker_allocation_ATH" -> row.exact(checkers.pool().divide(coin));
            case "checker_days" -> row.exact(checkers.length());
            // The source prints 47.027; its own division gives 47.0261.
            case "avg_ATH_per_checker_per_day" ->
                    within(
                            units(checkers.amount(ZERO), 18)
                                    .divide(BigDecimal.valueOf(91_759), MathContext.DECIMAL64),
                            new BigDecimal(row.value()),
                            new BigDecimal("0.001"));
            case "percent_of_edge_pool;percent_of_total" -> edge(policy, row);
            case "fee_split_operator;DAO percent" ->
                    row.exact(percents((Split) rule(policy, "edgeFee")));
            case "vesting" -> {
                Release release = (Release) rule(policy, "computeVesting");
                boolean fits =
                        release.free(number(1800), ZERO, ZERO).equals(number(540))
                                && release.free(number(1800), ZERO, number(90))
                                        .equals(number(540 + 540 + 360))
                                && release.free(number(1800), ZERO, number(180))
                                        .equals(number(1800));
                yield fits ? new Verdict.Exact() : new Verdict.Wrong("30/30/40");
            }
            case "PoC_interval_minutes", "heartbeat_minutes" ->
                    out("a checking interval, not a rule of emission");
            default -> constant(policy, row);
        };
    }

    private static Verdict edge(Policy policy, GoldenRow row) {
        BigDecimal year = units(amount(policy, "edge", row.index("year=")), 18);
        String[] printed = row.value().split(";", -1);
        Verdict ofPool =
                new GoldenRow(row.at(), "", printed[0])
                        .rounded(
                                year.movePointRight(2)
                                        .divide(
                                                new BigDecimal("9660000000"),
                                                MathContext.DECIMAL64));
        Verdict ofTotal =
                new GoldenRow(row.at(), "", printed[1])
                        .rounded(
                                year.movePointRight(2)
                                        .divide(
                                                new BigDecimal("42000000000"),
                                                MathContext.DECIMAL64));
        return ofPool instanceof Verdict.Wrong ? ofPool : ofTotal;
    }

    static Verdict geodnet(GoldenRow row) {
        Policy policy = policy("geodnet");
        if (row.at().startsWith("month=")) {
            return out("observed burns, not a rule");
        }
        if (row.at().startsWith("GIP")) {
            return out("quality thresholds: inputs of a scorer");
        }
        return switch (row.quantity()) {
            case "mining_share_percent" ->
                    row.exact(share(policy, "supply", "mining", number(100)));
            case "base_reward_GEOD_per_hour" ->
                    row.exact(amount(policy, "baseRewardPerHour", ZERO));
            case "base_reward_factor" -> {
                BigInteger before = amount(policy, "tripleBandPerDay", day(2026, 6, 30));
                BigInteger after = amount(policy, "tripleBandPerDay", day(2026, 7, 1));
                yield row.exact(after.divide(after) + "/" + before.divide(after));
            }
            case "max_reward_triple_band_GEOD_per_day" -> {
                LocalDate first = LocalDate.parse(row.at().substring(0, 10));
                LocalDate last = LocalDate.parse(row.at().substring(12));
                BigInteger there = amount(policy, "tripleBandPerDay", day(first.getYear(), 7, 1));
                BigInteger end = amount(policy, "tripleBandPerDay", day(last.getYear(), 6, 30));
                yield there.equals(end) ? row.exact(there) : new Verdict.Wrong(end.toString());
            }
            case "multipliers_percent" -> {
                String series =
                        row.at().contains("1 NFT")
                                ? "hexOneNftTwoPlain"
                                : row.at().contains("2 NFT") ? "hexTwoNftTwoPlain" : "hexTwoPlain";
                String[] printed = row.value().split(";", -1);
                StringBuilder computed = new StringBuilder();
                for (int rank = 0; rank < printed.length; rank++) {
                    computed.append(rank == 0 ? "" : ";")
                            .append(amount(policy, series, number(rank)));
                }
                yield row.exact(computed);
            }
            case "staker_bonus_percent" ->
                    row.exact(share(policy, "stakerBonus", "bonus", number(100)));
            case "buyback_burn_percent" ->
                    row.exact(share(policy, "revenue", "buybackBurn", number(100)));
            case "stake_GEOD" -> out("P19: stake requirements belong to contracts");
            default -> constant(policy, row);
        };
    }

    private static BigInteger day(int year, int month, int day) {
        return number(LocalDate.of(year, month, day).atStartOfDay(ZoneOffset.UTC).toEpochSecond());
    }

    static Verdict grass(GoldenRow row) {
        Policy policy = policy("grass");
        BigInteger coin = number(1_000_000_000);
        if (row.is("GRASS")) {
            String at = row.at();
            BigInteger total = number(1_000_000_000);
            if (at.startsWith("investors") || at.startsWith("contributors")) {
                String name = at.replaceAll(" .*", "");
                LinearRelease vest = (LinearRelease) rule(policy, name);
                boolean fits =
                        vest.pool().divide(coin).equals(share(policy, "allocation", name, total))
                                && vest.cumulative(number(12)).orElseThrow().signum() == 0;
                return fits ? row.exact(vest.pool().divide(coin)) : new Verdict.Wrong("vesting");
            }
            if (at.equals("community")) {
                return row.exact(
                        share(policy, "allocation", "airdropOne", total)
                                .add(share(policy, "allocation", "futureIncentives", total))
                                .add(share(policy, "allocation", "routerRewards", total)));
            }
            String[] words = at.replace("community: ", "").split(" ", -1);
            StringBuilder leaf = new StringBuilder(words[0]);
            for (int i = 1; i < words.length; i++) {
                leaf.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(words[i].substring(1));
            }
            return row.exact(share(policy, "allocation", leaf.toString(), total));
        }
        return row.is("days") ? row.exact("7") : constant(policy, row);
    }
}
