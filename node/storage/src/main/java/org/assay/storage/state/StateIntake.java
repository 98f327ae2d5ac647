package org.assay.storage.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.trie.Subtrie;
import org.assay.storage.trie.TrieNode;
import org.jspecify.annotations.Nullable;

/// Builds a state from downloaded parts, each checked against its parent, from a proven root
/// down.
///
/// What is still to be fetched is on disk (INTAKE), and one batch takes in a part and puts what
/// follows from it in its place: a kill at any moment loses at most the last parts. Until
/// [#finish] the store has no state ([WorldState#open] refuses it). [#check] is pure and safe for
/// many threads; so are the others.
public final class StateIntake {
    static final Bytes PLAN_KEY = ascii("intake");

    private final KeyValueStore store;

    /// Why a part was refused.
    public enum Refusal {
        /// Not what was asked for.
        WRONG_KIND,
        /// The node or the code has another hash.
        WRONG_HASH,
        /// Something is changed, left out or added.
        WRONG_LEAVES,
        /// A value that a state cannot hold.
        MALFORMED
    }

    /// What became of a part.
    public sealed interface Checked {
        /// Proven; `then` is to be fetched next.
        record Proven(StateTask task, List<StateTask> then, WriteBatch batch, long leaves)
                implements Checked {}

        record Refused(Refusal reason) implements Checked {}
    }

    public StateIntake(KeyValueStore store) {
        this.store = store;
    }

    static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The plan of an intake that is under way.
    public Optional<Bytes> plan() {
        return Optional.ofNullable(store.get(Column.META, PLAN_KEY));
    }

    /// Whether a state is there already.
    public boolean hasState() {
        return store.get(Column.META, WorldState.HEAD_KEY) != null;
    }

    /// Begins anew: what an earlier intake left is deleted. `plan` is the caller's, kept until
    /// [#finish].
    public void begin(Bytes plan, Hash stateRoot) {
        Invariant.check(!hasState(), "a state is never replaced");
        WriteBatch batch = new WriteBatch();
        for (Column column :
                List.of(
                        Column.INTAKE,
                        Column.ACCOUNTS,
                        Column.SLOTS,
                        Column.ACCOUNT_NODES,
                        Column.SLOT_NODES)) {
            clear(batch, column);
        }
        batch.put(Column.META, PLAN_KEY, plan);
        StateTask root =
                new StateTask(
                        StateTask.Kind.ACCOUNTS, null, Bytes.EMPTY, Subtrie.reference(stateRoot));
        batch.put(Column.INTAKE, root.key(), root.reference());
        store.write(batch);
    }

    private static void clear(WriteBatch batch, Column column) {
        byte[] end = new byte[128];
        java.util.Arrays.fill(end, (byte) 0xff);
        batch.deleteRange(column, Bytes.EMPTY, Bytes.wrap(end));
    }

    /// Open tasks, the most urgent first, `max` at most.
    public List<StateTask> tasks(int max) {
        List<StateTask> tasks = new ArrayList<>();
        try (Cursor cursor = store.scan(Column.INTAKE, KeyRange.ALL)) {
            while (tasks.size() < max && cursor.next()) {
                tasks.add(StateTask.read(cursor.key(), cursor.value()));
            }
        }
        return List.copyOf(tasks);
    }

    /// How much of the accounts' keys is not covered yet, in millionths.
    public long leftMillionths() {
        long left = 0; // of 2^60, which is 15 nibbles: what is deeper is too little to count
        KeyRange accounts = KeyRange.prefix(Bytes.of((byte) StateTask.Kind.ACCOUNTS.code()));
        try (Cursor cursor = store.scan(Column.INTAKE, accounts)) {
            while (cursor.next()) {
                left += (1L << 60) >>> Math.min(63, 4 * (cursor.key().size() - 1));
            }
        }
        return ((left >>> 20) * 1_000_000) >>> 40;
    }

    /// What `part` is as the answer to `task`.
    public Checked check(StateTask task, StatePart part) {
        return switch (part) {
            case StatePart.Inner(Bytes node) when task.kind() != StateTask.Kind.CODE ->
                    inner(task, node);
            case StatePart.Accounts(List<StatePart.AccountEntry> entries)
                    when task.kind() == StateTask.Kind.ACCOUNTS ->
                    accounts(task, entries);
            case StatePart.Slots(List<StatePart.SlotEntry> entries)
                    when task.kind() == StateTask.Kind.SLOTS ->
                    slots(task, entries);
            case StatePart.Code(Bytes code) when task.kind() == StateTask.Kind.CODE ->
                    Keccak.hash256(code).toBytes().equals(task.place())
                            ? new Checked.Proven(
                                    task,
                                    List.of(),
                                    done(task).put(Column.CODES, task.place(), code),
                                    0)
                            : new Checked.Refused(Refusal.WRONG_HASH);
            default -> new Checked.Refused(Refusal.WRONG_KIND);
        };
    }

    private static WriteBatch done(StateTask task) {
        return new WriteBatch().delete(Column.INTAKE, task.key());
    }

    private static void put(WriteBatch batch, List<StateTask> tasks) {
        tasks.forEach(task -> batch.put(Column.INTAKE, task.key(), task.reference()));
    }

