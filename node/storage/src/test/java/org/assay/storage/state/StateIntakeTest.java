package org.assay.storage.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.MemoryStore;
import org.assay.storage.StorageException;
import org.assay.storage.WriteBatch;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class StateIntakeTest {
    private static final int ACCOUNTS = 4_000;
    private static final int LARGE_STORAGE = 3_000;

    private final MemoryStore source = new MemoryStore();
    private final WorldState world = WorldState.open(source, StateOptions.bounded());

    /// Enough accounts, and one contract with enough slots, that both come in several parts.
    private void grow(int seed) {
        Random random = new Random(seed);
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            TreeMap<UInt256, UInt256> slots = new TreeMap<>();
            int count = i == 0 ? LARGE_STORAGE : i % 50 == 0 ? 1 + random.nextInt(20) : 0;
            for (int slot = 0; slot < count; slot++) {
                slots.put(UInt256.of(slot), UInt256.of(1 + random.nextInt(1 << 20)));
            }
            Bytes code = i % 50 == 0 ? Bytes.of((byte) (i % 7), (byte) 1) : Bytes.EMPTY;
            Hash codeHash = Keccak.hash256(code);
            if (!code.isEmpty()) {
                codes.put(codeHash, code);
            }
            changes.put(
                    Address.ofNumber(1 + seed * 1_000_000 + i),
                    new StateDiff.Change(
                            new Account(i, UInt256.of(random.nextInt(1 << 30)), codeHash),
                            false,
                            slots));
        }
        world.commit(world.prepare(new StateDiff(changes, codes)), new WriteBatch());
    }

    private StateSnapshot snapshot() {
        StateSnapshot snapshot = StateSnapshot.of(source);
        snapshot.index(() -> true);
        return snapshot;
    }

    private static void download(StateSnapshot from, StateIntake intake, int partsMax) {
        int parts = 0;
        for (List<StateTask> tasks = intake.tasks(20);
                !tasks.isEmpty() && parts < partsMax;
                tasks = intake.tasks(20)) {
            for (StateTask task : tasks) {
                StatePart part = from.read(task.kind(), task.owner(), task.place()).orElseThrow();
                intake.take(
                        assertInstanceOf(
                                StateIntake.Checked.Proven.class, intake.check(task, part)));
                parts++;
            }
        }
    }

    @Test
    void aDownloadedStateIsTheOneServed() {
        grow(1);
        grow(2);
        try (StateSnapshot snapshot = snapshot()) {
            grow(3); // the chain goes on
            MemoryStore target = new MemoryStore();
            StateIntake intake = new StateIntake(target);
            intake.begin(Bytes.of((byte) 1), snapshot.stateRoot());
            download(snapshot, intake, Integer.MAX_VALUE);
            intake.finish(1, snapshot.stateRoot(), false, new WriteBatch());
            StateVerifier.Report report = StateVerifier.verify(target, count -> {});
            assertEquals(Optional.empty(), report.fault());
            assertEquals(snapshot.stateRoot(), report.stateRoot());
            assertEquals(2 * ACCOUNTS, report.accountCount());
            // What came in can be served again.
            try (StateSnapshot again = StateSnapshot.of(target)) {
                MemoryStore third = new MemoryStore();
                StateIntake next = new StateIntake(third);
                next.begin(Bytes.EMPTY, again.stateRoot());
                download(again, next, Integer.MAX_VALUE);
                next.finish(1, again.stateRoot(), false, new WriteBatch());
                assertEquals(
                        again.stateRoot(),
                        WorldState.open(third, StateOptions.bounded()).headRoot());
            }
        }
    }

    @Test
    void aDownloadGoesOnAfterACrashAndBlocksTheStoreUntilDone() {
        grow(1);
        try (StateSnapshot snapshot = snapshot()) {
            MemoryStore target = new MemoryStore();
            StateIntake intake = new StateIntake(target);
            intake.begin(Bytes.of((byte) 1), snapshot.stateRoot());
            assertEquals(1_000_000, intake.leftMillionths());
            int crashes = 0;
            while (!intake.tasks(1).isEmpty()) {
                download(snapshot, intake, 40);
                if (crashes++ % 2 == 0) {
                    target.crash(); // loses what was not synced, and the notes about it
                } else {
                    target.write(new WriteBatch());
                }
                assertThrows(
                        StorageException.class,
                        () -> WorldState.open(target, StateOptions.bounded()));
                intake = new StateIntake(target);
                assertEquals(Optional.of(Bytes.of((byte) 1)), intake.plan());
            }
            assertEquals(0, intake.leftMillionths());
            intake.finish(0, snapshot.stateRoot(), false, new WriteBatch());
            assertEquals(Optional.empty(), StateVerifier.verify(target, count -> {}).fault());
            assertTrue(crashes > 2);
        }
    }

    @Test
    void refusesAnyPartThatIsNotExactlyTheProvenOne() {
        grow(1);
        try (StateSnapshot snapshot = snapshot()) {
            StateIntake intake = new StateIntake(new MemoryStore());
            intake.begin(Bytes.EMPTY, snapshot.stateRoot());
            int refused = 0;
            for (List<StateTask> tasks = intake.tasks(20);
                    !tasks.isEmpty();
                    tasks = intake.tasks(20)) {
                for (StateTask task : tasks) {
                    StatePart part =
                            snapshot.read(task.kind(), task.owner(), task.place()).orElseThrow();
                    for (StatePart wrong : damaged(part)) {
                        assertInstanceOf(
                                StateIntake.Checked.Refused.class,
                                intake.check(task, wrong),
                                () -> task + " takes " + wrong);
                        refused++;
                    }
                    intake.take((StateIntake.Checked.Proven) intake.check(task, part));
                }
            }
            assertTrue(refused > 300, "refused " + refused);
        }
    }

    private static List<StatePart> damaged(StatePart part) {
        List<StatePart> wrong = new ArrayList<>();
        switch (part) {
            case StatePart.Inner(Bytes node) -> {
                byte[] flipped = node.toArray();
                flipped[flipped.length / 2] ^= 1;
                wrong.add(new StatePart.Inner(Bytes.wrap(flipped)));
                wrong.add(new StatePart.Inner(Bytes.EMPTY));
                wrong.add(new StatePart.Code(node));
            }
            case StatePart.Accounts(List<StatePart.AccountEntry> entries) -> {
                wrong.add(new StatePart.Accounts(List.of()));
                wrong.add(new StatePart.Accounts(without(entries)));
                wrong.add(new StatePart.Accounts(entries.reversed().stream().skip(1).toList()));
                List<StatePart.AccountEntry> twice = new ArrayList<>(entries);
                twice.add(entries.getLast());
                wrong.add(new StatePart.Accounts(twice));
                StatePart.AccountEntry last = entries.getLast();
                List<StatePart.AccountEntry> richer = new ArrayList<>(without(entries));
                richer.add(
                        new StatePart.AccountEntry(
                                last.address(),
                                last.account()
                                        .withBalance(last.account().balance().add(UInt256.ONE)),
                                last.storageRoot()));
                wrong.add(new StatePart.Accounts(richer));
            }
            case StatePart.Slots(List<StatePart.SlotEntry> entries) -> {
                wrong.add(new StatePart.Slots(List.of()));
                wrong.add(new StatePart.Slots(without(entries)));
                List<StatePart.SlotEntry> other = new ArrayList<>(without(entries));
                other.add(new StatePart.SlotEntry(entries.getLast().slot(), UInt256.ZERO));
                wrong.add(new StatePart.Slots(other));
            }
            case StatePart.Code(Bytes code) -> wrong.add(new StatePart.Code(code.concat(code)));
        }
        return wrong;
    }

    private static <T> List<T> without(List<T> entries) {
        return entries.subList(0, entries.size() - 1);
    }
}
