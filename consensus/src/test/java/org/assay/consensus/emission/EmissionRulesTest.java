package org.assay.consensus.emission;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Withdrawal;
import org.junit.jupiter.api.Test;

final class EmissionRulesTest {
    private static final Address PROPOSER = Address.ofNumber(0x1001);
    private static final Address PARENT_PROPOSER = Address.ofNumber(0x1002);
    private static final Address REWARDS = Address.ofNumber(0x2001);
    private static final Address TREASURY = Address.ofNumber(0x2002);
    private static final long EPOCH_BLOCKS = 4;
    private static final long GENESIS_TIME = 1_700_000_000;

    private static UInt256 gwei(long gwei) {
        return UInt256.of(BigInteger.valueOf(gwei).multiply(EmissionRules.GWEI));
    }

    private static BlockFacts.Parent burned(long prologueFeeWei, long baseFeeWei) {
        return new BlockFacts.Parent(
                PARENT_PROPOSER,
                UInt256.of(prologueFeeWei),
                UInt256.of(baseFeeWei),
                UInt256.ZERO,
                UInt256.ZERO,
                UInt256.ZERO,
                UInt256.ZERO);
    }

    private static BlockFacts facts(
            long number, long timestamp, BlockFacts.Parent parent, long mintGwei) {
        return new BlockFacts(
                number,
                timestamp,
                PROPOSER,
                parent,
                new BlockFacts.Epoch(EPOCH_BLOCKS, mintGwei),
                new BlockFacts.Recipients(REWARDS, TREASURY),
                UInt256.ZERO);
    }

    /// The row after `number` blocks of one second each, in which nothing burns.
    private static LedgerRow after(Policy policy, long number) {
        LedgerRow row = LedgerRow.GENESIS;
        for (long height = 1; height <= number; height++) {
            row =
                    EmissionRules.next(
                                    policy,
                                    row,
                                    facts(
                                            height,
                                            GENESIS_TIME + height,
                                            BlockFacts.Parent.GENESIS,
                                            0))
                            .row();
        }
        return row;
    }

    @Test
    void theClockStartsWithBlockOneAndPaysFromBlockTwo() {
        Policy policy = Policy.assay();
        EmissionStep first =
                EmissionRules.next(
                        policy,
                        LedgerRow.GENESIS,
                        facts(1, GENESIS_TIME, BlockFacts.Parent.GENESIS, 0));
        assertThat(first.withdrawals()).isEmpty();
        assertThat(first.row().clock()).isEqualTo(GENESIS_TIME);

        EmissionStep second =
                EmissionRules.next(
                        policy,
                        first.row(),
                        facts(2, GENESIS_TIME + 1, BlockFacts.Parent.GENESIS, 0));
        assertThat(second.withdrawals())
                .containsExactly(
                        new Withdrawal(0, 3, PROPOSER, 16_666_666),
                        new Withdrawal(1, 4, TREASURY, 8_333_333));
        assertThat(second.row().epochAccruedWei()).isEqualTo(UInt256.parse("58333333100000000"));
        assertThat(second.row().remainderWei()).isEqualTo(UInt256.of(900_000_000));
    }

    @Test
    void remaindersArePaidWhenTheyAddUpToAGwei() {
        LedgerRow row = after(Policy.assay(), 2);
        EmissionStep third =
                EmissionRules.next(
                        Policy.assay(),
                        row,
                        facts(3, GENESIS_TIME + 3, BlockFacts.Parent.GENESIS, 0));
        assertThat(third.withdrawals())
                .containsExactly(
                        new Withdrawal(2, 3, PROPOSER, 16_666_667),
                        new Withdrawal(3, 4, TREASURY, 8_333_333));
        assertThat(third.row().remainderWei()).isEqualTo(UInt256.of(800_000_000));
    }

