package org.assay.storage;

import java.util.List;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// A store whose writes do not wait for the disk, for work that can be done again: a crash of the
/// machine may lose the last of them, in order and never in part. [#sync] waits for all so far.
public record UnsyncedStore(KeyValueStore store) implements KeyValueStore {
    private static final Bytes SYNC_KEY = Bytes.of(new byte[] {'s', 'y', 'n', 'c'});

    @Override
    public void write(WriteBatch batch) {
        store.writeUnsynced(batch);
    }

    @Override
    public void writeUnsynced(WriteBatch batch) {
        store.writeUnsynced(batch);
    }

    /// When this returns every write before it is on disk.
    public void sync() {
        WriteBatch batch = new WriteBatch();
        batch.put(Column.META, SYNC_KEY, SYNC_KEY);
        store.write(batch);
    }

    @Override
    public StoreSnapshot snapshot() {
        return store.snapshot();
    }

    @Override
    public @Nullable Bytes get(Column column, Bytes key) {
        return store.get(column, key);
    }

    @Override
    public List<@Nullable Bytes> getAll(Column column, List<Bytes> keys) {
        return store.getAll(column, keys);
    }

    @Override
    public Cursor scan(Column column, KeyRange range) {
        return store.scan(column, range);
    }

    @Override
    public void close() {
        store.close();
    }
}
