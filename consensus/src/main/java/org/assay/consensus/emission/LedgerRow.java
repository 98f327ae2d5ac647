package org.assay.consensus.emission;

import org.assay.primitives.UInt256;

/// The native token's ledgers after a block, as the `Prologue` contract stores them (same fields,
/// same order as its struct).
///
/// @param mintedWei all withdrawals so far, refunds and fee shares included
/// @param burnedWei destroyed for good, up to the parent block; stays issued
/// @param recycledWei destroyed and counted back as not issued, up to the parent block
/// @param notEmittedWei scheduled and never created
/// @param lockedWei stake and escrow as the caller reported it; information, not part of the
/// supply @param remainderWei direct payments below a gwei that wait to add up
/// @param clock emission clock in seconds, 0 before it starts
/// @param breakerWindowStart where the breaker's bucket was last empty: clock seconds, or the
/// block
///     number where the policy emits per block
/// @param breakerWindowGwei minted since then; below 2^128
/// @param nextWithdrawalIndex index of the next withdrawal (EIP-4895)
/// @param epochAccruedWei allowance of the epoch pool accrued in the running epoch
/// @param closedEpoch epoch that this block closes, 0 for none: epochs count from 1
/// @param closedEpochAllowanceWei what verified work of `closedEpoch` may claim
/// @param halted the breaker has stopped minting
public record LedgerRow(
        UInt256 mintedWei,
        UInt256 burnedWei,
        UInt256 recycledWei,
        UInt256 notEmittedWei,
        UInt256 lockedWei,
        UInt256 remainderWei,
        long clock,
        long breakerWindowStart,
        UInt256 breakerWindowGwei,
        long nextWithdrawalIndex,
        UInt256 epochAccruedWei,
        long closedEpoch,
        UInt256 closedEpochAllowanceWei,
        boolean halted) {

    /// The row of the genesis block: nothing minted, the clock not started.
    public static final LedgerRow GENESIS =
            new LedgerRow(
                    UInt256.ZERO,
                    UInt256.ZERO,
                    UInt256.ZERO,
                    UInt256.ZERO,
                    UInt256.ZERO,
                    UInt256.ZERO,
                    0,
                    0,
                    UInt256.ZERO,
                    0,
                    UInt256.ZERO,
                    0,
                    UInt256.ZERO,
                    false);

    /// Minted less recycled, at least zero (coins of the genesis block can be recycled too): what
    /// schedules by issuance and the cap look at.
    public UInt256 issuedWei() {
        return mintedWei.compareTo(recycledWei) <= 0
                ? UInt256.ZERO
                : mintedWei.subtractExact(recycledWei);
    }

    /// Issued, plus what is promised and may still be minted: the epoch pool and the remainder.
    public UInt256 committedWei() {
        return issuedWei()
                .addExact(epochAccruedWei)
                .addExact(closedEpochAllowanceWei)
                .addExact(remainderWei);
    }

    /// Everything the schedule has given out, created or not; only recycling lowers it.
    public UInt256 scheduledWei() {
        return committedWei().addExact(notEmittedWei);
    }
}
