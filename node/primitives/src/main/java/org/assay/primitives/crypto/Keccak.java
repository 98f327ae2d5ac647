package org.assay.primitives.crypto;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.bouncycastle.crypto.digests.KeccakDigest;

/// Keccak-256, the Ethereum hash (not FIPS SHA3-256).
public final class Keccak {
    /// keccak256 of the empty string: the code hash of an account without code.
    public static final Hash EMPTY = hash256(new byte[0]);

    private Keccak() {}

    public static Hash hash256(byte[] input) {
        return hash256(input, 0, input.length);
    }

    /// The hash of `input[offset, offset + size)`.
    public static Hash hash256(byte[] input, int offset, int size) {
        KeccakDigest digest = new KeccakDigest(256);
        digest.update(input, offset, size);
        byte[] output = new byte[32];
        digest.doFinal(output, 0);
        return Hash.at(output, 0);
    }

    public static Hash hash256(Bytes input) {
        return hash256(input.unsafeArray());
    }

    /// The hash of the concatenation of `parts`.
    public static Hash hash256(byte[] first, byte[]... parts) {
        KeccakDigest digest = new KeccakDigest(256);
        digest.update(first, 0, first.length);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] output = new byte[32];
        digest.doFinal(output, 0);
        return Hash.at(output, 0);
    }
}
