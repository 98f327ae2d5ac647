package org.assay.consensus.emission;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Withdrawal;
import org.assay.testkit.Seeds;

final class EmissionPropertiesTest {
    private static final long GENESIS_TIME = 1_700_000_000;
    private static final Address REWARDS = Address.ofNumber(0x2001);
    private static final Address TREASURY = Address.ofNumber(0x2002);

    /// What a window saw: where the breaker's clock stood, and the gwei that count.
    private record Minted(long at, BigInteger gwei) {}

    /// A chain with balances, to be walked independently of the ledgers.
    private static final class Walk {
        private final Policy policy;
        private final Policy.Version version;
        private final long epochBlocks;
        private final RandomGenerator random;
        private final Map<Address, BigInteger> balances = new HashMap<>();
        private final List<Minted> minted = new ArrayList<>();
        private final UInt256 genesisWei = UInt256.parse("1000000000000000000000");
        private LedgerRow row = LedgerRow.GENESIS;
        private BlockFacts.Parent parent = BlockFacts.Parent.GENESIS;
        private long number;
        private long timestamp = GENESIS_TIME;

        Walk(Policy policy, long epochBlocks, RandomGenerator random) {
            this.policy = policy;
            this.epochBlocks = epochBlocks;
            this.random = random;
            version = policy.versions().getFirst();
            balances.put(Address.ofNumber(0x3000), genesisWei.toBigInteger());
        }

        void block() {
            number++;
            timestamp += 1 + (random.nextInt(20) == 0 ? random.nextInt(1000) : random.nextInt(3));
            Address coinbase = Address.ofNumber(0x1000 + random.nextInt(4));
            BigInteger allowanceGwei =
                    row.closedEpochAllowanceWei().toBigInteger().divide(EmissionRules.GWEI);
            long mint =
                    switch (random.nextInt(3)) {
                        case 0 -> 0;
                        case 1 -> allowanceGwei.longValueExact();
                        default -> random.nextLong(Math.max(1, allowanceGwei.longValueExact()));
                    };
            EmissionStep step =
                    EmissionRules.next(
                            policy,
                            row,
                            new BlockFacts(
                                    number,
                                    timestamp,
                                    coinbase,
                                    parent,
                                    new BlockFacts.Epoch(epochBlocks, mint),
                                    new BlockFacts.Recipients(REWARDS, TREASURY),
                                    UInt256.ZERO));
            check(step);
            book(step);
            row = step.row();
            burn(coinbase);
        }

        private void check(EmissionStep step) {
            LedgerRow after = step.row();
            assertThat(after.committedWei().toBigInteger()).isLessThanOrEqualTo(version.capWei());
            assertThat(after.halted()).as("a schedule of its own never trips").isFalse();
            assertThat(after.burnedWei()).isGreaterThanOrEqualTo(row.burnedWei());
            assertThat(after.mintedWei()).isGreaterThanOrEqualTo(row.mintedWei());
            assertThat(after.clock()).isLessThanOrEqualTo(timestamp);
            BigInteger due =
                    EmissionRules.scheduledWei(version, row, number, after.clock())
                            .min(version.capWei().subtract(row.committedWei().toBigInteger()));
            BigInteger given = given(after).subtract(given(row));
            for (Withdrawal withdrawal : step.withdrawals()) {
                if (withdrawal.validatorIndex() < Category.VERIFIED_WORK.code()) {
                    given =
                            given.subtract(
                                    BigInteger.valueOf(withdrawal.amountGwei())
                                            .multiply(EmissionRules.GWEI));
                }
            }
            assertThat(given).as("each scheduled wei is in one ledger").isEqualTo(due);
        }

        private static BigInteger given(LedgerRow row) {
            return row.mintedWei()
                    .addExact(row.epochAccruedWei())
                    .addExact(row.closedEpochAllowanceWei())
                    .addExact(row.remainderWei())
                    .addExact(row.notEmittedWei())
                    .toBigInteger();
        }

        private void book(EmissionStep step) {
            BigInteger counted = BigInteger.ZERO;
            for (Withdrawal withdrawal : step.withdrawals()) {
                BigInteger gwei = BigInteger.valueOf(withdrawal.amountGwei());
                balances.merge(
                        withdrawal.address(), gwei.multiply(EmissionRules.GWEI), BigInteger::add);
                if (withdrawal.validatorIndex() >= Category.VERIFIED_WORK.code()) {
                    counted = counted.add(gwei);
                }
            }
            long at = version.period() == Policy.Period.SECOND ? step.row().clock() : number;
            minted.add(new Minted(at, counted));
            BigInteger sum = balances.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
            assertThat(Audit.compare(genesisWei, step.row(), UInt256.ZERO, sum).agrees()).isTrue();
        }

        private void burn(Address coinbase) {
            long fee = random.nextLong(4_000_000_000L);
            long prologue = random.nextLong(fee + 1);
            long other = random.nextInt(3) == 0 ? random.nextLong(1_000_000) : 0;
            parent =
                    new BlockFacts.Parent(
                            coinbase,
                            UInt256.of(prologue),
                            UInt256.of(fee),
                            UInt256.of(other),
                            UInt256.of(other),
                            UInt256.of(other),
                            UInt256.of(other / 2));
            balances.merge(
                    Address.ofNumber(0x3000),
                    parent.destroyedWei().toBigInteger().negate(),
                    BigInteger::add);
        }

