package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;

/// 0x01: `hash ‖ v ‖ r ‖ s` → the signer's address as a word (YP appendix E). Any flaw of the
/// signature is a success with empty output; s may be high (EIP-2 binds transactions only).
final class EcRecover implements Precompile {
    private static final long GAS = 3000;
    private static final UInt256 EVEN = UInt256.of(27);
    private static final UInt256 ODD = UInt256.of(28);

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS;
    }

    @Override
    public byte[] run(byte[] input) {
        byte[] padded = Input.resized(input, 128);
        UInt256 v = UInt256.at(padded, 32);
        if (!v.equals(EVEN) && !v.equals(ODD)) {
            return Input.EMPTY;
        }
        Signature signature =
                new Signature(
                        UInt256.at(padded, 64), UInt256.at(padded, 96), v.equals(ODD) ? 1 : 0);
        return Secp256k1.recoverAddress(UInt256.at(padded, 0).toHash(), signature)
                .map(address -> address.toWord().toArray())
                .orElse(Input.EMPTY);
    }
}
