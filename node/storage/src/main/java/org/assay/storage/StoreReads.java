package org.assay.storage;

import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// Reads of a store or of one snapshot of it. Safe for many threads.
public interface StoreReads {
    /// The value of `key`, null where there is none.
    @Nullable Bytes get(Column column, Bytes key);

    /// The values of `keys`, in their order, null where there is none.
    default List<@Nullable Bytes> getAll(Column column, List<Bytes> keys) {
        List<@Nullable Bytes> values = new ArrayList<>(keys.size());
        for (Bytes key : keys) {
            values.add(get(column, key));
        }
        return values;
    }

    Cursor scan(Column column, KeyRange range);
}