    @Test
    void anEpochClosesAndTheNextBlockMintsWhatWasVerified() {
        LedgerRow closing = after(Policy.assay(), 4);
        assertThat(closing.closedEpoch()).isEqualTo(1);
        assertThat(closing.epochAccruedWei()).isEqualTo(UInt256.ZERO);
        assertThat(closing.closedEpochAllowanceWei())
                .isEqualTo(UInt256.parse("174999999300000000"));

        EmissionStep next =
                EmissionRules.next(
                        Policy.assay(),
                        closing,
                        facts(5, GENESIS_TIME + 5, BlockFacts.Parent.GENESIS, 100_000_000));
        assertThat(next.withdrawals().getFirst())
                .isEqualTo(new Withdrawal(6, 2, REWARDS, 100_000_000));
        assertThat(next.row().notEmittedWei()).isEqualTo(UInt256.parse("74999999300000000"));
        assertThat(next.row().closedEpoch()).isZero();
        assertThat(next.row().closedEpochAllowanceWei()).isEqualTo(UInt256.ZERO);
    }

    @Test
    void anAskAboveTheAllowanceMintsTheAllowance() {
        LedgerRow closing = after(Policy.assay(), 4);
        EmissionStep next =
                EmissionRules.next(
                        Policy.assay(),
                        closing,
                        facts(5, GENESIS_TIME + 5, BlockFacts.Parent.GENESIS, 175_000_000));
        assertThat(next.withdrawals().getFirst().amountGwei()).isEqualTo(174_999_999);
        assertThat(next.events())
                .contains(
                        new EmissionEvent.EpochMintClamped(
                                1,
                                BigInteger.valueOf(175_000_000),
                                BigInteger.valueOf(174_999_999)));
    }

    @Test
    void thePrologueIsRefundedAsRecycledAndTheRestStaysBurned() {
        LedgerRow row = after(Policy.assay(), 1);
        EmissionStep step =
                EmissionRules.next(
                        Policy.assay(),
                        row,
                        facts(2, GENESIS_TIME + 2, burned(2_500_000_000L, 7_000_000_000L), 0));
        assertThat(step.withdrawals().getFirst())
                .isEqualTo(new Withdrawal(0, 0, PARENT_PROPOSER, 2));
        assertThat(step.row().recycledWei()).isEqualTo(gwei(2));
        assertThat(step.row().burnedWei()).isEqualTo(gwei(5));
    }

    @Test
    void anOutageNeitherLosesNorGains() {
        LedgerRow steady = after(Policy.assay(), 200);
        LedgerRow row = after(Policy.assay(), 20);
        long number = 21;
        while (row.clock() < GENESIS_TIME + 200) {
            row =
                    EmissionRules.next(
                                    Policy.assay(),
                                    row,
                                    facts(
                                            number++,
                                            GENESIS_TIME + 200,
                                            BlockFacts.Parent.GENESIS,
                                            0))
                            .row();
        }
        assertThat(number).isEqualTo(24);
        assertThat(row.scheduledWei()).isEqualTo(steady.scheduledWei());
    }

    private static Policy twoVersions() {
        Policy policy = Policy.assay();
        Policy.Version one = policy.versions().getFirst();
        Policy.Version two =
                new Policy.Version(
                        2,
                        new Policy.Start.Height(10),
                        one.weiPerUnit(),
                        one.cap(),
                        one.period(),
                        one.clockBoundSeconds(),
                        one.schedule(),
                        one.split(),
                        one.breaker(),
                        one.feeShareBps(),
                        one.demandBand());
        return new Policy(
                "two", "wei", 18, java.util.List.of(one, two), policy.series(), policy.constants());
    }

    /// A row that another engine, or a fault, would have filled the breaker's bucket with.
    private static LedgerRow withWindow(LedgerRow row, UInt256 windowGwei) {
        return new LedgerRow(
                row.mintedWei(),
                row.burnedWei(),
                row.recycledWei(),
                row.notEmittedWei(),
                row.lockedWei(),
                row.remainderWei(),
                row.clock(),
                row.clock(),
                windowGwei,
                row.nextWithdrawalIndex(),
                row.epochAccruedWei(),
                row.closedEpoch(),
                row.closedEpochAllowanceWei(),
                row.halted());
    }

