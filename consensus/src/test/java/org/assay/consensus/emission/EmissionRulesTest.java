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
}