        /// No window of the breaker's length, wherever it starts, has more than its bound.
        void checkWindows() {
            BigInteger bound =
                    version.maximumWei()
                            .multiply(
                                    BigInteger.valueOf(
                                            version.breaker().window()
                                                    * version.breaker().multiple()))
                            .divide(EmissionRules.GWEI)
                            .add(BigInteger.valueOf(5));
            for (int i = 0; i < minted.size(); i++) {
                BigInteger sum = BigInteger.ZERO;
                for (int j = i; j < minted.size(); j++) {
                    if (minted.get(j).at() - minted.get(i).at() >= version.breaker().window()) {
                        break;
                    }
                    sum = sum.add(minted.get(j).gwei());
                }
                assertThat(sum).isLessThanOrEqualTo(bound);
            }
        }
    }

    @Seeds(300)
    void aChainKeepsToItsPolicyAndItsBooks(RandomGenerator random) {
        long epochBlocks = random.nextLong(1, 13);
        Policy policy = RandomPolicies.policy(random, epochBlocks, GENESIS_TIME);
        while (policy.chainProblem(epochBlocks).isPresent()) {
            policy = RandomPolicies.policy(random, epochBlocks, GENESIS_TIME);
        }
        Walk walk = new Walk(policy, epochBlocks, random);
        for (int block = 0; block < 120; block++) {
            walk.block();
        }
        walk.checkWindows();
    }

    @Seeds(300)
    void splitsSumExactly(RandomGenerator random) {
        Split split = RandomPolicies.split(random, 0);
        BigInteger amount = RandomPolicies.number(random, 120);
        BigInteger sum = BigInteger.ZERO;
        for (Split.Share share : split.divide(amount)) {
            assertThat(share.amount()).isNotNegative();
            sum = sum.add(share.amount());
        }
        if (keepsAll(split)) {
            assertThat(sum).isEqualTo(amount);
        } else {
            assertThat(sum)
                    .isLessThanOrEqualTo(amount)
                    .isGreaterThan(amount.subtract(BigInteger.valueOf(Split.PARTS_MAX * 8)));
        }
    }

    private static boolean keepsAll(Split split) {
        boolean rest = split.parts().stream().anyMatch(part -> part.share().isEmpty());
        boolean own = rest || split.remainder() != Split.Remainder.NOBODY;
        return own
                && split.parts().stream()
                        .allMatch(
                                part ->
                                        !(part.destination()
                                                        instanceof Split.Destination.Branch branch)
                                                || keepsAll(branch.split()));
    }

    @Seeds(400)
    void evaluationByJumpingEqualsEvaluationStepByStep(RandomGenerator random) {
        Schedule schedule = RandomPolicies.summable(random);
        BigInteger sum = BigInteger.ZERO;
        for (int index = 0; index < 300; index++) {
            BigInteger at = BigInteger.valueOf(index);
            assertThat(schedule.cumulative(at)).as(schedule + " at " + at).contains(sum);
            BigInteger amount = schedule.amount(at);
            assertThat(amount)
                    .as(schedule + " at " + at)
                    .isNotNegative()
                    .isLessThanOrEqualTo(schedule.maximum());
            sum = sum.add(amount);
        }
    }

    @Seeds(200)
    void halvingByIssuanceJumpsAsItSteps(RandomGenerator random) {
        BigInteger cap = RandomPolicies.number(random, 40);
        HalvingByIssuance schedule =
                new HalvingByIssuance(
                        cap,
                        RandomPolicies.number(random, 36).min(cap),
                        HalvingByIssuance.Measure.ISSUED);
        BigInteger issued = BigInteger.ZERO;
        int level = 0;
        for (int period = 0; period < 300; period++) {
            assertThat(schedule.cumulative(BigInteger.valueOf(period))).contains(issued);
            while (schedule.level(issued) > level && schedule.level(issued) < Integer.MAX_VALUE) {
                level++;
                assertThat(schedule.periodsTo(level, BigInteger.ZERO))
                        .contains(BigInteger.valueOf(period));
            }
            assertThat(schedule.amount(issued)).isEqualTo(plainReward(schedule, issued));
            issued = issued.add(schedule.amount(issued));
        }
    }

    /// The rule as the source words it, one doubling at a time.
    private static BigInteger plainReward(HalvingByIssuance schedule, BigInteger issued) {
        BigInteger left = schedule.cap().subtract(issued);
        if (left.signum() <= 0) {
            return BigInteger.ZERO;
        }
        BigInteger reward = schedule.base();
        while (left.shiftLeft(1).compareTo(schedule.cap()) <= 0) {
            left = left.shiftLeft(1);
            reward = reward.shiftRight(1);
        }
        return reward;
    }

    @Seeds(300)
    void floorSumEqualsAdding(RandomGenerator random) {
        BigInteger divisor = RandomPolicies.number(random, 40);
        BigInteger factor = RandomPolicies.number(random, 60).subtract(BigInteger.ONE);
        BigInteger offset = RandomPolicies.number(random, 60).subtract(BigInteger.ONE);
        int count = random.nextInt(200);
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < count; i++) {
            sum = sum.add(factor.multiply(BigInteger.valueOf(i)).add(offset).divide(divisor));
        }
        assertThat(FixedPoint.floorSum(BigInteger.valueOf(count), divisor, factor, offset))
                .isEqualTo(sum);
    }

    @Seeds(200)
    void releasesNeverFallAndEndWhole(RandomGenerator random) {
        BigInteger amount = RandomPolicies.number(random, 80);
        Release.EqualParts parts =
                new Release.EqualParts(
                        RandomPolicies.number(random, 6),
                        RandomPolicies.number(random, 4),
                        random.nextBoolean());
        BigInteger start = BigInteger.valueOf(random.nextInt(50));
        BigInteger before = BigInteger.ZERO;
        for (int at = 0; at < 1500; at++) {
            BigInteger free = parts.free(amount, start, BigInteger.valueOf(at));
            assertThat(free).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(amount);
            before = free;
        }
        assertThat(amount.subtract(before))
                .isLessThan(parts.paysRemainder() ? BigInteger.ONE : parts.parts());
    }
}
