package org.assay.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assay.storage.StorageException.Reason;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Filter;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/// The library's objects behind one open database, and the order in which they go.
final class RocksHandles implements AutoCloseable {
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int BLOCK_BYTES = 8 << 10;
    private static final int TABLE_FORMAT = 6;
    private static final int OPEN_FILES_MAX = 256;
    private static final int BACKGROUND_JOBS = 2;
    private static final int LOG_FILES_KEPT = 2;
    private static final long SYNC_EVERY_BYTES = 1 << 20;
    private static final long COLUMN_MEMTABLE_BYTES = 16 << 20;

    final RocksDB db;
    final LRUCache cache;
    final ReadOptions reads;
    final WriteOptions synced;
    final WriteOptions unsynced;
    private final Map<Column, ColumnFamilyHandle> columns;
    private final Map<Column, Integer> numbers = new EnumMap<>(Column.class);
    private final List<RocksObject> owned;

    private RocksHandles(
            RocksDB db,
            LRUCache cache,
            Map<Column, ColumnFamilyHandle> columns,
            List<RocksObject> owned) {
        this.db = db;
        this.cache = cache;
        this.columns = columns;
        this.owned = owned;
        columns.forEach((column, handle) -> numbers.put(column, handle.getID()));
        this.reads = own(new ReadOptions());
        this.synced = own(new WriteOptions()).setSync(true);
        this.unsynced = own(new WriteOptions());
    }

    private <T extends RocksObject> T own(T object) {
        owned.add(object);
        return object;
    }

    ColumnFamilyHandle column(Column column) {
        return java.util.Objects.requireNonNull(columns.get(column));
    }

    /// The library's number of a column.
    int number(Column column) {
        return java.util.Objects.requireNonNull(numbers.get(column));
    }

    /// Opens what is in `folder`, or makes it.
    static RocksHandles open(Path folder, StoreOptions options) {
        RocksDB.loadLibrary();
        List<RocksObject> owned = new ArrayList<>();
        boolean done = false;
        try {
            requireKnownColumns(folder);
            LRUCache cache = new LRUCache(options.blockCacheBytes());
            owned.add(cache);
            Filter filter = new BloomFilter(BLOOM_BITS_PER_KEY);
            owned.add(filter);
            DBOptions dbOptions = databaseOptions(options);
            owned.add(dbOptions);
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            descriptors.add(
                    descriptor(RocksDB.DEFAULT_COLUMN_FAMILY, columnOptions(cache, filter, owned)));
            for (Column column : Column.values()) {
                ColumnFamilyOptions columnOptions = columnOptions(cache, filter, owned);
                if (column == Column.ACCOUNT_NODES || column == Column.SLOT_NODES) {
                    // Hashes do not compress.
                    columnOptions.setCompressionType(CompressionType.NO_COMPRESSION);
                }
                descriptors.add(
                        descriptor(
                                column.name().getBytes(StandardCharsets.US_ASCII), columnOptions));
            }
            List<ColumnFamilyHandle> opened = new ArrayList<>();
            RocksDB db = RocksDB.open(dbOptions, folder.toString(), descriptors, opened);
            owned.addAll(opened);
            Map<Column, ColumnFamilyHandle> columns = new EnumMap<>(Column.class);
            int index = 1;
            for (Column column : Column.values()) {
                columns.put(column, opened.get(index++));
            }
            done = true;
            return new RocksHandles(db, cache, columns, owned);
        } catch (RocksDBException failure) {
            throw RocksFailure.of("cannot open the database in " + folder, folder, failure);
        } finally {
            if (!done) {
                closeAll(owned);
            }
        }
    }

    private static ColumnFamilyDescriptor descriptor(byte[] name, ColumnFamilyOptions options) {
        return new ColumnFamilyDescriptor(name, options);
    }

    private static void requireKnownColumns(Path folder) throws RocksDBException {
        try (Options options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, folder.toString())) {
                String text = new String(name, StandardCharsets.US_ASCII);
                boolean known = text.equals("default");
                for (Column column : Column.values()) {
                    known |= column.name().equals(text);
                }
                if (!known) {
                    throw new StorageException(
                            Reason.NEWER,
                            folder
                                    + " has a column "
                                    + text
                                    + " that this version does not know: use the newer version");
                }
            }
        }
    }

    /// The log is read strictly: damage in its middle is an error, only a torn end (a write
    /// that never returned) is dropped. The library's own choice would silently drop synced
    /// writes after a damaged one.
    private static DBOptions databaseOptions(StoreOptions options) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setDbWriteBufferSize(options.memtableBytes())
                .setMaxTotalWalSize(options.walBytes())
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setBytesPerSync(SYNC_EVERY_BYTES)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setKeepLogFileNum(LOG_FILES_KEPT)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
    }

    private static ColumnFamilyOptions columnOptions(
            LRUCache cache, Filter filter, List<RocksObject> owned) {
        BlockBasedTableConfig table =
                new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setFilterPolicy(filter)
                        .setFormatVersion(TABLE_FORMAT)
                        .setChecksumType(ChecksumType.kXXH3)
                        .setBlockSize(BLOCK_BYTES)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinL0FilterAndIndexBlocksInCache(true);
        ColumnFamilyOptions options =
                new ColumnFamilyOptions()
                        .setTableFormatConfig(table)
                        .setWriteBufferSize(COLUMN_MEMTABLE_BYTES)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setLevelCompactionDynamicLevelBytes(true);
        owned.add(options);
        return options;
    }

    @Override
    public void close() {
        try {
            for (RocksObject object : owned) {
                if (object instanceof ColumnFamilyHandle) {
                    object.close();
                }
            }
            db.closeE();
        } catch (RocksDBException failure) {
            throw RocksFailure.of("cannot close the database", failure);
        } finally {
            closeAll(owned);
        }
    }

    private static void closeAll(List<RocksObject> owned) {
        for (RocksObject object : owned.reversed()) {
            object.close();
        }
        owned.clear();
    }
}
