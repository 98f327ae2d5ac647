package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.P256;

/// 0x100: `hash ‖ r ‖ s ‖ x ‖ y` → a word holding 1 where the secp256r1 signature is good, else
/// empty output, which is a success as well (EIP-7951).
final class P256Verify implements Precompile {
    private static final long GAS = 6900;
    private static final int INPUT_BYTES = 160;

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS;
    }

    @Override
    public byte[] run(byte[] input) {
        if (input.length != INPUT_BYTES) {
            return Input.EMPTY;
        }
        boolean good =
                P256.verify(
                        UInt256.at(input, 0).toHash(),
                        UInt256.at(input, 32),
                        UInt256.at(input, 64),
                        UInt256.at(input, 96),
                        UInt256.at(input, 128));
        return good ? Input.truth(true) : Input.EMPTY;
    }
}
