package org.assay.storage.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import org.assay.storage.StorageException;
import org.jspecify.annotations.Nullable;

/// What is on disk, behind caches that hold the newest values.
///
/// A commit says so ([#begin]) before it writes and updates the caches after ([#cacheAccount],
/// [#cacheSlot]), from its one thread. A reader reads the value first and asks [#isApplied]
/// second. Loading a missing value and replacing it exclude each other by key, so that no stale
/// value stays.
final class StateDisk {
    /// About what an entry of the value caches takes, in bytes.
    private static final int CACHED_VALUE_BYTES = 256;

    private static final int CACHED_NODE_OVERHEAD_BYTES = 200;

    private final KeyValueStore store;
    private final History history;
    private final Cache<Address, Optional<StoredAccount>> accounts;
    private final Cache<SlotKey, UInt256> slots;
    private final Cache<Hash, Bytes> codes;
    private final Cache<Bytes, CachedNode> nodes;

    /// The block whose values may be on disk already, and the rewinds so far.
    private volatile Applied applied;

    private record Applied(long blockNumber, long oldestBlock, int epoch) {}

    private record SlotKey(Address address, UInt256 slot) {}

    private record CachedNode(Hash hash, Bytes encoded) {}

    StateDisk(KeyValueStore store, History history, StateOptions options) {
        this.store = store;
        this.history = history;
        this.applied = new Applied(-1, 0, 0);
        long values = options.cacheBytes() / CACHED_VALUE_BYTES;
        this.accounts = Caffeine.newBuilder().maximumSize(values).build();
        this.slots = Caffeine.newBuilder().maximumSize(values).build();
        this.codes =
                Caffeine.newBuilder()
                        .maximumWeight(options.cacheBytes())
                        .weigher((Hash hash, Bytes code) -> code.size() + CACHED_VALUE_BYTES)
                        .build();
        this.nodes =
                Caffeine.newBuilder()
                        .maximumWeight(options.cacheBytes())
                        .weigher(
                                (Bytes key, CachedNode node) ->
                                        key.size()
                                                + node.encoded.size()
                                                + CACHED_NODE_OVERHEAD_BYTES)
                        .build();
    }

    /// From here on `blockNumber` may be on disk, and what is older than `oldestBlock` gone.
    void begin(long blockNumber, long oldestBlock, int epoch) {
        applied = new Applied(blockNumber, oldestBlock, epoch);
    }

    boolean isApplied(CommittedState state) {
        Applied now = applied;
        return now.blockNumber == state.blockNumber() && now.epoch == state.epoch();
    }

    @Nullable StoredAccount account(Address address) {
        return accounts.get(address, this::readAccount).orElse(null);
    }

    private Optional<StoredAccount> readAccount(Address address) {
        return Optional.ofNullable(
                StoredAccount.decode(store.get(Column.ACCOUNTS, address.toBytes())));
    }

    UInt256 slot(Address address, UInt256 slot) {
        return slots.get(
                new SlotKey(address, slot),
                key -> toValue(store.get(Column.SLOTS, slotKey(key.address, key.slot))));
    }

    static UInt256 toValue(@Nullable Bytes bytes) {
        return bytes == null ? UInt256.ZERO : UInt256.of(bytes.unsafeArray());
    }

    static Bytes slotKey(Address address, UInt256 slot) {
        byte[] key = new byte[Address.SIZE + 32];
        address.writeTo(key, 0);
        slot.writeTo(key, Address.SIZE);
        return Bytes.wrap(key);
    }

    void cacheAccount(Address address, @Nullable StoredAccount account) {
        accounts.put(address, Optional.ofNullable(account));
    }

    void cacheSlot(Address address, UInt256 slot, UInt256 value) {
        slots.put(new SlotKey(address, slot), value);
    }

    void cacheNode(Bytes key, Bytes encoded) {
        if (encoded.isEmpty()) {
            nodes.invalidate(key);
        } else {
            nodes.put(key, new CachedNode(Keccak.hash256(encoded), encoded));
        }
    }

