package org.assay.storage.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.Column;
import org.assay.storage.KeyRange;
import org.assay.storage.WriteBatch;
import org.assay.storage.trie.NodeSource;
import org.assay.storage.trie.PatriciaTrie;
import org.assay.storage.trie.TrieNode;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// A diff over its parent, with the trie nodes it makes. Immutable but for `parent`, which
/// becomes the parent on disk when that is committed, so that a long line of states holds none
/// but the last.
final class LayeredState implements PreparedState, StateLayer {
    /// From this many slots on, storage tries are updated on several threads.
    private static final int PARALLEL_FROM = 128;

    private volatile StateLayer parent;
    private final StateDiff diff;
    private final long blockNumber;
    private final Hash stateRoot;
    private final Map<Address, AccountChange> accounts;
    private final Map<Bytes, TrieNode> accountNodes;
    private final History.@Nullable Changed undone;

    /// One account before and after. `nodes` are the writes of its storage trie.
    private record AccountChange(
            Address address,
            Hash owner,
            @Nullable StoredAccount before,
            @Nullable StoredAccount after,
            boolean cleared,
            SortedMap<UInt256, SlotChange> slots,
            Map<Bytes, TrieNode> nodes) {}

    private record SlotChange(UInt256 before, UInt256 after) {}

    /// The child of `parent` that `diff` makes. `undone` is the history that it takes back, for
    /// a rewind.
    static LayeredState of(
            StateLayer parent, StateDiff diff, long blockNumber, History.@Nullable Changed undone) {
        Collection<Map.Entry<Address, StateDiff.Change>> entries = diff.changes().entrySet();
        long slotCount = 0;
        for (Map.Entry<Address, StateDiff.Change> entry : entries) {
            slotCount += 1 + entry.getValue().storage().size();
        }
        var stream = slotCount >= PARALLEL_FROM ? entries.parallelStream() : entries.stream();
        List<AccountChange> changes =
                stream.map(entry -> change(parent, entry.getKey(), entry.getValue())).toList();
        // In the order of the diff, which is the order of the keys: the store takes that faster.
        Map<Address, AccountChange> accounts = LinkedHashMap.newLinkedHashMap(changes.size());
        List<PatriciaTrie.Change> leaves = new ArrayList<>(changes.size());
        for (AccountChange change : changes) {
            StoredAccount after = change.after;
            if (java.util.Objects.equals(change.before, after)) {
                continue;
            }
            accounts.put(change.address, change);
            leaves.add(new PatriciaTrie.Change(change.owner, rlp(change.before), rlp(after)));
        }
        leaves.sort(Comparator.comparing(PatriciaTrie.Change::key));
        PatriciaTrie.Update update =
                PatriciaTrie.update(parent.accountNodes(), parent.stateRoot(), leaves);
        return new LayeredState(parent, diff, blockNumber, accounts, update, undone);
    }

    private LayeredState(
            StateLayer parent,
            StateDiff diff,
            long blockNumber,
            Map<Address, AccountChange> accounts,
            PatriciaTrie.Update update,
            History.@Nullable Changed undone) {
        this.parent = parent;
        this.diff = diff;
        this.blockNumber = blockNumber;
        this.stateRoot = update.root();
        this.accounts = accounts;
        this.accountNodes = update.writes();
        this.undone = undone;
    }

    private static Bytes rlp(@Nullable StoredAccount account) {
        return account == null ? Bytes.EMPTY : account.toRlp();
    }

    private static AccountChange change(
            StateLayer parent, Address address, StateDiff.Change change) {
        StoredAccount before = parent.stored(address);
        Hash owner = Keccak.hash256(address.toArray());
        boolean cleared =
                (change.account() == null || change.storageCleared())
                        && before != null
                        && before.hasStorage();
        SortedMap<UInt256, SlotChange> slots = slotChanges(parent, address, change, cleared);
        if (change.account() == null) {
            return new AccountChange(address, owner, before, null, cleared, slots, Map.of());
        }
        Hash root = before == null || cleared ? TrieRoot.EMPTY : before.storageRoot();
        List<PatriciaTrie.Change> leaves = new ArrayList<>(slots.size());
        slots.forEach(
                (slot, values) -> {
                    if (!cleared || !values.after.isZero()) {
                        leaves.add(
                                new PatriciaTrie.Change(
                                        Keccak.hash256(slot.toArray()),
                                        StoredAccount.slotToRlp(values.before),
                                        StoredAccount.slotToRlp(values.after)));
                    }
                });
        leaves.sort(Comparator.comparing(PatriciaTrie.Change::key));
        PatriciaTrie.Update update =
                PatriciaTrie.update(parent.slotNodes(address, owner), root, leaves);
        StoredAccount after = new StoredAccount(change.account(), update.root());
        return new AccountChange(address, owner, before, after, cleared, slots, update.writes());
    }

    /// The slots whose values differ. After a clearing also those that keep their value: their
    /// trie is built anew.
    private static SortedMap<UInt256, SlotChange> slotChanges(
            StateLayer parent, Address address, StateDiff.Change change, boolean cleared) {
        SortedMap<UInt256, UInt256> after =
                change.account() == null ? Collections.emptySortedMap() : change.storage();
        if (!cleared && after.isEmpty()) {
            return Collections.emptySortedMap();
        }
        SortedMap<UInt256, SlotChange> slots = new TreeMap<>();
        SortedMap<UInt256, UInt256> before =
                cleared ? parent.slots(address) : Collections.emptySortedMap();
        before.forEach((slot, value) -> slots.put(slot, new SlotChange(value, UInt256.ZERO)));
        after.forEach(
                (slot, value) -> {
                    SlotChange known = slots.get(slot);
                    UInt256 old = UInt256.ZERO;
                    if (known != null) {
                        old = known.before;
                    } else if (!cleared) {
                        old = parent.storage(address, slot);
                    }
                    if (known != null || !old.equals(value)) {
                        slots.put(slot, new SlotChange(old, value));
                    }
                });
        return slots;
    }

