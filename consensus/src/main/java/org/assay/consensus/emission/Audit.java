package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.List;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Withdrawal;

/// Proofs that the ledgers and the balances agree.
public final class Audit {
    private static final BigInteger UNSIGNED_64 = BigInteger.ONE.shiftLeft(64);

    private Audit() {}

    /// What a walk over all accounts says against what the ledgers say, in wei.
    ///
    /// @param supplyWei by the ledgers: genesis + minted − burned − recycled
    /// @param balancesWei by the walk, without the burn address
    public record Report(BigInteger supplyWei, BigInteger balancesWei) {
        public boolean agrees() {
            return supplyWei.equals(balancesWei);
        }

        /// Positive where accounts hold more than the ledgers explain.
        public BigInteger differenceWei() {
            return balancesWei.subtract(supplyWei);
        }
    }

    /// The supply after a block by its row: `genesis + minted − burned − recycled`, less what the
    /// block itself destroyed, which only its child books.
    ///
    /// @param genesisWei sum of the genesis balances, without the burn address
    /// @param destroyedWei what the row's own block destroyed ([BlockFacts.Parent#destroyedWei])
    public static BigInteger supplyWei(UInt256 genesisWei, LedgerRow row, UInt256 destroyedWei) {
        return genesisWei
                .toBigInteger()
                .add(row.mintedWei().toBigInteger())
                .subtract(row.burnedWei().toBigInteger())
                .subtract(row.recycledWei().toBigInteger())
                .subtract(destroyedWei.toBigInteger());
    }

    /// Compares with the sum of all balances but the burn address's.
    public static Report compare(
            UInt256 genesisWei, LedgerRow row, UInt256 destroyedWei, BigInteger balancesWei) {
        return new Report(supplyWei(genesisWei, row, destroyedWei), balancesWei);
    }

    /// The invariants of one step, always on: ledgers never fall, indexes follow each other, and
    /// each wei of the step is in exactly one place.
    static void checkStep(
            LedgerRow before,
            LedgerRow after,
            List<Withdrawal> withdrawals,
            BlockFacts.Parent parent) {
        BigInteger paid = BigInteger.ZERO;
        long index = before.nextWithdrawalIndex();
        for (Withdrawal withdrawal : withdrawals) {
            Invariant.check(withdrawal.index() == index, "withdrawal indexes are consecutive");
            Invariant.check(withdrawal.amountGwei() != 0, "no withdrawal of zero");
            BigInteger gwei = BigInteger.valueOf(withdrawal.amountGwei());
            paid = paid.add(gwei.signum() < 0 ? gwei.add(UNSIGNED_64) : gwei);
            index++;
        }
        Invariant.check(after.nextWithdrawalIndex() == index, "the next index follows");
        Invariant.check(
                delta(before.mintedWei(), after.mintedWei())
                        .equals(paid.multiply(EmissionRules.GWEI)),
                "minted is what withdrawals pay");
        Invariant.check(
                delta(before.burnedWei(), after.burnedWei())
                        .add(delta(before.recycledWei(), after.recycledWei()))
                        .equals(parent.destroyedWei().toBigInteger()),
                "burned and recycled are what the parent destroyed");
        Invariant.check(
                delta(before.burnedWei(), after.burnedWei()).signum() >= 0
                        && delta(before.recycledWei(), after.recycledWei()).signum() >= 0
                        && delta(before.notEmittedWei(), after.notEmittedWei()).signum() >= 0
                        && given(after).compareTo(given(before)) >= 0
                        && after.clock() >= before.clock(),
                "ledgers and clock never fall");
    }

    /// All that was ever minted, promised or given up.
    private static BigInteger given(LedgerRow row) {
        return row.mintedWei()
                .addExact(row.epochAccruedWei())
                .addExact(row.closedEpochAllowanceWei())
                .addExact(row.remainderWei())
                .addExact(row.notEmittedWei())
                .toBigInteger();
    }

    private static BigInteger delta(UInt256 before, UInt256 after) {
        return after.toBigInteger().subtract(before.toBigInteger());
    }
}
