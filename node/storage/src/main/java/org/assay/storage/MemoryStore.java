package org.assay.storage;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// The contract's model, in memory: what [RocksStore] must do, plainly. It can crash, which
/// loses unsynced writes, and can be told to fail, for fault tests; and it serves as a store
/// that is meant to be forgotten.
public final class MemoryStore implements KeyValueStore {
    private final Object lock = new Object();
    private Map<Column, NavigableMap<Bytes, Bytes>> columns = empty();
    private Map<Column, NavigableMap<Bytes, Bytes>> synced = empty();
    private final List<WriteBatch> unsynced = new ArrayList<>();
    private final AtomicReference<@Nullable Fault> fault = new AtomicReference<>();
    private long callCount;
    private long writeCount;
    private boolean closed;

    /// Fails a call: the `call`-th from 1, counting all of them or the writes only. A write
    /// that fails may have been applied (`applied`), as on a real disk.
    private record Fault(long call, boolean writesOnly, boolean applied) {}

    /// The `call`-th call from now on (1 is the next) throws, once.
    public void failCall(long call) {
        synchronized (lock) {
            fault.set(new Fault(callCount + call, false, false));
        }
    }

    /// The `write`-th write from now on (1 is the next) throws, once: after it took effect if
    /// `applied`, else without effect.
    public void failWrite(long write, boolean applied) {
        synchronized (lock) {
            fault.set(new Fault(writeCount + write, true, applied));
        }
    }

    /// What a power cut does: the last unsynced writes are gone, down to the first `kept` of
    /// them. Open again by going on with this store.
    public void crash(int kept) {
        synchronized (lock) {
            Map<Column, NavigableMap<Bytes, Bytes>> survivors = copy(synced);
            for (WriteBatch batch : unsynced.subList(0, Math.min(kept, unsynced.size()))) {
                apply(survivors, batch);
            }
            columns = survivors;
            synced = copy(survivors);
            unsynced.clear();
            fault.set(null);
            closed = false;
        }
    }

    /// A power cut that loses every unsynced write.
    public void crash() {
        crash(0);
    }

    /// Writes since it was made.
    public long writeCount() {
        synchronized (lock) {
            return writeCount;
        }
    }

    /// Calls of any kind since it was made.
    public long callCount() {
        synchronized (lock) {
            return callCount;
        }
    }

    @Override
    public @Nullable Bytes get(Column column, Bytes key) {
        synchronized (lock) {
            countCall();
            return column(columns, column).get(key);
        }
    }

    @Override
    public Cursor scan(Column column, KeyRange range) {
        synchronized (lock) {
            countCall();
            return cursor(columns, column, range);
        }
    }

    @Override
    public void write(WriteBatch batch) {
        synchronized (lock) {
            writeThrough(batch);
            for (WriteBatch earlier : unsynced) {
                apply(synced, earlier);
            }
            unsynced.clear();
        }
    }

    @Override
    public void writeUnsynced(WriteBatch batch) {
        synchronized (lock) {
            writeThrough(batch);
        }
    }

    private void writeThrough(WriteBatch batch) {
        countCall();
        writeCount++;
        Fault due = fault.get();
        if (due == null || !due.writesOnly || due.call != writeCount) {
            apply(columns, batch);
            unsynced.add(batch);
            return;
        }
        fault.set(null);
        if (due.applied) {
            apply(columns, batch);
            unsynced.add(batch);
        }
        throw injected();
    }

    @Override
    public StoreSnapshot snapshot() {
        synchronized (lock) {
            countCall();
            return new Snapshot(copy(columns));
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    private void countCall() {
        if (closed) {
            throw new StorageException(
                    StorageException.Reason.FAILED, "the store is closed: open it again");
        }
        callCount++;
        Fault due = fault.get();
        if (due != null && !due.writesOnly && due.call == callCount) {
            fault.set(null);
            throw injected();
        }
    }

    private static StorageException injected() {
        return new StorageException(
                StorageException.Reason.FAILED, "a fault was injected: reopen the store");
    }

    private static Map<Column, NavigableMap<Bytes, Bytes>> empty() {
        Map<Column, NavigableMap<Bytes, Bytes>> columns = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            columns.put(column, new TreeMap<>());
        }
        return columns;
    }

    private static Map<Column, NavigableMap<Bytes, Bytes>> copy(
            Map<Column, NavigableMap<Bytes, Bytes>> source) {
        Map<Column, NavigableMap<Bytes, Bytes>> columns = new EnumMap<>(Column.class);
        source.forEach((column, entries) -> columns.put(column, new TreeMap<>(entries)));
        return columns;
    }

    private static NavigableMap<Bytes, Bytes> column(
            Map<Column, NavigableMap<Bytes, Bytes>> columns, Column column) {
        return java.util.Objects.requireNonNull(columns.get(column));
    }

    private static void apply(Map<Column, NavigableMap<Bytes, Bytes>> columns, WriteBatch batch) {
        for (WriteBatch.Entry entry : batch.entries()) {
            NavigableMap<Bytes, Bytes> target = column(columns, entry.column());
            Bytes to = entry.to();
            Bytes value = entry.value();
            if (to != null) {
                if (entry.key().compareTo(to) < 0) {
                    target.subMap(entry.key(), to).clear();
                }
            } else if (value != null) {
                target.put(entry.key(), value);
            } else {
                target.remove(entry.key());
            }
        }
    }

    private static Cursor cursor(
            Map<Column, NavigableMap<Bytes, Bytes>> columns, Column column, KeyRange range) {
        NavigableMap<Bytes, Bytes> entries = column(columns, column).tailMap(range.from(), true);
        Bytes to = range.to();
        if (to != null) {
            entries =
                    range.from().compareTo(to) < 0
                            ? entries.headMap(to, false)
                            : new TreeMap<Bytes, Bytes>();
        }
        NavigableMap<Bytes, Bytes> ordered = range.descending() ? entries.descendingMap() : entries;
        // Copies: a tree map changes the values of its entries in place.
        List<Map.Entry<Bytes, Bytes>> found = new ArrayList<>();
        ordered.forEach((key, value) -> found.add(Map.entry(key, value)));
        return new ListCursor(found.iterator());
    }

    private record Snapshot(Map<Column, NavigableMap<Bytes, Bytes>> content)
            implements StoreSnapshot {
        @Override
        public @Nullable Bytes get(Column column, Bytes key) {
            return column(content, column).get(key);
        }

        @Override
        public Cursor scan(Column column, KeyRange range) {
            return cursor(content, column, range);
        }

        @Override
        public void close() {}
    }

    private static final class ListCursor implements Cursor {
        private final Iterator<Map.Entry<Bytes, Bytes>> entries;
        private Map.@Nullable Entry<Bytes, Bytes> current;

        ListCursor(Iterator<Map.Entry<Bytes, Bytes>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            current = entries.hasNext() ? entries.next() : null;
            return current != null;
        }

        @Override
        public Bytes key() {
            return java.util.Objects.requireNonNull(current).getKey();
        }

        @Override
        public Bytes value() {
            return java.util.Objects.requireNonNull(current).getValue();
        }

        @Override
        public void close() {}
    }
}
