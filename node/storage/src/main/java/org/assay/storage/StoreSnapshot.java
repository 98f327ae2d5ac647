package org.assay.storage;

/// The store as it was at one moment, unmoved by later writes. Close it: it keeps old versions
/// alive.
public interface StoreSnapshot extends StoreReads, AutoCloseable {
    @Override
    void close();
}
