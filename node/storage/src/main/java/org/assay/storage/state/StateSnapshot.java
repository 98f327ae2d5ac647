package org.assay.storage.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.StorageException;
import org.assay.storage.StoreSnapshot;
import org.assay.storage.WriteBatch;
import org.assay.storage.trie.NodeSource;
import org.assay.storage.trie.Subtrie;
import org.jspecify.annotations.Nullable;

/// The state after one block, held still for those who download it while the chain goes on. Costs
/// no copy: the store keeps the old versions that it replaces until this is closed. Reads are
/// safe for many threads.
public final class StateSnapshot implements AutoCloseable {
    private static final int BATCH_ENTRIES = 4_096;
    private static final Bytes INDEXED_KEY = StateIntake.ascii("preimages");

    private final KeyValueStore store;
    private final StoreSnapshot snapshot;
    private final WorldState.HeadRecord head;

    private StateSnapshot(KeyValueStore store, StoreSnapshot snapshot, WorldState.HeadRecord head) {
        this.store = store;
        this.snapshot = snapshot;
        this.head = head;
    }

    /// The state of `store` as it is now; there is one.
    public static StateSnapshot of(KeyValueStore store) {
        StoreSnapshot snapshot = store.snapshot();
        Bytes stored =
                java.util.Objects.requireNonNull(
                        snapshot.get(Column.META, WorldState.HEAD_KEY), "a store with a state");
        return new StateSnapshot(store, snapshot, WorldState.HeadRecord.decode(stored));
    }

    public long blockNumber() {
        return head.blockNumber();
    }

    public Hash stateRoot() {
        return head.stateRoot();
    }

    @Override
    public void close() {
        snapshot.close();
    }

    /// What answers `task`, whose reference is not looked at; empty where there is nothing such.
    public Optional<StatePart> read(StateTask.Kind kind, @Nullable Address owner, Bytes place) {
        return switch (kind) {
            case CODE ->
                    Optional.ofNullable(snapshot.get(Column.CODES, place)).map(StatePart.Code::new);
            case ACCOUNTS ->
                    part(
                            Subtrie.read(
                                    nodes(Column.ACCOUNT_NODES, Bytes.EMPTY),
                                    head.stateRoot(),
                                    place,
                                    StatePart.LEAVES_MAX),
                            null);
            case SLOTS -> owner == null ? Optional.empty() : slots(owner, place);
        };
    }

    private Optional<StatePart> slots(Address owner, Bytes place) {
        StoredAccount account = account(owner);
        if (account == null || !account.hasStorage()) {
            return Optional.empty();
        }
        NodeSource nodes = nodes(Column.SLOT_NODES, Keccak.hash256(owner.toArray()).toBytes());
        return part(Subtrie.read(nodes, account.storageRoot(), place, StatePart.LEAVES_MAX), owner);
    }

    private @Nullable StoredAccount account(Address address) {
        return StoredAccount.decode(snapshot.get(Column.ACCOUNTS, address.toBytes()));
    }

    private Optional<StatePart> part(Subtrie.Part part, @Nullable Address owner) {
        return switch (part) {
            case Subtrie.Part.Nothing ignored -> Optional.empty();
            case Subtrie.Part.Inner(Bytes node) -> Optional.of(new StatePart.Inner(node));
            case Subtrie.Part.Leaves(List<Subtrie.Entry> entries) ->
                    owner == null ? accounts(entries) : slotsOf(owner, entries);
        };
    }

    private Optional<StatePart> accounts(List<Subtrie.Entry> entries) {
        List<StatePart.AccountEntry> found = new ArrayList<>(entries.size());
        for (Bytes preimage : preimages(entries)) {
            StoredAccount account = preimage == null ? null : account(Address.of(preimage));
            if (preimage == null || account == null) {
                return Optional.empty(); // not indexed: another node has to answer
            }
            found.add(
                    new StatePart.AccountEntry(
                            Address.of(preimage), account.account(), account.storageRoot()));
        }
        return Optional.of(new StatePart.Accounts(List.copyOf(found)));
    }

