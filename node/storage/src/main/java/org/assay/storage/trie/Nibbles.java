package org.assay.storage.trie;

import org.assay.primitives.Hash;

/// Paths of half bytes, one a byte, values 0 to 15.
final class Nibbles {
    private Nibbles() {}

    static byte[] of(byte[] key) {
        byte[] nibbles = new byte[key.length * 2];
        for (int i = 0; i < key.length; i++) {
            nibbles[2 * i] = (byte) ((key[i] >> 4) & 0xf);
            nibbles[2 * i + 1] = (byte) (key[i] & 0xf);
        }
        return nibbles;
    }

    /// The key of 64 nibbles.
    static Hash toHash(byte[] nibbles) {
        byte[] key = new byte[Hash.SIZE];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (nibbles[2 * i] << 4 | nibbles[2 * i + 1]);
        }
        return Hash.of(key);
    }

    /// The first index from `from` on at which the two differ, or one ends.
    static int mismatch(byte[] first, byte[] second, int from) {
        int end = Math.min(first.length, second.length);
        int i = from;
        while (i < end && first[i] == second[i]) {
            i++;
        }
        return i;
    }
}
