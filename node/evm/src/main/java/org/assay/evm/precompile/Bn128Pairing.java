package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.evm.precompile.bn128.AltBn128;
import org.jspecify.annotations.Nullable;

/// 0x08: a word holding 1 where the product of the pairings of the given pairs is one, else 0
/// (EIP-197; prices of EIP-1108). No pairs make an empty product, which is one.
final class Bn128Pairing implements Precompile {
    @Override
    public long gas(byte[] input, Fork fork) {
        long pairs = input.length / AltBn128.PAIR_BYTES;
        return fork.isAtLeast(Fork.ISTANBUL) ? 45_000 + 34_000 * pairs : 100_000 + 80_000 * pairs;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        if (input.length % AltBn128.PAIR_BYTES != 0) {
            return null;
        }
        Boolean one = AltBn128.isPairingProductOne(input);
        return one == null ? null : Input.truth(one);
    }
}