    @Test
    void aFullBreakerStopsMintingUntilANewVersion() {
        Policy policy = twoVersions();
        UInt256 capacity = UInt256.of(83_333_333L * 86_400);
        LedgerRow row = withWindow(after(policy, 8), capacity.addExact(UInt256.of(60_000_000)));
        EmissionStep ninth =
                EmissionRules.next(
                        policy,
                        row,
                        facts(9, GENESIS_TIME + 9, burned(2_000_000_000, 2_000_000_000), 5));
        assertThat(ninth.row().halted()).isTrue();
        assertThat(ninth.withdrawals())
                .containsExactly(new Withdrawal(row.nextWithdrawalIndex(), 0, PARENT_PROPOSER, 2));
        assertThat(ninth.row().closedEpochAllowanceWei()).isEqualTo(UInt256.ZERO);
        assertThat(ninth.row().scheduledWei().subtractExact(row.scheduledWei()))
                .isEqualTo(UInt256.parse("83333333000000000"));
        EmissionStep tenth =
                EmissionRules.next(
                        policy,
                        ninth.row(),
                        facts(10, GENESIS_TIME + 10, BlockFacts.Parent.GENESIS, 0));
        assertThat(tenth.row().halted()).isFalse();
        assertThat(tenth.withdrawals()).hasSize(2);
        assertThat(tenth.events())
                .contains(new EmissionEvent.PolicyChanged(2), new EmissionEvent.BreakerResumed(2));
    }

    @Test
    void aBucketWithRoomForTheBlockDoesNotTrip() {
        UInt256 capacity = UInt256.of(83_333_333L * 86_400);
        LedgerRow row = withWindow(after(Policy.assay(), 9), capacity);
        EmissionStep tenth =
                EmissionRules.next(
                        Policy.assay(),
                        row,
                        facts(10, GENESIS_TIME + 10, BlockFacts.Parent.GENESIS, 0));
        assertThat(tenth.row().halted()).isFalse();
    }

    @Test
    void aFallOfTheRateDoesNotTripOnWhatWasPromisedBefore() {
        Policy policy = twoVersions();
        Policy.Version two = policy.versions().get(1);
        HalvingByIssuance slow =
                new HalvingByIssuance(
                        two.cap(), EmissionRules.GWEI, HalvingByIssuance.Measure.ISSUED);
        Policy fallen =
                new Policy(
                        "fallen",
                        "wei",
                        18,
                        java.util.List.of(
                                policy.versions().getFirst(),
                                new Policy.Version(
                                        2,
                                        two.start(),
                                        two.weiPerUnit(),
                                        two.cap(),
                                        two.period(),
                                        two.clockBoundSeconds(),
                                        slow,
                                        two.split(),
                                        new Breaker(300, 2),
                                        0,
                                        two.demandBand())),
                        policy.series(),
                        policy.constants());
        assertThat(fallen.chainProblem(EPOCH_BLOCKS)).isEmpty();
        EmissionStep step =
                EmissionRules.next(
                        fallen,
                        after(fallen, 12),
                        facts(13, GENESIS_TIME + 13, BlockFacts.Parent.GENESIS, 50_000_000));
        assertThat(step.row().halted()).isFalse();
        assertThat(step.withdrawals().getFirst().amountGwei()).isEqualTo(50_000_000);
    }

    @Test
    void aTwentyBlockEraPaysHalfFromItsFirstBlockOn() {
        Policy policy =
                switch (Policy.parse(TWENTY_BLOCKS)) {
                    case Policy.Parsed.Valid(Policy valid) -> valid;
                    case Policy.Parsed.Invalid(Policy.Problem problem) ->
                            throw new AssertionError(problem);
                };
        LedgerRow row = LedgerRow.GENESIS;
        for (long height = 1; height <= 80; height++) {
            EmissionStep step =
                    EmissionRules.next(
                            policy,
                            row,
                            facts(height, GENESIS_TIME + height, BlockFacts.Parent.GENESIS, 0));
            long era = (height - 1) / 20;
            assertThat(step.withdrawals())
                    .as("block " + height)
                    .containsExactly(
                            new Withdrawal(height - 1, 3, PROPOSER, 2_000_000_000L >> era));
            row = step.row();
        }
    }

    private static final String TWENTY_BLOCKS =
            """
            {"name": "rehearsal", "versions": [{
              "version": 1, "start": {"height": 0}, "cap": "80000000000000000000", "per": "block",
              "schedule": {"kind": "halvingByIssuance", "cap": "80000000000000000000",
                           "base": "2000000000000000000"},
              "split": {"parts": [{"name": "all", "share": 10000, "to": "proposer"}]},
              "breaker": {"window": 100, "multiple": 2}}]}
            """;
}
