package org.assay.storage.state;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.StoreSnapshot;
import org.jspecify.annotations.Nullable;

/// The accounts and slots of the state after one block, held still while the chain goes on. What
/// it reads is in the order of plain keys, so a page in the order of the trie's costs a look at
/// every account, and memory for the page alone. Safe for one thread.
public final class StateRange implements AutoCloseable {
    private final StoreSnapshot snapshot;
    private final History.Changed changed;

    private StateRange(StoreSnapshot snapshot, History.Changed changed) {
        this.snapshot = snapshot;
        this.changed = changed;
    }

    /// One account and what it is found by in the trie.
    public record Entry(Hash key, StatePart.AccountEntry account) {}

    /// The state of `store` after `blockNumber`; empty where it is pruned or not yet there. Costs
    /// memory in proportion to what changed since.
    static Optional<StateRange> of(KeyValueStore store, long blockNumber) {
        StoreSnapshot snapshot = store.snapshot();
        Bytes stored = snapshot.get(Column.META, WorldState.HEAD_KEY);
        WorldState.HeadRecord head = stored == null ? null : WorldState.HeadRecord.decode(stored);
        if (head == null
                || blockNumber > head.blockNumber()
                || blockNumber < Math.max(0, head.oldestBlock())) {
            snapshot.close();
            return Optional.empty();
        }
        History history = new History(snapshot, head.archive());
        return Optional.of(
                new StateRange(snapshot, history.changedSince(blockNumber, head.blockNumber())));
    }

    /// The first `count` accounts whose keys are not below `start`, in the order of their keys.
    public List<Entry> accounts(Hash start, int count) {
        NavigableMap<Hash, Entry> page = new TreeMap<>();
        try (Cursor cursor = snapshot.scan(Column.ACCOUNTS, KeyRange.ALL)) {
            while (cursor.next()) {
                Address address = Address.of(cursor.key());
                if (!changed.accounts().containsKey(address)) {
                    offer(page, start, count, address, cursor.value());
                }
            }
        }
        changed.accounts()
                .forEach((address, encoded) -> offer(page, start, count, address, encoded));
        return new ArrayList<>(page.values());
    }

    private static void offer(
            NavigableMap<Hash, Entry> page,
            Hash start,
            int count,
            Address address,
            @Nullable Bytes encoded) {
        Hash key = Keccak.hash256(address.toArray());
        if (key.compareTo(start) < 0
                || (page.size() == count && key.compareTo(page.lastKey()) > 0)) {
            return;
        }
        StoredAccount stored = StoredAccount.decode(encoded);
        if (stored != null) {
            page.put(
                    key,
                    new Entry(
                            key,
                            new StatePart.AccountEntry(
                                    address, stored.account(), stored.storageRoot())));
            if (page.size() > count) {
                page.pollLastEntry();
            }
        }
    }

    /// Every slot of the account that is not zero; empty where they are more than `countMax`.
    public Optional<SortedMap<UInt256, UInt256>> slots(Address address, int countMax) {
        TreeMap<UInt256, UInt256> found = new TreeMap<>();
        SortedMap<UInt256, UInt256> before = changed.slotsOf(address);
        try (Cursor cursor = snapshot.scan(Column.SLOTS, KeyRange.prefix(address.toBytes()))) {
            while (cursor.next()) {
                UInt256 slot = UInt256.at(cursor.key().unsafeArray(), Address.SIZE);
                if (!before.containsKey(slot)) {
                    found.put(slot, StateDisk.toValue(cursor.value()));
                }
                if (found.size() > countMax) {
                    return Optional.empty();
                }
            }
        }
        before.forEach(
                (slot, value) -> {
                    if (!value.isZero()) {
                        found.put(slot, value);
                    }
                });
        return found.size() > countMax ? Optional.empty() : Optional.of(found);
    }

    /// The code with this hash.
    public Bytes code(Hash codeHash) {
        Bytes code = snapshot.get(Column.CODES, codeHash.toBytes());
        return code == null ? Bytes.EMPTY : code;
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
