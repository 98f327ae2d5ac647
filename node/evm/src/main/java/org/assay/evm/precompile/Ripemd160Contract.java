package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Ripemd160;

/// 0x03: RIPEMD-160 of the input, in the low 20 bytes of a word (YP appendix E).
final class Ripemd160Contract implements Precompile {
    @Override
    public long gas(byte[] input, Fork fork) {
        return 600 + 120 * Input.words(input);
    }

    @Override
    public byte[] run(byte[] input) {
        byte[] word = new byte[32];
        System.arraycopy(Ripemd160.hash(input), 0, word, 32 - Ripemd160.SIZE, Ripemd160.SIZE);
        return word;
    }
}
