package org.assay.storage;

/// Ordered bytes to bytes, in named columns. A batch is applied whole or not at all, also
/// across a crash. Reads see every write that returned. Safe for many threads.
///
/// Every method throws [StorageException] when the disk or the library fails; the store is then
/// to be closed.
public interface KeyValueStore extends StoreReads, AutoCloseable {
    /// Applies `batch` atomically; when this returns the batch is on disk and survives a crash,
    /// and so does every write before it.
    void write(WriteBatch batch);

    /// Applies `batch` atomically, without waiting for the disk: a crash may lose it together
    /// with all later unsynced ones, never in part and never out of order.
    void writeUnsynced(WriteBatch batch);

    StoreSnapshot snapshot();

    @Override
    void close();
}
