package org.assay.storage.state;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.StorageException;
import org.assay.storage.WriteBatch;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// The state of the chain: of its head, of the blocks before it, and of candidates for the
/// next.
///
/// Reads and [#prepare] are safe for many threads; [#commit] belongs to the node loop.
public final class WorldState {
    static final Bytes HEAD_KEY = Bytes.of(new byte[] {'s', 't', 'a', 't', 'e'});
    private static final int HEAD_BYTES = 8 + Hash.SIZE + 8 + 1;

    private final KeyValueStore store;
    private final StateOptions options;
    private final History history;
    private final StateDisk disk;
    private volatile Head head;
    private boolean failed;

    /// The last commit: the state on disk, the object that was committed (null after opening),
    /// and the oldest block kept.
    private record Head(CommittedState state, @Nullable LayeredState made, long oldestBlock) {}

    private WorldState(KeyValueStore store, StateOptions options, @Nullable Bytes stored) {
        this.store = store;
        this.options = options;
        this.history = new History(store, options.archive());
        this.disk = new StateDisk(store, history, options);
        this.head = stored == null ? emptyHead() : decodeHead(stored);
        CommittedState state = head.state;
        disk.begin(state.blockNumber(), head.oldestBlock, state.epoch());
    }

    /// The state kept in `store`; without a block where the store is new. Throws
    /// [StorageException] (SETTINGS) if the store was made with another `archive`.
    public static WorldState open(KeyValueStore store, StateOptions options) {
        if (store.get(Column.META, StateIntake.PLAN_KEY) != null) {
            throw new StorageException(
                    StorageException.Reason.SETTINGS,
                    "a checkpoint sync into this database is not finished: go on with"
                            + " --sync-mode checkpoint, or start with an empty folder");
        }
        Bytes stored = store.get(Column.META, HEAD_KEY);
        if (stored != null && stored.size() != HEAD_BYTES) {
            throw new StorageException(
                    StorageException.Reason.CORRUPT,
                    "the state's head record is malformed: restore a backup");
        }
        if (stored != null && (stored.get(HEAD_BYTES - 1) != 0) != options.archive()) {
            throw new StorageException(
                    StorageException.Reason.SETTINGS,
                    options.archive()
                            ? "this database keeps bounded history and cannot become an archive:"
                                    + " start with an empty folder, or without archive"
                            : "this database is an archive: start with archive, or with an empty"
                                    + " folder");
        }
        return new WorldState(store, options, stored);
    }

    /// The state kept in `store`, archive or not, for tools.
    static WorldState openAny(KeyValueStore store) {
        Bytes stored = store.get(Column.META, HEAD_KEY);
        boolean archive =
                stored != null && stored.size() == HEAD_BYTES && stored.get(HEAD_BYTES - 1) != 0;
        return open(store, archive ? StateOptions.unlimited() : StateOptions.bounded());
    }

    CommittedState committed() {
        return head.state;
    }

    private Head emptyHead() {
        return new Head(new CommittedState(disk, -1, TrieRoot.EMPTY, 0), null, -1);
    }

    private Head decodeHead(Bytes stored) {
        HeadRecord record = HeadRecord.decode(stored);
        return new Head(
                new CommittedState(disk, record.blockNumber, record.stateRoot, 0),
                null,
                record.oldestBlock);
    }

    private Bytes encodeHead(long number, Hash root, long oldestBlock) {
        return new HeadRecord(number, root, oldestBlock, options.archive()).encode();
    }

    /// What META says of the state.
    record HeadRecord(long blockNumber, Hash stateRoot, long oldestBlock, boolean archive) {
        static HeadRecord decode(Bytes stored) {
            byte[] array = stored.unsafeArray();
            return new HeadRecord(
                    Words.getLong(array, 0),
                    Hash.at(array, 8),
                    Words.getLong(array, 8 + Hash.SIZE),
                    array[HEAD_BYTES - 1] != 0);
        }

        Bytes encode() {
            byte[] array = new byte[HEAD_BYTES];
            Words.putLong(array, 0, blockNumber);
            stateRoot.writeTo(array, 8);
            Words.putLong(array, 8 + Hash.SIZE, oldestBlock);
            array[HEAD_BYTES - 1] = (byte) (archive ? 1 : 0);
            return Bytes.wrap(array);
        }
    }

