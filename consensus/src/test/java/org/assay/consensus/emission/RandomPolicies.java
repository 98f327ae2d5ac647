package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.primitives.Address;

/// Policies and rules that favour edges: tiny caps, shares of zero, intervals of one.
final class RandomPolicies {
    private RandomPolicies() {}

    static BigInteger number(RandomGenerator random, int bitsMax) {
        int bits = random.nextInt(bitsMax + 1);
        return switch (random.nextInt(6)) {
            case 0 -> BigInteger.ONE.shiftLeft(bits);
            case 1 -> BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE).max(BigInteger.ONE);
            default -> bits(random, bits).max(BigInteger.ONE);
        };
    }

    private static BigInteger bits(RandomGenerator random, int bits) {
        byte[] bytes = new byte[bits / 8 + 1];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes).shiftRight(bytes.length * 8 - bits);
    }

    static Split split(RandomGenerator random, int depth) {
        long[] denominators = {1, 3, 100, 10_000, 65_535, 1_000_000_000};
        long denominator = denominators[random.nextInt(denominators.length)];
        int count = 1 + random.nextInt(5);
        boolean rest = random.nextBoolean();
        List<Split.Part> parts = new ArrayList<>();
        long left = denominator;
        for (int i = 0; i < count; i++) {
            boolean last = i + 1 == count;
            Optional<Long> share =
                    last && rest
                            ? Optional.empty()
                            : Optional.of(last ? left : random.nextLong(left + 1));
            left -= share.orElse(0L);
            Split.Destination destination =
                    depth < 2 && random.nextInt(4) == 0
                            ? new Split.Destination.Branch(split(random, depth + 1))
                            : leaf(random);
            parts.add(new Split.Part("part" + depth + i, share, destination));
        }
        Split.Remainder[] remainders = Split.Remainder.values();
        return new Split(denominator, remainders[random.nextInt(remainders.length)], parts);
    }

    private static Split.Destination leaf(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> leaf(Split.Target.PROPOSER);
            case 1 -> leaf(Split.Target.TREASURY);
            case 2 -> leaf(Split.Target.NOT_EMITTED);
            case 3 ->
                    new Split.Destination.Leaf(
                            Split.Target.ADDRESS,
                            Optional.of(Address.ofNumber(5000 + random.nextInt(3))));
            default -> leaf(Split.Target.EPOCH_POOL);
        };
    }

    private static Split.Destination leaf(Split.Target target) {
        return new Split.Destination.Leaf(target, Optional.empty());
    }

    /// A policy of one version that a chain with epochs of `epochBlocks` can run.
    static Policy policy(RandomGenerator random, long epochBlocks, long genesisTime) {
        BigInteger cap = number(random, 90);
        BigInteger base = number(random, 70).min(cap);
        boolean perSecond = random.nextBoolean();
        long bound = random.nextLong(1, 61);
        long room = (epochBlocks + 1) * (perSecond ? bound : 1);
        int multiple = 2 + random.nextInt(3);
        long window = Math.max(1, room / (multiple - 1) + 1 + random.nextInt(3) * 50L);
        Policy.Version version =
                new Policy.Version(
                        1,
                        new Policy.Start.Height(0),
                        random.nextBoolean() ? BigInteger.ONE : BigInteger.TEN.pow(9),
                        cap,
                        perSecond ? Policy.Period.SECOND : Policy.Period.BLOCK,
                        bound,
                        chainSchedule(random, base, cap, perSecond, genesisTime),
                        split(random, 0),
                        new Breaker(window, multiple),
                        random.nextInt(10_001),
                        Optional.empty());
        return new Policy("random", "unit", 18, List.of(version), List.of(), List.of());
    }

    private static Schedule chainSchedule(
            RandomGenerator random,
            BigInteger base,
            BigInteger cap,
            boolean perSecond,
            long genesisTime) {
        Axis axis = perSecond ? Axis.TIME : Axis.HEIGHT;
        BigInteger first = perSecond ? BigInteger.valueOf(genesisTime) : BigInteger.ZERO;
        BigInteger interval = BigInteger.valueOf(1 + random.nextInt(60));
        return switch (random.nextInt(5)) {
            case 0 -> new Halving(axis, base, interval, first);
            case 1 ->
                    GeometricSteps.of(
                                    axis,
                                    base,
                                    BigInteger.valueOf(random.nextInt(100)),
                                    BigInteger.valueOf(100),
                                    interval,
                                    first,
                                    500)
                            .orElseThrow();
            case 2 ->
                    new FlatThenTaper(
                            axis,
                            base,
                            BigInteger.ZERO,
                            first,
                            first.add(interval),
                            first.add(interval).add(interval),
                            BigInteger.ZERO,
                            BigInteger.ONE);
            default ->
                    new HalvingByIssuance(
                            cap,
                            base,
                            random.nextBoolean()
                                    ? HalvingByIssuance.Measure.ISSUED
                                    : HalvingByIssuance.Measure.SCHEDULED);
        };
    }

    /// Any schedule with exact sums whose first few hundred periods are worth adding up.
    static Schedule summable(RandomGenerator random) {
        BigInteger base = number(random, 80);
        BigInteger every = BigInteger.valueOf(1 + random.nextInt(40));
        BigInteger first = BigInteger.valueOf(random.nextInt(30));
        return switch (random.nextInt(8)) {
            case 0 -> new Halving(Axis.HEIGHT, base, every, first);
            case 1 ->
                    GeometricSteps.of(
                                    Axis.EPOCH,
                                    base,
                                    BigInteger.valueOf(random.nextInt(130)),
                                    BigInteger.valueOf(100),
                                    every,
                                    first,
                                    random.nextInt(100))
                            .orElseThrow();
            case 2 ->
                    Geometric.of(
                            Axis.EPOCH,
                            base,
                            BigInteger.valueOf(1 + random.nextInt(998)),
                            BigInteger.valueOf(999),
                            Geometric.Rounding.SUM,
                            first,
                            BigInteger.valueOf(random.nextInt(200)));
            case 3 ->
                    new FlatThenTaper(
                            Axis.EPOCH,
                            base,
                            random.nextBoolean() ? BigInteger.ZERO : number(random, 80),
                            first,
                            first.add(every),
                            first.add(every).add(number(random, 9)),
                            BigInteger.valueOf(random.nextInt(50)),
                            BigInteger.valueOf(1 + random.nextInt(5)));
            case 4 -> {
                BigInteger length = number(random, 8);
                yield new LinearRelease(
                        Axis.MONTH, base, first, number(random, 8).min(length), length);
            }
            case 5 ->
                    new Ramp(
                            Axis.EPOCH,
                            base,
                            base.add(number(random, 60)),
                            every,
                            every.add(BigInteger.valueOf(random.nextInt(60))));
            case 6 -> table(random);
            default -> new Capped(new Halving(Axis.HEIGHT, base, every, first), number(random, 80));
        };
    }

    private static RateTable table(RandomGenerator random) {
        List<RateTable.Entry> entries = new ArrayList<>();
        BigInteger start = BigInteger.valueOf(random.nextInt(20));
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            entries.add(new RateTable.Entry(start, number(random, 60)));
            start = start.add(number(random, 7));
        }
        return new RateTable(
                Axis.EPOCH,
                BigInteger.valueOf(1 + random.nextInt(9)),
                random.nextBoolean() ? RateTable.Lookup.START : RateTable.Lookup.END,
                BigInteger.ONE,
                entries);
    }
}
