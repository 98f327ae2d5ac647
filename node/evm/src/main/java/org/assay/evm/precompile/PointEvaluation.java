package org.assay.evm.precompile;

import java.util.Arrays;
import org.assay.evm.Fork;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Kzg;
import org.jspecify.annotations.Nullable;

/// 0x0a: checks `versionedHash ‖ z ‖ y ‖ commitment ‖ proof`; the output is the constant
/// `FIELD_ELEMENTS_PER_BLOB ‖ BLS_MODULUS` (EIP-4844).
final class PointEvaluation implements Precompile {
    private static final long GAS = 50_000;
    private static final int INPUT_BYTES = 192;
    private static final int COMMITMENT = 96;
    private static final int PROOF = 144;
    private static final UInt256 FIELD_ELEMENTS_PER_BLOB = UInt256.of(4096);

    @Override
    public long gas(byte[] input, Fork fork) {
        return GAS;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        if (input.length != INPUT_BYTES) {
            return null;
        }
        byte[] commitment = Arrays.copyOfRange(input, COMMITMENT, PROOF);
        byte[] proof = Arrays.copyOfRange(input, PROOF, INPUT_BYTES);
        UInt256 z = UInt256.at(input, 32);
        UInt256 y = UInt256.at(input, 64);
        if (!Kzg.versionedHash(commitment).equals(Hash.at(input, 0))
                || !Kzg.verifyEvaluation(commitment, z, y, proof)) {
            return null;
        }
        byte[] output = new byte[64];
        FIELD_ELEMENTS_PER_BLOB.writeTo(output, 0);
        Kzg.MODULUS.writeTo(output, 32);
        return output;
    }
}
