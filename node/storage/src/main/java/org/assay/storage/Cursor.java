package org.assay.storage;

import org.assay.primitives.Bytes;

/// A walk over a [KeyRange], over the content at the time it was opened. Starts before the
/// first entry: `while (cursor.next()) use(cursor.key(), cursor.value());`. Of one thread;
/// close it, it holds files on disk.
public interface Cursor extends AutoCloseable {
    /// Steps to the next entry; false at the end.
    boolean next();

    Bytes key();

    Bytes value();

    @Override
    void close();
}