    private Optional<StatePart> slotsOf(Address owner, List<Subtrie.Entry> entries) {
        List<StatePart.SlotEntry> found = new ArrayList<>(entries.size());
        for (Bytes preimage : preimages(entries)) {
            if (preimage == null) {
                return Optional.empty();
            }
            UInt256 slot = UInt256.of(preimage.unsafeArray());
            Bytes value = snapshot.get(Column.SLOTS, StateDisk.slotKey(owner, slot));
            found.add(new StatePart.SlotEntry(slot, StateDisk.toValue(value)));
        }
        return Optional.of(new StatePart.Slots(List.copyOf(found)));
    }

    /// From the store itself: they never change, and are written after the snapshot is taken.
    private List<@Nullable Bytes> preimages(List<Subtrie.Entry> entries) {
        return store.getAll(
                Column.PREIMAGES, entries.stream().map(entry -> entry.key().toBytes()).toList());
    }

    private NodeSource nodes(Column column, Bytes prefix) {
        return new NodeSource() {
            @Override
            public byte[] node(Bytes path, Hash hash) {
                Bytes encoded = snapshot.get(column, prefix.concat(path));
                if (encoded == null) {
                    throw new StorageException(
                            StorageException.Reason.CORRUPT,
                            "a trie node at " + column + " " + path + " is missing");
                }
                return encoded.unsafeArray(); // who downloads it checks its hash
            }

            @Override
            public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
                return null;
            }
        };
    }

    /// Sees to it that the key of every account and slot is known by its hash: from what changed
    /// since the last time where history tells, else from the whole state. On any thread, one at
    /// a time; takes as long as reading that.
    /// Stops, to be called again, when `goesOn` says no.
    public void index(BooleanSupplier goesOn) {
        Bytes before = store.get(Column.META, INDEXED_KEY);
        long indexed = before == null ? -1 : Words.getLong(before.unsafeArray(), 0);
        Indexer indexer = new Indexer(goesOn);
        if (!head.archive() && indexed >= Math.max(0, head.oldestBlock())) {
            long first = (indexed + 1) / History.SEGMENT_BLOCKS;
            long last = head.blockNumber() / History.SEGMENT_BLOCKS;
            for (long segment = first; segment <= last; segment++) {
                KeyRange range = KeyRange.prefix(number(segment));
                indexer.scan(Column.ACCOUNT_HISTORY, range, 8, Address.SIZE);
                indexer.scan(Column.SLOT_HISTORY, range, 8 + Address.SIZE, 32);
            }
        } else {
            indexer.scan(Column.ACCOUNTS, KeyRange.ALL, 0, Address.SIZE);
            indexer.scan(Column.SLOTS, KeyRange.ALL, Address.SIZE, 32);
        }
        indexer.end();
    }

    static void markIndexed(WriteBatch batch, long blockNumber) {
        batch.put(Column.META, INDEXED_KEY, number(blockNumber));
    }

    private static Bytes number(long value) {
        byte[] array = new byte[8];
        Words.putLong(array, 0, value);
        return Bytes.wrap(array);
    }

    /// Writes what is new in batches.
    private final class Indexer {
        private final BooleanSupplier goesOn;
        private WriteBatch batch = new WriteBatch();
        private int count;

        Indexer(BooleanSupplier goesOn) {
            this.goesOn = goesOn;
        }

        /// The `size` bytes at `offset` of each key.
        void scan(Column column, KeyRange range, int offset, int size) {
            Bytes last = Bytes.EMPTY;
            try (Cursor cursor = snapshot.scan(column, range)) {
                while ((++count % 256 != 0 || goesOn.getAsBoolean()) && cursor.next()) {
                    Bytes preimage = cursor.key().slice(offset, offset + size);
                    if (preimage.equals(last)) {
                        continue;
                    }
                    last = preimage;
                    Bytes hash = Keccak.hash256(preimage.unsafeArray()).toBytes();
                    if (store.get(Column.PREIMAGES, hash) == null) {
                        batch.put(Column.PREIMAGES, hash, preimage);
                    }
                    if (batch.count() >= BATCH_ENTRIES) {
                        store.writeUnsynced(batch);
                        batch = new WriteBatch();
                    }
                }
            }
        }

        void end() {
            if (goesOn.getAsBoolean()) {
                markIndexed(batch, head.blockNumber());
                store.writeUnsynced(batch);
            }
        }
    }
}
