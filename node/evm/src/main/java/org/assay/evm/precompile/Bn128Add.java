package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.evm.precompile.bn128.AltBn128;
import org.jspecify.annotations.Nullable;

/// 0x06: the sum of two points of alt_bn128 (EIP-196; price of EIP-1108).
final class Bn128Add implements Precompile {
    @Override
    public long gas(byte[] input, Fork fork) {
        return fork.isAtLeast(Fork.ISTANBUL) ? 150 : 500;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return AltBn128.add(Input.resized(input, 2 * AltBn128.POINT_BYTES));
    }
}
