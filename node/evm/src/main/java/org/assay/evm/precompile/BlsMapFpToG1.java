package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Bls12;
import org.jspecify.annotations.Nullable;

/// 0x10: a point of G1 of BLS12-381 from a field element (EIP-2537).
final class BlsMapFpToG1 implements Precompile {
    private static final long GAS = 5500;
    private static final int INPUT_BYTES = 64;

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return input.length == INPUT_BYTES ? Bls12.mapFpToG1(input) : null;
    }
}
