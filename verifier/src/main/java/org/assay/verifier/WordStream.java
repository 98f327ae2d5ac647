package org.assay.verifier;

import java.security.MessageDigest;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;

/// The 64-bit words of SHA256(seed‖u32 ctr), ctr from 0, little-endian: the PRF behind every
/// draw.
public final class WordStream {
    private final MessageDigest sha = Sha256.digest();
    private final byte[] input = new byte[36];
    private byte[] words = new byte[0];
    private int next;
    private int counter;

    WordStream(Hash seed) {
        seed.writeTo(input, 0);
    }

    public static WordStream of(Hash seed) {
        return new WordStream(seed);
    }

    /// The next word, all 64 bits.
    public long next() {
        if (next == words.length) {
            LittleEndian.putInt(input, 32, counter++);
            words = sha.digest(input);
            next = 0;
        }
        long word = LittleEndian.getLong(words, next);
        next += 8;
        return word;
    }

    /// Uniform in `[0, bound)`, `bound` ≥ 1: words from ⌊2^64/bound⌋·bound on are redrawn.
    public long uniform(long bound) {
        // 2^64 mod bound, without 65 bits.
        long excess = Long.remainderUnsigned(-bound, bound);
        while (true) {
            long word = next();
            if (excess == 0 || Long.compareUnsigned(word, -excess) < 0) {
                return Long.remainderUnsigned(word, bound);
            }
        }
    }
}
