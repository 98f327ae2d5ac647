package org.assay.consensus.emission;

import java.math.BigInteger;

/// Something a person would want to see in a log or a metric. Events decide nothing.
public sealed interface EmissionEvent {
    /// The policy's version `version` starts with this block.
    record PolicyChanged(int version) implements EmissionEvent {}

    /// The rate fell: `level` halvings are behind.
    record Halved(int level) implements EmissionEvent {}

    /// Minting stops: this block would have brought the window to `attemptedGwei` above what
    /// drained.
    record BreakerTripped(BigInteger attemptedGwei, BigInteger capacityGwei)
            implements EmissionEvent {}

    /// A new policy version lifted the halt.
    record BreakerResumed(int version) implements EmissionEvent {}

    /// The block closes `epoch`.
    record EpochClosed(long epoch, BigInteger allowanceWei) implements EmissionEvent {}

    /// Verified work of `epoch` was minted, the rest of its allowance never will be.
    record EpochMinted(long epoch, BigInteger mintedGwei, BigInteger notEmittedWei)
            implements EmissionEvent {}

    /// `Rewards` asked for more than the epoch's allowance: a fault in the contract. The
    /// allowance was minted.
    record EpochMintClamped(long epoch, BigInteger askedGwei, BigInteger allowanceGwei)
            implements EmissionEvent {}

    /// The schedule wanted more than the cap leaves: the last, partial mint.
    record CapReached(BigInteger capWei) implements EmissionEvent {}
}
