package org.assay.storage;

import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// The keys `from <= key < to` in unsigned lexicographic order; no upper end where `to` is
/// null. Scanned from the high end down if `descending`.
public record KeyRange(Bytes from, @Nullable Bytes to, boolean descending) {
    public static final KeyRange ALL = new KeyRange(Bytes.EMPTY, null, false);

    public static KeyRange of(Bytes from, Bytes to) {
        return new KeyRange(from, to, false);
    }

    public static KeyRange from(Bytes from) {
        return new KeyRange(from, null, false);
    }

    /// All keys that start with `prefix`.
    public static KeyRange prefix(Bytes prefix) {
        return new KeyRange(prefix, afterPrefix(prefix), false);
    }

    public KeyRange downwards() {
        return new KeyRange(from, to, true);
    }

    boolean contains(Bytes key) {
        return key.compareTo(from) >= 0 && (to == null || key.compareTo(to) < 0);
    }

    /// The smallest key greater than every key with `prefix`; null where there is none.
    public static @Nullable Bytes afterPrefix(Bytes prefix) {
        int size = prefix.size();
        while (size > 0 && prefix.get(size - 1) == (byte) 0xff) {
            size--;
        }
        if (size == 0) {
            return null;
        }
        byte[] next = prefix.slice(0, size).toArray();
        next[size - 1]++;
        return Bytes.wrap(next);
    }
}
