package org.assay.primitives.crypto;

import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/// RIPEMD-160, for the precompiled contract 0x03.
public final class Ripemd160 {
    public static final int SIZE = 20;

    private Ripemd160() {}

    /// The 20-byte digest of `input`.
    public static byte[] hash(byte[] input) {
        RIPEMD160Digest digest = new RIPEMD160Digest();
        digest.update(input, 0, input.length);
        byte[] output = new byte[SIZE];
        digest.doFinal(output, 0);
        return output;
    }
}