    private static Checked inner(StateTask task, Bytes node) {
        Optional<List<Subtrie.Child>> children =
                Subtrie.children(node, task.place(), task.reference());
        if (children.isEmpty()) {
            return new Checked.Refused(Refusal.WRONG_HASH);
        }
        List<StateTask> then =
                children.get().stream()
                        .map(
                                child ->
                                        new StateTask(
                                                task.kind(),
                                                task.owner(),
                                                child.path(),
                                                child.reference()))
                        .toList();
        WriteBatch batch = done(task);
        putNode(batch, task, task.place(), node);
        put(batch, then);
        return new Checked.Proven(task, then, batch, 0);
    }

    private static void putNode(WriteBatch batch, StateTask task, Bytes path, Bytes node) {
        Address owner = task.owner();
        if (owner == null) {
            batch.put(Column.ACCOUNT_NODES, path, node);
        } else {
            Hash hash = Keccak.hash256(owner.toArray());
            batch.put(Column.SLOT_NODES, StateDisk.nodeKey(hash, path), node);
        }
    }

    private static @Nullable WriteBatch built(StateTask task, List<Subtrie.Entry> entries) {
        Optional<Subtrie.Built> built = Subtrie.build(entries, task.place());
        if (built.isEmpty() || !built.get().reference().equals(task.reference())) {
            return null;
        }
        WriteBatch batch = done(task);
        for (var write : built.get().writes().entrySet()) {
            TrieNode node = write.getValue();
            putNode(batch, task, write.getKey(), node.encoded());
        }
        return batch;
    }

    private Checked accounts(StateTask task, List<StatePart.AccountEntry> entries) {
        List<Subtrie.Entry> leaves = new ArrayList<>(entries.size());
        for (StatePart.AccountEntry entry : entries) {
            StoredAccount stored = new StoredAccount(entry.account(), entry.storageRoot());
            leaves.add(
                    new Subtrie.Entry(Keccak.hash256(entry.address().toArray()), stored.toRlp()));
        }
        WriteBatch batch = built(task, leaves);
        if (batch == null) {
            return new Checked.Refused(Refusal.WRONG_LEAVES);
        }
        List<StateTask> then = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            StatePart.AccountEntry entry = entries.get(i);
            StoredAccount stored = new StoredAccount(entry.account(), entry.storageRoot());
            Bytes key = entry.address().toBytes();
            batch.put(Column.ACCOUNTS, key, StoredAccount.encode(stored));
            batch.put(Column.PREIMAGES, leaves.get(i).key().toBytes(), key);
            if (stored.hasStorage()) {
                then.add(
                        new StateTask(
                                StateTask.Kind.SLOTS,
                                entry.address(),
                                Bytes.EMPTY,
                                Subtrie.reference(entry.storageRoot())));
            }
            Hash codeHash = entry.account().codeHash();
            if (entry.account().hasCode() && store.get(Column.CODES, codeHash.toBytes()) == null) {
                then.add(StateTask.code(codeHash));
            }
        }
        put(batch, then);
        return new Checked.Proven(task, List.copyOf(then), batch, entries.size());
    }

    private static Checked slots(StateTask task, List<StatePart.SlotEntry> entries) {
        List<Subtrie.Entry> leaves = new ArrayList<>(entries.size());
        for (StatePart.SlotEntry entry : entries) {
            if (entry.value().isZero()) {
                return new Checked.Refused(Refusal.MALFORMED);
            }
            leaves.add(
                    new Subtrie.Entry(
                            Keccak.hash256(entry.slot().toArray()),
                            StoredAccount.slotToRlp(entry.value())));
        }
        WriteBatch batch = built(task, leaves);
        if (batch == null) {
            return new Checked.Refused(Refusal.WRONG_LEAVES);
        }
        Address owner = java.util.Objects.requireNonNull(task.owner());
        for (int i = 0; i < entries.size(); i++) {
            StatePart.SlotEntry entry = entries.get(i);
            batch.put(
                    Column.SLOTS,
                    StateDisk.slotKey(owner, entry.slot()),
                    Bytes.wrap(entry.value().toMinimalArray()));
            batch.put(
                    Column.PREIMAGES,
                    leaves.get(i).key().toBytes(),
                    Bytes.wrap(entry.slot().toArray()));
        }
        return new Checked.Proven(task, List.of(), batch, entries.size());
    }

    /// Takes in what was proven. Not synced: a crash may lose the last of it, together with the
    /// notes that it was done.
    public void take(Checked.Proven proven) {
        store.writeUnsynced(proven.batch());
    }

    /// The state is complete: it becomes that of block `number`, in one synced batch with what
    /// the caller put into it.
    public void finish(long number, Hash stateRoot, boolean archive, WriteBatch batch) {
        Invariant.check(tasks(1).isEmpty(), "nothing is left to fetch");
        Bytes root = store.get(Column.ACCOUNT_NODES, Bytes.EMPTY);
        Invariant.check(
                root != null && Keccak.hash256(root).equals(stateRoot),
                "the root node has the proven root");
        batch.delete(Column.META, PLAN_KEY);
        batch.put(
                Column.META,
                WorldState.HEAD_KEY,
                new WorldState.HeadRecord(number, stateRoot, number, archive).encode());
        StateSnapshot.markIndexed(batch, number);
        store.write(batch);
    }
}
