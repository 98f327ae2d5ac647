package org.assay.chain;

import org.assay.evm.Fork;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.jspecify.annotations.Nullable;

/// The base fee of a block, in wei: fixed on an Assay chain, by EIP-1559 elsewhere.
public final class BaseFee {
    private static final UInt256 FIRST = UInt256.of(1_000_000_000L);
    static final long ELASTICITY = 2;
    private static final long MAX_CHANGE_DENOMINATOR = 8;

    private BaseFee() {}

    /// Of the child of `parent`, null before London.
    public static @Nullable UInt256 ofChild(ChainSpec spec, Header parent, Fork fork) {
        if (!fork.isAtLeast(Fork.LONDON)) {
            return null;
        }
        if (spec.zeroBaseFee()) {
            return UInt256.ZERO;
        }
        if (spec.assay().isPresent()) {
            return spec.assay().get().baseFeePerGasWei();
        }
        UInt256 parentFee = parent.baseFeePerGas();
        return parentFee == null ? FIRST : next(parentFee, parent.gasUsed(), parent.gasLimit());
    }

    /// After a block of `gasUsed` of `gasLimit` at `fee` (EIP-1559).
    public static UInt256 next(UInt256 fee, long gasUsed, long gasLimit) {
        long target = gasLimit / ELASTICITY;
        if (gasUsed == target) {
            return fee;
        }
        UInt256 change =
                fee.multiplyExact(Math.abs(gasUsed - target))
                        .divide(UInt256.of(target))
                        .divide(UInt256.of(MAX_CHANGE_DENOMINATOR));
        return gasUsed > target ? fee.addExact(change.max(UInt256.ONE)) : fee.subtractExact(change);
    }
}
