package org.assay.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.assay.primitives.Bytes;
import org.assay.storage.StorageException.Reason;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/// The database on disk: RocksDB, one folder, one handle. Every read checks the checksum of its
/// block; a batch goes to the log and is synced before [#write] returns.
///
/// The lock is about closing only: the library crashes the process if it is called after that.
public final class RocksStore implements KeyValueStore {
    /// Of the layout described in `package-info` of this package's users; raised when an older
    /// program must not open the database any more.
    public static final int FORMAT_VERSION = 1;

    static final Bytes MARKER_KEY = Bytes.wrap(new byte[] {'c', 'h', 'a', 'i', 'n'});

    private final Path folder;
    private final ChainMarker chain;
    private final RocksHandles handles;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<AutoCloseable> dependents = ConcurrentHashMap.newKeySet();
    private boolean closed;

    private RocksStore(Path folder, ChainMarker chain, RocksHandles handles) {
        this.folder = folder;
        this.chain = chain;
        this.handles = handles;
    }

    /// Opens the database of `chain` in `folder`, or makes it where the folder is missing or
    /// empty. Throws [StorageException]: LOCKED, FOREIGN, NEWER, CORRUPT, FULL.
    public static RocksStore open(Path folder, ChainMarker chain, StoreOptions options) {
        Optional<ChainMarker> found = ChainMarker.read(folder);
        found.ifPresent(marker -> chain.requireSame(marker, folder));
        if (found.isEmpty()) {
            chain.write(folder);
        }
        return open(folder, options, chain);
    }

    /// Opens whatever chain's database is in `folder`, for tools.
    public static RocksStore openExisting(Path folder, StoreOptions options) {
        Optional<ChainMarker> found = ChainMarker.read(folder);
        if (found.isEmpty() || !Files.exists(folder.resolve("CURRENT"))) {
            throw new StorageException(
                    Reason.FOREIGN, "there is no database in " + folder + ": check the folder");
        }
        return open(folder, options, found.get());
    }

    private static RocksStore open(Path folder, StoreOptions options, ChainMarker chain) {
        RocksHandles handles = RocksHandles.open(folder, options);
        boolean done = false;
        try {
            RocksStore store = new RocksStore(folder, chain, handles);
            store.checkMarker();
            done = true;
            return store;
        } finally {
            if (!done) {
                handles.close();
            }
        }
    }

    /// A database whose first opening was cut short has no marker in it yet.
    private void checkMarker() {
        Bytes inside = get(Column.META, MARKER_KEY);
        if (inside == null) {
            write(new WriteBatch().put(Column.META, MARKER_KEY, chain.toBytes()));
        } else if (!inside.equals(chain.toBytes())) {
            throw new StorageException(
                    Reason.CORRUPT,
                    "the marker file of "
                            + folder
                            + " names another chain than the database in it:"
                            + " restore a backup with db restore");
        }
    }

    public Path folder() {
        return folder;
    }

    public ChainMarker chain() {
        return chain;
    }

    private interface Call<T> {
        T run() throws RocksDBException;
    }

    private <T> T call(String what, Call<T> call) {
        lock.readLock().lock();
        try {
            requireOpen();
            return call.run();
        } catch (RocksDBException failure) {
            throw RocksFailure.of("cannot " + what + " the database in " + folder, folder, failure);
        } finally {
            lock.readLock().unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StorageException(Reason.FAILED, "the store is closed: open it again");
        }
    }

    @Override
    public @Nullable Bytes get(Column column, Bytes key) {
        return get(handles.reads, column, key);
    }

    private @Nullable Bytes get(ReadOptions options, Column column, Bytes key) {
        byte[] array = key.unsafeArray();
        Optional<byte[]> value =
                call(
                        "read",
                        () ->
                                Optional.ofNullable(
                                        handles.db.get(handles.column(column), options, array)));
        return value.map(Bytes::wrap).orElse(null);
    }

    @Override
    public List<@Nullable Bytes> getAll(Column column, List<Bytes> keys) {
        return getAll(handles.reads, column, keys);
    }

    private List<@Nullable Bytes> getAll(ReadOptions options, Column column, List<Bytes> keys) {
        if (keys.isEmpty()) {
            // The library asserts that there are some.
            return List.of();
        }
        List<ColumnFamilyHandle> families = new ArrayList<>(keys.size());
        List<byte[]> arrays = new ArrayList<>(keys.size());
        for (Bytes key : keys) {
            families.add(handles.column(column));
            arrays.add(key.unsafeArray());
        }
        return call(
                "read",
                () -> {
                    List<@Nullable Bytes> values = new ArrayList<>(keys.size());
                    for (byte[] value : handles.db.multiGetAsList(options, families, arrays)) {
                        values.add(value == null ? null : Bytes.wrap(value));
                    }
                    return values;
                });
    }

