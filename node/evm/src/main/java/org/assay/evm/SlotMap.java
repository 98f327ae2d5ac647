package org.assay.evm;

import java.util.Arrays;

/// The storage slots of one account that a block has looked at: an open-addressing map from a
/// 256-bit key to three 256-bit values, over flat arrays. A slot's number never changes, so that
/// the journal can name it. Words most significant first.
final class SlotMap {
    /// Layout of one slot in [#words]: the key, then the value of the view, the value at the
    /// start of the transaction, and the value now; four longs each.
    static final int KEY = 0;

    static final int BASE = 4;
    static final int ORIGINAL = 8;
    static final int CURRENT = 12;
    static final int WIDTH = 16;

    private static final int CAPACITY_FIRST = 8;

    long[] words = new long[CAPACITY_FIRST * WIDTH];

    /// Two ints a slot: the transaction that last loaded its ORIGINAL, and the one in which it is
    /// warm.
    int[] marks = new int[CAPACITY_FIRST * 2];

    /// Slot number + 1 by hash; 0 is free. Twice the capacity at least.
    private int[] table = new int[CAPACITY_FIRST * 4];

    private int count;

    int count() {
        return count;
    }

    private static int hash(long k0, long k1, long k2, long k3) {
        long mixed = k3 * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 29) ^ k2) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 31) ^ k1) * 0x94d049bb133111ebL;
        mixed = (mixed ^ (mixed >>> 30) ^ k0) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 32);
    }

    /// The number of the slot, or -1.
    int find(long k0, long k1, long k2, long k3) {
        int[] table = this.table;
        long[] words = this.words;
        int mask = table.length - 1;
        int at = hash(k0, k1, k2, k3) & mask;
        while (true) {
            int slot = table[at] - 1;
            if (slot < 0) {
                return -1;
            }
            int i = slot * WIDTH;
            if (words[i + 3] == k3 && words[i + 2] == k2 && words[i + 1] == k1 && words[i] == k0) {
                return slot;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a slot that is not there, all values zero. Its number.
    int add(long k0, long k1, long k2, long k3) {
        int slot = count++;
        if (slot * WIDTH == words.length) {
            words = Arrays.copyOf(words, words.length * 2);
            marks = Arrays.copyOf(marks, marks.length * 2);
            table = new int[table.length * 2];
            for (int other = 0; other < slot; other++) {
                int i = other * WIDTH;
                place(other, words[i], words[i + 1], words[i + 2], words[i + 3]);
            }
        }
        int i = slot * WIDTH;
        words[i] = k0;
        words[i + 1] = k1;
        words[i + 2] = k2;
        words[i + 3] = k3;
        place(slot, k0, k1, k2, k3);
        return slot;
    }

    private void place(int slot, long k0, long k1, long k2, long k3) {
        int mask = table.length - 1;
        int at = hash(k0, k1, k2, k3) & mask;
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = slot + 1;
    }

    /// Whether any value now is not zero.
    boolean anyNonZero() {
        for (int slot = 0; slot < count; slot++) {
            int i = slot * WIDTH + CURRENT;
            if ((words[i] | words[i + 1] | words[i + 2] | words[i + 3]) != 0) {
                return true;
            }
        }
        return false;
    }

    /// Sets every value, also those of the view, to zero: the account was deleted.
    void wipe() {
        for (int slot = 0; slot < count; slot++) {
            Arrays.fill(words, slot * WIDTH + BASE, (slot + 1) * WIDTH, 0);
        }
    }
}
