package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Bls12;
import org.jspecify.annotations.Nullable;

/// 0x0f: a word holding 1 where the product of the pairings of the given pairs on BLS12-381 is
/// one, else 0 (EIP-2537). No pairs are an error.
final class BlsPairing implements Precompile {
    private static final long GAS = 37_700;
    private static final long PAIR_GAS = 32_600;

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS + PAIR_GAS * (input.length / Bls12.PAIR_BYTES);
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        if (input.length == 0 || input.length % Bls12.PAIR_BYTES != 0) {
            return null;
        }
        Boolean one = Bls12.isPairingProductOne(input);
        return one == null ? null : Input.truth(one);
    }
}
