package org.assay.storage;

import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/// A [Cursor] of a [RocksStore]. `open` is held during calls, so that the store cannot close
/// below them; the store closes the cursor before itself.
final class RocksCursor implements Cursor {
    private final Lock open;
    private final Set<AutoCloseable> registry;
    private final KeyRange range;
    private final ReadOptions options;
    private final Slice lower;
    private final @Nullable Slice upper;
    private final RocksIterator iterator;
    private boolean started;
    private boolean closed;

    RocksCursor(
            Lock open,
            Set<AutoCloseable> registry,
            RocksDB db,
            ColumnFamilyHandle column,
            @Nullable Snapshot snapshot,
            KeyRange range) {
        this.open = open;
        this.registry = registry;
        this.range = range;
        this.lower = new Slice(range.from().unsafeArray());
        Bytes to = range.to();
        this.upper = to == null ? null : new Slice(to.unsafeArray());
        this.options = new ReadOptions().setIterateLowerBound(lower);
        if (upper != null) {
            options.setIterateUpperBound(upper);
        }
        if (snapshot != null) {
            options.setSnapshot(snapshot);
        }
        this.iterator = db.newIterator(column, options);
    }

    @Override
    public boolean next() {
        open.lock();
        try {
            requireOpen();
            Bytes to = range.to();
            if (to != null && range.from().compareTo(to) >= 0) {
                return false;
            }
            if (!started) {
                started = true;
                if (range.descending()) {
                    iterator.seekToLast();
                } else {
                    iterator.seekToFirst();
                }
            } else if (range.descending()) {
                iterator.prev();
            } else {
                iterator.next();
            }
            if (iterator.isValid()) {
                return true;
            }
            iterator.status();
            return false;
        } catch (RocksDBException failure) {
            throw RocksFailure.of("cannot scan the database", failure);
        } finally {
            open.unlock();
        }
    }

    @Override
    public Bytes key() {
        open.lock();
        try {
            requireOpen();
            return Bytes.wrap(iterator.key());
        } finally {
            open.unlock();
        }
    }

    @Override
    public Bytes value() {
        open.lock();
        try {
            requireOpen();
            return Bytes.wrap(iterator.value());
        } finally {
            open.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StorageException(
                    StorageException.Reason.FAILED, "the cursor is closed: scan again");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        registry.remove(this);
        iterator.close();
        options.close();
        lower.close();
        if (upper != null) {
            upper.close();
        }
    }
}
