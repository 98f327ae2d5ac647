package org.assay.consensus.emission;

import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// What the engine must know of a block besides its parent's [LedgerRow].
///
/// @param number height, from 1
/// @param timestamp in seconds
/// @param coinbase who proposes the block and receives the validators' part
/// @param parent what the parent burned and whom its prologue cost how much
/// @param epoch the length of epochs and, after a closing block, the verified mint
/// @param recipients contracts that pools are paid to
/// @param lockedWei stake and escrow to show in the row; zero where nobody counts it
public record BlockFacts(
        long number,
        long timestamp,
        Address coinbase,
        Parent parent,
        Epoch epoch,
        Recipients recipients,
        UInt256 lockedWei) {

    /// @param coinbase gets the refund
    /// @param prologueFeeWei gas used by transaction 0 times the base fee: at most `baseFeeWei`
    /// @param baseFeeWei base fee burned by the whole block, its prologue included
    /// @param blobFeeWei blob fee burned
    /// @param selfdestructWei burned by contracts destroyed in their creating transaction
    /// @param burnAddressWei what the burn address gained in the block
    /// @param recycledWei the part of `burnAddressWei` that counts back as not issued
    public record Parent(
            Address coinbase,
            UInt256 prologueFeeWei,
            UInt256 baseFeeWei,
            UInt256 blobFeeWei,
            UInt256 selfdestructWei,
            UInt256 burnAddressWei,
            UInt256 recycledWei) {

        /// A parent that burned nothing: the genesis block.
        public static final Parent GENESIS =
                new Parent(
                        Address.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO);

        /// All that left the supply in the block.
        public UInt256 destroyedWei() {
            return baseFeeWei
                    .addExact(blobFeeWei)
                    .addExact(selfdestructWei)
                    .addExact(burnAddressWei);
        }
    }

    /// @param blocks length of an epoch; blocks whose number it divides close one
    /// @param mintGwei `mintFor(e)` of the `Rewards` contract in the parent's state where the
    ///     parent closed epoch e, else 0
    public record Epoch(long blocks, long mintGwei) {}

    /// @param rewards the contract that holds epoch mints
    /// @param treasury gets the treasury's part and its share of fees
    public record Recipients(Address rewards, Address treasury) {}
}
