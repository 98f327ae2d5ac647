package org.assay.primitives.crypto;

import org.bouncycastle.crypto.digests.KeccakDigest;

/// Keccak-256 over a stream that goes on, with its hash at any moment: RLPx's running MACs. One
/// owner.
public final class KeccakStream {
    private final KeccakDigest digest = new KeccakDigest(256);

    public void update(byte[] input) {
        update(input, 0, input.length);
    }

    public void update(byte[] input, int offset, int size) {
        digest.update(input, offset, size);
    }

    /// The 32-byte hash of everything so far.
    public byte[] hash() {
        byte[] output = new byte[32];
        new KeccakDigest(digest).doFinal(output, 0);
        return output;
    }
}
