package org.assay.storage;

import java.util.List;

/// What a database holds. Counts are the library's estimates, sizes in bytes.
public record StoreStats(
        List<ColumnStats> columns,
        long diskBytes,
        long memtableBytes,
        long blockCacheBytes,
        long tableReaderBytes) {
    /// `keyCount` counts overwritten and deleted keys that are not compacted away yet.
    public record ColumnStats(Column column, long keyCount, long diskBytes, long memtableBytes) {}
}
