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
import org.assay.storage.trie.TrieNode;
import org.jspecify.annotations.Nullable;

/// What is on disk, behind caches that hold the newest values.
///
/// A commit says so ([#begin]) before it writes and updates the caches after ([#cacheAccount],
/// [#cacheSlot]), from its one thread. A reader reads the value first and asks [#isApplied]
/// second.
final class StateDisk {
    /// About what an entry takes, in bytes: of the value caches, and of the node cache.
    private static final int CACHED_VALUE_BYTES = 256;

    private static final int CACHED_NODE_BYTES = 512;
    private static final int CACHED_CODE_OVERHEAD_BYTES = 128;

    private final KeyValueStore store;
    private final History history;
    private final DirectCache<Address, Optional<StoredAccount>> accounts;
    private final DirectCache<SlotKey, UInt256> slots;
    private final DirectCache<Bytes, CachedNode> nodes;
    private final Cache<Hash, Bytes> codes;

    /// The block whose values may be on disk already, and the rewinds so far.
    private volatile Applied applied;

    private record Applied(long blockNumber, long oldestBlock, int epoch) {}

    private record SlotKey(Address address, UInt256 slot) {
        @Override
        public int hashCode() {
            return address.hashCode() * 31 + slot.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SlotKey that
                    && slot.equals(that.slot)
                    && address.equals(that.address);
        }
    }

    private record CachedNode(Hash hash, Bytes encoded) {}

    StateDisk(KeyValueStore store, History history, StateOptions options) {
        this.store = store;
        this.history = history;
        this.applied = new Applied(-1, -1, 0);
        this.accounts = new DirectCache<>(options.cacheBytes() / CACHED_VALUE_BYTES);
        this.slots = new DirectCache<>(options.cacheBytes() / CACHED_VALUE_BYTES);
        this.nodes = new DirectCache<>(options.cacheBytes() / CACHED_NODE_BYTES);
        this.codes =
                Caffeine.newBuilder()
                        .maximumWeight(options.cacheBytes())
                        .weigher(
                                (Hash hash, Bytes code) -> code.size() + CACHED_CODE_OVERHEAD_BYTES)
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
        var seen = accounts.entry(address);
        Optional<StoredAccount> cached = accounts.valueOf(seen, address);
        if (cached != null) {
            return cached.orElse(null);
        }
        StoredAccount account = StoredAccount.decode(store.get(Column.ACCOUNTS, address.toBytes()));
        accounts.offer(seen, address, Optional.ofNullable(account));
        return account;
    }

    UInt256 slot(Address address, UInt256 slot) {
        SlotKey key = new SlotKey(address, slot);
        var seen = slots.entry(key);
        UInt256 cached = slots.valueOf(seen, key);
        if (cached != null) {
            return cached;
        }
        UInt256 value = toValue(store.get(Column.SLOTS, slotKey(address, slot)));
        slots.offer(seen, key, value);
        return value;
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

    void cacheNode(Bytes key, TrieNode node) {
        if (!node.isLeaf() && !node.isDeleted()) {
            nodes.put(key, new CachedNode(node.hash(), node.encoded()));
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

    static Bytes nodeKey(Hash owner, Bytes path) {
        byte[] key = new byte[Hash.SIZE + path.size()];
        owner.writeTo(key, 0);
        System.arraycopy(path.unsafeArray(), 0, key, Hash.SIZE, path.size());
        return Bytes.wrap(key);
    }

    /// The node with this key in the cache and this hash; else null.
    byte @Nullable [] nodeInMemory(Bytes key, Hash hash) {
        CachedNode cached = nodes.get(key);
        return cached != null && cached.hash.equals(hash) ? cached.encoded.unsafeArray() : null;
    }

    byte[] node(CommittedState state, Column column, Bytes key, Hash hash) {
        byte[] cached = nodeInMemory(key, hash);
        if (cached != null) {
            return cached;
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