    @Override
    public Cursor scan(Column column, KeyRange range) {
        return scan(null, column, range);
    }

    private Cursor scan(@Nullable RocksSnapshot snapshot, Column column, KeyRange range) {
        return call(
                "read",
                () -> {
                    RocksCursor cursor =
                            new RocksCursor(
                                    lock.readLock(),
                                    dependents,
                                    handles.db,
                                    handles.column(column),
                                    snapshot == null ? null : snapshot.snapshot,
                                    range);
                    dependents.add(cursor);
                    return cursor;
                });
    }

    @Override
    public void write(WriteBatch batch) {
        write(batch, handles.synced);
    }

    @Override
    public void writeUnsynced(WriteBatch batch) {
        write(batch, handles.unsynced);
    }

    private void write(WriteBatch batch, WriteOptions options) {
        call(
                "write to",
                () -> {
                    byte[] encoded = BatchWriter.encode(batch, handles);
                    try (org.rocksdb.WriteBatch rocksBatch = new org.rocksdb.WriteBatch(encoded)) {
                        handles.db.write(options, rocksBatch);
                    }
                    return true;
                });
    }

    @Override
    public StoreSnapshot snapshot() {
        return call(
                "read",
                () -> {
                    RocksSnapshot snapshot = new RocksSnapshot();
                    dependents.add(snapshot);
                    return snapshot;
                });
    }

    private final class RocksSnapshot implements StoreSnapshot {
        private final org.rocksdb.Snapshot snapshot = handles.db.getSnapshot();
        private final ReadOptions options = new ReadOptions().setSnapshot(snapshot);
        private boolean released;

        @Override
        public @Nullable Bytes get(Column column, Bytes key) {
            return RocksStore.this.get(options, column, key);
        }

        @Override
        public List<@Nullable Bytes> getAll(Column column, List<Bytes> keys) {
            return RocksStore.this.getAll(options, column, keys);
        }

        @Override
        public Cursor scan(Column column, KeyRange range) {
            return RocksStore.this.scan(this, column, range);
        }

        @Override
        public synchronized void close() {
            if (!released) {
                released = true;
                options.close();
                handles.db.releaseSnapshot(snapshot);
                dependents.remove(this);
            }
        }
    }

    /// Sizes and counts.
    public StoreStats stats() {
        return call(
                "read",
                () -> {
                    List<StoreStats.ColumnStats> columns = new ArrayList<>();
                    long diskBytes = 0;
                    long memtableBytes = 0;
                    for (Column column : Column.values()) {
                        ColumnFamilyHandle handle = handles.column(column);
                        long disk = property(handle, "rocksdb.live-sst-files-size");
                        long memtable = property(handle, "rocksdb.cur-size-all-mem-tables");
                        long keys = property(handle, "rocksdb.estimate-num-keys");
                        columns.add(new StoreStats.ColumnStats(column, keys, disk, memtable));
                        diskBytes += disk;
                        memtableBytes += memtable;
                    }
                    return new StoreStats(
                            columns,
                            diskBytes,
                            memtableBytes,
                            handles.cache.getUsage(),
                            handles.db.getAggregatedLongProperty(
                                    "rocksdb.estimate-table-readers-mem"));
                });
    }

    private long property(ColumnFamilyHandle handle, String name) throws RocksDBException {
        return handles.db.getLongProperty(handle, name);
    }

    /// Reads every block of every file and checks its checksum. Throws [StorageException]
    /// (CORRUPT) at the first bad one.
    public void verifyChecksums() {
        call(
                "verify",
                () -> {
                    handles.db.verifyChecksum();
                    return true;
                });
    }

    /// Links every file of the database as of now into `target`, which must not exist: no bytes
    /// are copied on the same disk but the log's. Writes go on meanwhile.
    void checkpoint(Path target) {
        call(
                "back up",
                () -> {
                    try (Checkpoint checkpoint = Checkpoint.create(handles.db)) {
                        checkpoint.createCheckpoint(target.toString());
                    }
                    return true;
                });
    }

    /// Closes cursors and snapshots as well. Calling anything afterwards throws.
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            for (AutoCloseable dependent : List.copyOf(dependents)) {
                dependent.close();
            }
            handles.close();
        } catch (StorageException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new StorageException(Reason.FAILED, "cannot close " + folder, failure);
        } finally {
            lock.writeLock().unlock();
        }
    }
}