    @Override
    public Hash stateRoot() {
        return stateRoot;
    }

    @Override
    public StateDiff diff() {
        return diff;
    }

    @Override
    public long blockNumber() {
        return blockNumber;
    }

    StateLayer parent() {
        return parent;
    }

    int rewindsFrom(int epoch) {
        return undone == null ? epoch : epoch + 1;
    }

    /// From now on the parent is read from disk.
    void rest(CommittedState committed) {
        parent = committed;
    }

    @Override
    public @Nullable StoredAccount stored(Address address) {
        AccountChange change = accounts.get(address);
        return change == null ? parent.stored(address) : change.after;
    }

    @Override
    public UInt256 storage(Address address, UInt256 slot) {
        AccountChange change = accounts.get(address);
        SlotChange values = change == null ? null : change.slots.get(slot);
        return values == null ? parent.storage(address, slot) : values.after;
    }

    @Override
    public SortedMap<UInt256, UInt256> slots(Address address) {
        SortedMap<UInt256, UInt256> slots = parent.slots(address);
        AccountChange change = accounts.get(address);
        if (change != null) {
            change.slots.forEach(
                    (slot, values) -> {
                        if (values.after.isZero()) {
                            slots.remove(slot);
                        } else {
                            slots.put(slot, values.after);
                        }
                    });
        }
        return slots;
    }

    @Override
    public Bytes code(Hash codeHash) {
        Bytes code = diff.codes().get(codeHash);
        return code == null ? parent.code(codeHash) : code;
    }

    @Override
    public NodeSource accountNodes() {
        return new LayeredNodes(accountNodes, parent.accountNodes());
    }

    @Override
    public NodeSource slotNodes(Address address, Hash owner) {
        NodeSource below = parent.slotNodes(address, owner);
        AccountChange change = accounts.get(address);
        return change == null ? below : new LayeredNodes(change.nodes, below);
    }

    /// What a layer wrote over what is below.
    private record LayeredNodes(Map<Bytes, TrieNode> nodes, NodeSource below)
            implements NodeSource {
        @Override
        public byte[] node(Bytes path, Hash hash) {
            byte[] encoded = own(path, hash);
            return encoded == null ? below.node(path, hash) : encoded;
        }

        @Override
        public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
            byte[] encoded = own(path, hash);
            return encoded == null ? below.nodeInMemory(path, hash) : encoded;
        }

        private byte @Nullable [] own(Bytes path, Hash hash) {
            TrieNode node = nodes.get(path);
            return node != null && node.hash().equals(hash) ? node.encoded().unsafeArray() : null;
        }
    }

    /// Adds flat values, nodes, code and history to `batch`.
    void writeTo(WriteBatch batch, History history) {
        diff.codes().forEach((hash, code) -> batch.put(Column.CODES, hash.toBytes(), code));
        accountNodes.forEach(
                (path, node) -> put(batch, Column.ACCOUNT_NODES, path, node.encoded()));
        for (AccountChange change : accounts.values()) {
            writeTo(batch, history, change);
        }
        if (undone != null) {
            undone.accountKeys().forEach(key -> batch.delete(Column.ACCOUNT_HISTORY, key));
            undone.slotKeys().forEach(key -> batch.delete(Column.SLOT_HISTORY, key));
        }
    }

    private void writeTo(WriteBatch batch, History history, AccountChange change) {
        boolean keepHistory = undone == null;
        Bytes key = change.address.toBytes();
        put(batch, Column.ACCOUNTS, key, StoredAccount.encode(change.after));
        if (keepHistory) {
            batch.put(
                    Column.ACCOUNT_HISTORY,
                    history.key(key, blockNumber),
                    StoredAccount.encode(change.before));
        }
        change.slots.forEach(
                (slot, values) -> {
                    if (values.before.equals(values.after)) {
                        return;
                    }
                    Bytes slotKey = StateDisk.slotKey(change.address, slot);
                    put(batch, Column.SLOTS, slotKey, minimal(values.after));
                    if (keepHistory) {
                        batch.put(
                                Column.SLOT_HISTORY,
                                history.key(slotKey, blockNumber),
                                minimal(values.before));
                    }
                });
        if (change.cleared) {
            Bytes owner = change.owner.toBytes();
            Bytes after = KeyRange.afterPrefix(owner);
            // No address hashes to 32 bytes of 0xff, so that there is always a key after.
            batch.deleteRange(Column.SLOT_NODES, owner, java.util.Objects.requireNonNull(after));
        }
        change.nodes.forEach(
                (path, node) ->
                        put(
                                batch,
                                Column.SLOT_NODES,
                                StateDisk.nodeKey(change.owner, path),
                                node.encoded()));
    }

    private static Bytes minimal(UInt256 value) {
        return Bytes.wrap(value.toMinimalArray());
    }

    private static void put(WriteBatch batch, Column column, Bytes key, Bytes value) {
        if (value.isEmpty()) {
            batch.delete(column, key);
        } else {
            batch.put(column, key, value);
        }
    }

    /// Brings the caches of `disk` up to this state.
    void cacheIn(StateDisk disk) {
        accountNodes.forEach(disk::cacheNode);
        for (AccountChange change : accounts.values()) {
            disk.cacheAccount(change.address, change.after);
            change.slots.forEach(
                    (slot, values) -> disk.cacheSlot(change.address, slot, values.after));
            change.nodes.forEach(
                    (path, node) -> disk.cacheNode(StateDisk.nodeKey(change.owner, path), node));
        }
    }
}