    Bytes code(Hash codeHash) {
        if (codeHash.equals(Keccak.EMPTY)) {
            return Bytes.EMPTY;
        }
        Bytes code = codes.get(codeHash, hash -> store.get(Column.CODES, hash.toBytes()));
        if (code == null) {
            throw new IllegalStateException("no account has code with the hash " + codeHash);
        }
        return code;
    }

    SortedMap<UInt256, UInt256> slots(Address address) {
        SortedMap<UInt256, UInt256> found = new TreeMap<>();
        try (Cursor cursor = store.scan(Column.SLOTS, KeyRange.prefix(address.toBytes()))) {
            while (cursor.next()) {
                UInt256 slot = UInt256.at(cursor.key().unsafeArray(), Address.SIZE);
                found.put(slot, toValue(cursor.value()));
            }
        }
        return found;
    }

    @Nullable StoredAccount accountAt(
            CommittedState state, Address address, @Nullable StoredAccount flat) {
        Bytes before =
                history.before(
                        Column.ACCOUNT_HISTORY,
                        address.toBytes(),
                        state.blockNumber(),
                        applied.blockNumber);
        requireKept(state);
        return before == null ? flat : StoredAccount.decode(before);
    }

    UInt256 slotAt(CommittedState state, Address address, UInt256 slot, UInt256 flat) {
        Bytes before =
                history.before(
                        Column.SLOT_HISTORY,
                        slotKey(address, slot),
                        state.blockNumber(),
                        applied.blockNumber);
        requireKept(state);
        return before == null ? flat : toValue(before);
    }

    SortedMap<UInt256, UInt256> slotsAt(
            CommittedState state, Address address, SortedMap<UInt256, UInt256> flat) {
        Applied now = applied;
        history.changedSince(state.blockNumber(), now.blockNumber)
                .slotsOf(address)
                .forEach(
                        (slot, value) -> {
                            if (value.isZero()) {
                                flat.remove(slot);
                            } else {
                                flat.put(slot, value);
                            }
                        });
        requireKept(state);
        return flat;
    }

    /// Throws unless history still reaches back to `state`.
    void requireKept(CommittedState state) {
        Applied now = applied;
        if (state.blockNumber() < now.oldestBlock) {
            throw new StorageException(
                    StorageException.Reason.PRUNED,
                    "the state of block "
                            + state.blockNumber()
                            + " is pruned, the oldest kept is "
                            + now.oldestBlock
                            + ": ask an archive node");
        }
        if (state.epoch() != now.epoch) {
            throw new StorageException(
                    StorageException.Reason.PRUNED,
                    "the state of block "
                            + state.blockNumber()
                            + " was left behind when the chain was rewound: read it again");
        }
    }

    byte[] accountNode(CommittedState state, Bytes path, Hash hash) {
        return node(state, Column.ACCOUNT_NODES, path, hash);
    }

    byte[] slotNode(CommittedState state, Hash owner, Bytes path, Hash hash) {
        return node(state, Column.SLOT_NODES, nodeKey(owner, path), hash);
    }

    static Bytes nodeKey(Hash owner, Bytes path) {
        byte[] key = new byte[Hash.SIZE + path.size()];
        owner.writeTo(key, 0);
        System.arraycopy(path.unsafeArray(), 0, key, Hash.SIZE, path.size());
        return Bytes.wrap(key);
    }

    private byte[] node(CommittedState state, Column column, Bytes key, Hash hash) {
        CachedNode cached = nodes.getIfPresent(key);
        if (cached != null && cached.hash.equals(hash)) {
            return cached.encoded.unsafeArray();
        }
        Bytes encoded = store.get(column, key);
        if (encoded == null || !Keccak.hash256(encoded).equals(hash)) {
            if (!isApplied(state)) {
                throw new IllegalStateException(
                        "the head moved on from block " + state.blockNumber() + ": prepare again");
            }
            throw new StorageException(
                    StorageException.Reason.CORRUPT,
                    "a trie node at " + column + " " + key + " is damaged: restore a backup");
        }
        nodes.put(key, new CachedNode(hash, encoded));
        return encoded.unsafeArray();
    }
}
