package org.assay.storage;

import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// Changes that are applied together, in order: a later one wins over an earlier one of the
/// same key. Of one thread, used once.
public final class WriteBatch {
    /// One change: a put, a delete (`value` null), or a range delete (`to` set: `key <= k <
    /// to`).
    record Entry(Column column, Bytes key, @Nullable Bytes to, @Nullable Bytes value) {}

    private final List<Entry> entries = new ArrayList<>();
    private long sizeBytes;

    public WriteBatch put(Column column, Bytes key, Bytes value) {
        entries.add(new Entry(column, key, null, value));
        sizeBytes += key.size() + value.size();
        return this;
    }

    public WriteBatch delete(Column column, Bytes key) {
        entries.add(new Entry(column, key, null, null));
        sizeBytes += key.size();
        return this;
    }

    /// Deletes every key in `[from, to)`.
    public WriteBatch deleteRange(Column column, Bytes from, Bytes to) {
        entries.add(new Entry(column, from, to, null));
        sizeBytes += from.size() + to.size();
        return this;
    }

    /// Appends the changes of `other`.
    public WriteBatch add(WriteBatch other) {
        entries.addAll(other.entries);
        sizeBytes += other.sizeBytes;
        return this;
    }

    public int count() {
        return entries.size();
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Keys and values, without overhead.
    public long sizeBytes() {
        return sizeBytes;
    }

    List<Entry> entries() {
        return entries;
    }
}
