package org.assay.primitives.state;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// What a transaction or a block changes, absolute new values, in address order. Immutable.
public record StateDiff(SortedMap<Address, Change> changes, SortedMap<Hash, Bytes> codes) {
    public static final StateDiff EMPTY =
            new StateDiff(Collections.emptySortedMap(), Collections.emptySortedMap());

    /// One account's change. `account` is the account afterwards, null when it no longer exists.
    /// `storageCleared`: every slot of before is zero now, except those in `storage`, which holds
    /// new values by slot (zero deletes).
    public record Change(
            @Nullable Account account,
            boolean storageCleared,
            SortedMap<UInt256, UInt256> storage) {}

    /// This diff followed by `later`, as one.
    public StateDiff then(StateDiff later) {
        if (later.changes.isEmpty() && later.codes.isEmpty()) {
            return this;
        }
        if (changes.isEmpty() && codes.isEmpty()) {
            return later;
        }
        TreeMap<Address, Change> merged = new TreeMap<>(changes);
        later.changes.forEach(
                (address, change) -> merged.merge(address, change, StateDiff::follow));
        TreeMap<Hash, Bytes> mergedCodes = new TreeMap<>(codes);
        mergedCodes.putAll(later.codes);
        return new StateDiff(merged, mergedCodes);
    }

    private static Change follow(Change first, Change second) {
        if (second.storageCleared) {
            return second;
        }
        if (second.storage.isEmpty()) {
            return new Change(second.account, first.storageCleared, first.storage);
        }
        TreeMap<UInt256, UInt256> storage = new TreeMap<>(first.storage);
        storage.putAll(second.storage);
        return new Change(second.account, first.storageCleared, storage);
    }
}
