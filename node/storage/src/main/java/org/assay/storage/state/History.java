package org.assay.storage.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.StoreReads;
import org.assay.storage.WriteBatch;
import org.jspecify.annotations.Nullable;

/// What was before each block, by key.
///
/// The value after block b is the entry with the smallest block above b, or the newest value
/// where there is none. Entries lie in segments of [#SEGMENT_BLOCKS] blocks, so that pruning is
/// one range delete a segment instead of a delete an entry; an archive has a single segment, so
/// that a read far back is one seek.
record History(StoreReads store, boolean archive) {
    static final int SEGMENT_BLOCKS = 512;

    private static final int BLOCK_BYTES = 8;

    long segmentOf(long blockNumber) {
        return archive ? 0 : blockNumber / SEGMENT_BLOCKS;
    }

    Bytes key(Bytes key, long blockNumber) {
        return key(segmentOf(blockNumber), key, blockNumber);
    }

    private static Bytes key(long segment, Bytes key, long blockNumber) {
        byte[] array = new byte[BLOCK_BYTES + key.size() + BLOCK_BYTES];
        Words.putLong(array, 0, segment);
        System.arraycopy(key.unsafeArray(), 0, array, BLOCK_BYTES, key.size());
        Words.putLong(array, BLOCK_BYTES + key.size(), blockNumber);
        return Bytes.wrap(array);
    }

    private static Bytes segmentKey(long segment) {
        byte[] array = new byte[BLOCK_BYTES];
        Words.putLong(array, 0, segment);
        return Bytes.wrap(array);
    }

    /// The value of `key` after `blockNumber` if it changed between that and `head`; else null.
    @Nullable Bytes before(Column column, Bytes key, long blockNumber, long head) {
        for (long s = segmentOf(blockNumber + 1); s <= segmentOf(head); s++) {
            KeyRange range = KeyRange.of(key(s, key, blockNumber + 1), key(s, key, Long.MAX_VALUE));
            try (Cursor cursor = store.scan(column, range)) {
                if (cursor.next()) {
                    return cursor.value();
                }
            }
        }
        return null;
    }

    /// All that changed after a block, with the values it had then.
    record Changed(
            SortedMap<Address, Bytes> accounts,
            SortedMap<Address, SortedMap<UInt256, UInt256>> slots,
            List<Bytes> accountKeys,
            List<Bytes> slotKeys) {
        SortedMap<UInt256, UInt256> slotsOf(Address address) {
            SortedMap<UInt256, UInt256> found = slots.get(address);
            return found == null ? Collections.emptySortedMap() : found;
        }
    }

    /// What changed after `blockNumber`, up to `head`. Takes time and memory in proportion to
    /// it.
    Changed changedSince(long blockNumber, long head) {
        Changed changed =
                new Changed(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        for (long s = segmentOf(blockNumber + 1); s <= segmentOf(head); s++) {
            KeyRange range = KeyRange.prefix(segmentKey(s));
            try (Cursor cursor = store.scan(Column.ACCOUNT_HISTORY, range)) {
                while (cursor.next()) {
                    byte[] key = cursor.key().unsafeArray();
                    if (Words.getLong(key, key.length - BLOCK_BYTES) > blockNumber) {
                        changed.accountKeys.add(cursor.key());
                        changed.accounts.putIfAbsent(Address.at(key, BLOCK_BYTES), cursor.value());
                    }
                }
            }
            try (Cursor cursor = store.scan(Column.SLOT_HISTORY, range)) {
                while (cursor.next()) {
                    byte[] key = cursor.key().unsafeArray();
                    if (Words.getLong(key, key.length - BLOCK_BYTES) > blockNumber) {
                        changed.slotKeys.add(cursor.key());
                        changed.slots
                                .computeIfAbsent(
                                        Address.at(key, BLOCK_BYTES), address -> new TreeMap<>())
                                .putIfAbsent(
                                        UInt256.at(key, BLOCK_BYTES + Address.SIZE),
                                        StateDisk.toValue(cursor.value()));
                    }
                }
            }
        }
        return changed;
    }

    /// The oldest block whose state is kept when `head` is the head and `historyBlocks` are
    /// wanted.
    long oldestBlock(long head, int historyBlocks) {
        long firstSegment = segmentOf(Math.max(0, head - historyBlocks + 1));
        return firstSegment * SEGMENT_BLOCKS - 1;
    }

    /// Deletes the segments below the one that `oldestBlock` needs, from that of `before` on.
    void prune(WriteBatch batch, long before, long oldestBlock) {
        if (oldestBlock <= before) {
            return;
        }
        Bytes from = segmentKey(segmentOf(before + 1));
        Bytes to = segmentKey(segmentOf(oldestBlock + 1));
        batch.deleteRange(Column.ACCOUNT_HISTORY, from, to);
        batch.deleteRange(Column.SLOT_HISTORY, from, to);
    }
}
