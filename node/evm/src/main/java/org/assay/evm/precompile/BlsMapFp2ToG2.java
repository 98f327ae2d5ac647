package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Bls12;
import org.jspecify.annotations.Nullable;

/// 0x11: a point of G2 of BLS12-381 from an element of Fp2 (EIP-2537).
final class BlsMapFp2ToG2 implements Precompile {
    private static final long GAS = 23_800;
    private static final int INPUT_BYTES = 128;

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return input.length == INPUT_BYTES ? Bls12.mapFp2ToG2(input) : null;
    }
}