    /// Visits every account of the head, in address order: an independent walk for audits.
    /// Belongs to the node loop, so that the head stands still.
    public void forEachAccount(BiConsumer<Address, Account> visitor) {
        try (Cursor cursor = store.scan(Column.ACCOUNTS, KeyRange.ALL)) {
            while (cursor.next()) {
                Account account = StoredAccount.accountOf(StoredAccount.decode(cursor.value()));
                if (account != null) {
                    visitor.accept(Address.of(cursor.key()), account);
                }
            }
        }
    }

    /// Visits every account of the state after `blockNumber`, in no order; false, and no visit,
    /// where that state is pruned or not yet there. Belongs to the node loop. Costs memory in
    /// proportion to what changed since.
    public boolean forEachAccountAt(long blockNumber, BiConsumer<Address, Account> visitor) {
        Head now = head;
        if (!isKept(now, blockNumber)) {
            return false;
        }
        SortedMap<Address, Bytes> before =
                history.changedSince(blockNumber, now.state.blockNumber()).accounts();
        forEachAccount(
                (address, account) -> {
                    if (!before.containsKey(address)) {
                        visitor.accept(address, account);
                    }
                });
        before.forEach(
                (address, encoded) -> {
                    Account account = StoredAccount.accountOf(StoredAccount.decode(encoded));
                    if (account != null) {
                        visitor.accept(address, account);
                    }
                });
        return true;
    }

    /// Takes a slot that is not zero.
    public interface SlotVisitor {
        void visit(Address address, UInt256 slot, UInt256 value);
    }

    /// Visits every slot of the head, by address and slot. Belongs to the node loop.
    public void forEachSlot(SlotVisitor visitor) {
        try (Cursor cursor = store.scan(Column.SLOTS, KeyRange.ALL)) {
            while (cursor.next()) {
                byte[] key = cursor.key().unsafeArray();
                visitor.visit(
                        Address.at(key, 0),
                        UInt256.at(key, Address.SIZE),
                        StateDisk.toValue(cursor.value()));
            }
        }
    }

    /// The height of the last commit; -1 before genesis.
    public long headNumber() {
        return head.state.blockNumber();
    }

    /// The root of the last commit; the empty trie's before genesis.
    public Hash headRoot() {
        return head.state.stateRoot();
    }

    /// The oldest block whose state can be read.
    public long oldestNumber() {
        return Math.max(0, head.oldestBlock);
    }

    /// The state after the head block. Stays what it is when the head moves on, for as long as
    /// history reaches: then it throws [StorageException] (PRUNED).
    public StateView head() {
        return head.state;
    }

    /// The state after `blockNumber`; empty where it is pruned or not yet there.
    public Optional<StateView> at(long blockNumber) {
        Head now = head;
        if (!isKept(now, blockNumber)) {
            return Optional.empty();
        }
        if (blockNumber == now.state.blockNumber()) {
            return Optional.of(now.state);
        }
        // The root of an older state is not kept here, and reads of values do not need it.
        return Optional.of(new CommittedState(disk, blockNumber, Hash.ZERO, now.state.epoch()));
    }

    /// The state after `blockNumber`, to be walked while the chain goes on; empty where it is
    /// pruned or not yet there. To be closed.
    public Optional<StateRange> range(long blockNumber) {
        return StateRange.of(store, blockNumber);
    }

    private static boolean isKept(Head now, long blockNumber) {
        return blockNumber >= Math.max(0, now.oldestBlock)
                && blockNumber <= now.state.blockNumber();
    }

    /// A child of the head, at the next height; of genesis (height 0) before there is a head.
    public PreparedState prepare(StateDiff diff) {
        CommittedState parent = head.state;
        return LayeredState.of(parent, diff, parent.blockNumber() + 1, null);
    }

    /// A child of a state that is not committed yet, or of the one committed last. Throws
    /// [IllegalStateException] if a state beside `parent` was committed meanwhile.
    public PreparedState prepare(PreparedState parent, StateDiff diff) {
        Head now = head;
        StateLayer layer = parent == now.made ? now.state : (LayeredState) parent;
        return LayeredState.of(layer, diff, parent.blockNumber() + 1, null);
    }

