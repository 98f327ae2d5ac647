package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.evm.precompile.bn128.AltBn128;
import org.jspecify.annotations.Nullable;

/// 0x07: a point of alt_bn128 times a scalar (EIP-196; price of EIP-1108).
final class Bn128Mul implements Precompile {
    private static final int INPUT_BYTES = AltBn128.POINT_BYTES + AltBn128.SCALAR_BYTES;

    @Override
    public long gas(byte[] input, Fork fork) {
        return fork.isAtLeast(Fork.ISTANBUL) ? 6000 : 40_000;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return AltBn128.multiply(Input.resized(input, INPUT_BYTES));
    }
}
