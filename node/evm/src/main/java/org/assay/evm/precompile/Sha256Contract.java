package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Sha256;

/// 0x02: SHA-256 of the input (YP appendix E).
final class Sha256Contract implements Precompile {
    @Override
    public long gas(byte[] input, Fork fork) {
        return 60 + 12 * Input.words(input);
    }

    @Override
    public byte[] run(byte[] input) {
        return Sha256.digest().digest(input);
    }
}