    /// The head as it would be after going back to `blockNumber`, for [#commit]; its height is
    /// `blockNumber`. Throws [StorageException] (PRUNED) beyond history. Costs time and memory
    /// in proportion to what changed since.
    public PreparedState prepareRewind(long blockNumber) {
        Head now = head;
        if (!isKept(now, blockNumber)) {
            throw new StorageException(
                    StorageException.Reason.PRUNED,
                    "cannot go back to block "
                            + blockNumber
                            + ": states are kept from "
                            + Math.max(0, now.oldestBlock)
                            + " to "
                            + now.state.blockNumber());
        }
        History.Changed changed = history.changedSince(blockNumber, now.state.blockNumber());
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        changed.accounts()
                .forEach(
                        (address, before) -> {
                            SortedMap<UInt256, UInt256> slots = changed.slotsOf(address);
                            changes.put(
                                    address,
                                    new StateDiff.Change(
                                            StoredAccount.accountOf(StoredAccount.decode(before)),
                                            false,
                                            slots));
                        });
        StateDiff diff = new StateDiff(changes, Collections.emptySortedMap());
        return LayeredState.of(now.state, diff, blockNumber, changed);
    }

    /// Adds the changes of `prepared` to `batch`, writes it synced, in one piece with whatever
    /// the caller put there, and makes `prepared` the head. Its parent must be the head;
    /// otherwise throws [IllegalArgumentException] and writes nothing. After a
    /// [StorageException] the store and this object are to be opened again: the batch may or
    /// may not be on disk.
    public void commit(PreparedState prepared, WriteBatch batch) {
        commit(prepared, batch, true);
    }

    /// As [#commit(PreparedState, WriteBatch)]; where not `synced`, without waiting for the disk,
    /// for blocks that can be had again: a crash of the machine may lose the last of them, in
    /// order and never in part. The next synced write keeps all before it.
    public void commit(PreparedState prepared, WriteBatch batch, boolean synced) {
        LayeredState state = (LayeredState) prepared;
        Head now = head;
        StateLayer parent = state.parent();
        boolean onHead = parent == now.made || parent.equals(now.state);
        if (!onHead) {
            throw new IllegalArgumentException(
                    "block "
                            + state.blockNumber()
                            + " was prepared on another parent than the head, block "
                            + now.state.blockNumber());
        }
        if (failed) {
            throw new StorageException(
                    StorageException.Reason.FAILED, "an earlier commit failed: open again");
        }
        long number = state.blockNumber();
        int epoch = state.rewindsFrom(now.state.epoch());
        long oldestBlock =
                Math.max(now.oldestBlock, history.oldestBlock(number, options.historyBlocks()));
        state.writeTo(batch, history);
        history.prune(batch, now.oldestBlock, oldestBlock);
        batch.put(Column.META, HEAD_KEY, encodeHead(number, state.stateRoot(), oldestBlock));
        failed = true;
        disk.begin(number, oldestBlock, epoch);
        if (synced) {
            store.write(batch);
        } else {
            store.writeUnsynced(batch);
        }
        state.cacheIn(disk);
        state.rest(now.state);
        head =
                new Head(
                        new CommittedState(disk, number, state.stateRoot(), epoch),
                        state,
                        oldestBlock);
        failed = false;
    }

    /// Proofs under [#headRoot], or under the root of whatever becomes the head meanwhile.
    public AccountProof prove(Address address, List<UInt256> slots) {
        while (true) {
            CommittedState state = head.state;
            try {
                return state.prove(address, slots);
            } catch (IllegalStateException movedOn) {
                if (head.state.equals(state) && disk.isApplied(state)) {
                    throw movedOn;
                }
            }
        }
    }

    /// Proofs under the root of an older block; empty where it is pruned. Costs time and memory
    /// in proportion to what changed since.
    public Optional<AccountProof> proveAt(long blockNumber, Address address, List<UInt256> slots) {
        Head now = head;
        if (blockNumber == now.state.blockNumber()) {
            return Optional.of(prove(address, slots));
        }
        if (!isKept(now, blockNumber)) {
            return Optional.empty();
        }
        return Optional.of(((LayeredState) prepareRewind(blockNumber)).prove(address, slots));
    }

    /// Proofs under a prepared state's root.
    public AccountProof prove(PreparedState state, Address address, List<UInt256> slots) {
        return ((LayeredState) state).prove(address, slots);
    }
}
