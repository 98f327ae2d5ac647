package org.assay.evm.precompile;

import org.assay.evm.Fork;

/// 0x04: copies the input (YP appendix E).
final class Identity implements Precompile {
    @Override
    public long gas(byte[] input, Fork fork) {
        return 15 + 3 * Input.words(input);
    }

    @Override
    public byte[] run(byte[] input) {
        return input.clone();
    }
}
