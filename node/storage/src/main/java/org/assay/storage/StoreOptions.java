package org.assay.storage;

/// How much memory the database takes outside the Java heap, in bytes: small by default, for
/// the node is to idle below 200 MB in all. `blockCacheBytes` for reads, index and filter
/// blocks included; `memtableBytes` for all columns' unflushed writes together; `walBytes`
/// bounds the log and with it the time to open after a crash.
public record StoreOptions(long blockCacheBytes, long memtableBytes, long walBytes) {
    private static final long MEBIBYTE = 1L << 20;

    public static StoreOptions small() {
        return new StoreOptions(32 * MEBIBYTE, 32 * MEBIBYTE, 128 * MEBIBYTE);
    }

    /// For a machine that is the node's alone.
    public static StoreOptions large() {
        return new StoreOptions(512 * MEBIBYTE, 256 * MEBIBYTE, 512 * MEBIBYTE);
    }
}
