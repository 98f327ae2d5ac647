package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Bls12;
import org.jspecify.annotations.Nullable;

/// 0x0b: the sum of two points of the curve of BLS12-381, whether in its subgroup or not
/// (EIP-2537).
final class BlsG1Add implements Precompile {
    private static final long GAS = 375;
    private static final int INPUT_BYTES = 2 * Bls12.G1_BYTES;

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return input.length == INPUT_BYTES ? Bls12.addG1(input) : null;
    }
}
