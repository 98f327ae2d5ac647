package org.assay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.Column;
import org.assay.storage.MemoryStore;
import org.assay.storage.StorageException;
import org.assay.storage.WriteBatch;
import org.assay.storage.trie.MerkleProof;
import org.assay.storage.trie.TrieRoot;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class WorldStateTest {
    private static final StateOptions OPTIONS = new StateOptions(5, false, 1 << 20);

    @Test
    void startsEmpty() {
        WorldState world = WorldState.open(new MemoryStore(), OPTIONS);
        assertThat(world.headNumber()).isEqualTo(-1);
        assertThat(world.headRoot()).isEqualTo(TrieRoot.EMPTY);
        assertThat(world.prepare(StateDiff.EMPTY).stateRoot()).isEqualTo(TrieRoot.EMPTY);
    }

    @Seeds(60)
    void rootsAndReadsAreTheModels(RandomGenerator random) {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, OPTIONS);
        StateModel model = new StateModel();
        List<StateModel> past = new ArrayList<>();
        List<StateView> views = new ArrayList<>();
        for (int block = 0; block < 25; block++) {
            StateDiff diff = model.randomDiff(random);
            model.apply(diff);
            PreparedState prepared = world.prepare(diff);
            assertThat(prepared.stateRoot()).isEqualTo(model.root());
            assertThat(prepared.blockNumber()).isEqualTo(block);
            model.assertReadsEqual(prepared);
            world.commit(prepared, new WriteBatch());
            past.add(model.copy());
            views.add(world.head());
            if (random.nextInt(4) == 0) {
                world = WorldState.open(store, OPTIONS);
            }
            assertThat(world.headNumber()).isEqualTo(block);
            assertThat(world.headRoot()).isEqualTo(model.root());
            model.assertReadsEqual(world.head());
        }
        for (int block = 0; block < 25; block++) {
            past.get(block).assertReadsEqual(world.at(block).orElseThrow());
        }
        past.get(24).assertReadsEqual(views.get(24));
        assertThat(world.at(25)).isEmpty();
    }

    @Seeds(40)
    void aWalkVisitsEachAccountOfAnyBlockOnce(RandomGenerator random) {
        WorldState world = WorldState.open(new MemoryStore(), OPTIONS);
        StateModel model = new StateModel();
        List<StateModel> past = new ArrayList<>();
        for (int block = 0; block < 12; block++) {
            StateDiff diff = model.randomDiff(random);
            model.apply(diff);
            world.commit(world.prepare(diff), new WriteBatch());
            past.add(model.copy());
        }
        for (int block = 0; block < 12; block++) {
            TreeMap<Address, Account> seen = new TreeMap<>();
            boolean kept =
                    world.forEachAccountAt(
                            block,
                            (address, account) -> assertThat(seen.put(address, account)).isNull());
            assertThat(kept).isTrue();
            assertThat(seen).isEqualTo(past.get(block).accounts());
        }
        assertThat(world.forEachAccountAt(12, (address, account) -> {})).isFalse();
    }

    @Seeds(40)
    void viewsStayWhatTheyAreWhileTheHeadMoves(RandomGenerator random) {
        WorldState world = WorldState.open(new MemoryStore(), OPTIONS);
        StateModel model = new StateModel();
        List<StateModel> past = new ArrayList<>();
        List<StateView> views = new ArrayList<>();
        for (int block = 0; block < 12; block++) {
            StateDiff diff = model.randomDiff(random);
            model.apply(diff);
            PreparedState prepared = world.prepare(diff);
            views.add(prepared);
            past.add(model.copy());
            world.commit(prepared, new WriteBatch());
            views.add(world.head());
            past.add(model.copy());
        }
        for (int i = 0; i < views.size(); i++) {
            past.get(i).assertReadsEqual(views.get(i));
        }
    }

    @Seeds(40)
    void commitsOneOfManyChildrenAndGoesOnFromGrandchildren(RandomGenerator random) {
        WorldState world = WorldState.open(new MemoryStore(), OPTIONS);
        StateModel model = new StateModel();
        for (int block = 0; block < 10; block++) {
            StateModel chosenModel = model;
            PreparedState loser = world.prepare(StateDiff.EMPTY);
            PreparedState chosen = loser;
            for (int round = 0; round < 3; round++) {
                StateModel candidate = model.copy();
                StateDiff diff = candidate.randomDiff(random);
                candidate.apply(diff);
                loser = chosen;
                chosen = world.prepare(diff);
                assertThat(chosen.stateRoot()).isEqualTo(candidate.root());
                chosenModel = candidate;
            }
            model = chosenModel;
            StateDiff next = model.randomDiff(random);
            PreparedState grandchild = world.prepare(chosen, next);
            world.commit(chosen, new WriteBatch());
            model.assertReadsEqual(world.head());
            PreparedState late = loser;
            assertThatThrownBy(() -> world.commit(late, new WriteBatch()))
                    .isInstanceOf(IllegalArgumentException.class);
            model.apply(next);
            assertThat(grandchild.stateRoot()).isEqualTo(model.root());
            model.assertReadsEqual(grandchild);
            StateDiff last = model.randomDiff(random);
            PreparedState greatGrandchild = world.prepare(grandchild, last);
            world.commit(grandchild, new WriteBatch());
            world.commit(greatGrandchild, new WriteBatch());
            model.apply(last);
            assertThat(world.headRoot()).isEqualTo(model.root());
            model.assertReadsEqual(world.head());
            model.assertReadsEqual(greatGrandchild);
        }
    }

    @Seeds(30)
    void goesBackToAnyBlockKept(RandomGenerator random) {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, OPTIONS);
        List<StateModel> past = new ArrayList<>();
        for (int turn = 0; turn < 12; turn++) {
            for (int i = 0; i < 3; i++) {
                StateModel model = past.isEmpty() ? new StateModel() : past.getLast().copy();
                StateDiff diff = model.randomDiff(random);
                model.apply(diff);
                world.commit(world.prepare(diff), new WriteBatch());
                past.add(model);
            }
            int target = random.nextInt(past.size());
            StateView left = world.head();
            boolean goesBack = target < past.size() - 1;
            PreparedState rewound = world.prepareRewind(target);
            assertThat(rewound.stateRoot()).isEqualTo(past.get(target).root());
            world.commit(rewound, new WriteBatch());
            past = new ArrayList<>(past.subList(0, target + 1));
            assertThat(world.headNumber()).isEqualTo(target);
            past.getLast().assertReadsEqual(world.head());
            if (goesBack) {
                assertThatThrownBy(() -> left.account(StateModel.address(0)))
                        .isInstanceOf(StorageException.class);
            }
            if (random.nextBoolean()) {
                world = WorldState.open(store, OPTIONS);
            }
            for (int i = 0; i < past.size(); i++) {
                past.get(i).assertReadsEqual(world.at(i).orElseThrow());
            }
        }
    }

    @Seeds(30)
    void provesAccountsAndSlotsOfHeadAndPast(RandomGenerator random) {
        WorldState world = WorldState.open(new MemoryStore(), OPTIONS);
        StateModel model = new StateModel();
        List<StateModel> past = new ArrayList<>();
        for (int block = 0; block < 8; block++) {
            StateDiff diff = model.randomDiff(random);
            model.apply(diff);
            world.commit(world.prepare(diff), new WriteBatch());
            past.add(model.copy());
        }
        for (int block = 0; block < 8; block++) {
            for (int i = 0; i < 10; i++) {
                Address address = StateModel.address(random.nextInt(60));
                UInt256 slot = StateModel.slot(random.nextInt(12));
                AccountProof proof = world.proveAt(block, address, List.of(slot)).orElseThrow();
                checkProof(past.get(block), proof);
            }
        }
    }

    private static void checkProof(StateModel model, AccountProof proof) {
        Hash key = Keccak.hash256(proof.address().toArray());
        MerkleProof.Verdict verdict = proof.proof().verify(model.root(), key);
        Account account = model.accounts().get(proof.address());
        if (account == null) {
            assertThat(verdict).isEqualTo(new MerkleProof.Verdict.Absent());
            assertThat(proof.account()).isEqualTo(Account.EMPTY);
        } else {
            Bytes leaf = new StoredAccount(account, proof.storageRoot()).toRlp();
            assertThat(verdict).isEqualTo(new MerkleProof.Verdict.Present(leaf));
        }
        AccountProof.SlotProof slot = proof.slots().getFirst();
        UInt256 value = model.slots(proof.address()).getOrDefault(slot.slot(), UInt256.ZERO);
        assertThat(slot.value()).isEqualTo(value);
        assertThat(slot.proof().verify(proof.storageRoot(), Keccak.hash256(slot.slot().toArray())))
                .isEqualTo(
                        value.isZero()
                                ? new MerkleProof.Verdict.Absent()
                                : new MerkleProof.Verdict.Present(StoredAccount.slotToRlp(value)));
    }

    @Seeds(20)
    void isAtOneBlockOrTheNextAfterACrash(RandomGenerator random) {
        for (boolean applied : new boolean[] {false, true}) {
            MemoryStore store = new MemoryStore();
            WorldState world = WorldState.open(store, OPTIONS);
            StateModel model = new StateModel();
            for (int block = 0; block < 6; block++) {
                StateDiff diff = model.randomDiff(random);
                StateModel next = model.copy();
                next.apply(diff);
                PreparedState prepared = world.prepare(diff);
                store.failWrite(1, applied);
                WorldState failing = world;
                assertThatThrownBy(() -> failing.commit(prepared, new WriteBatch()))
                        .isInstanceOf(StorageException.class);
                model.assertReadsEqual(world.head());
                assertThatThrownBy(() -> failing.commit(prepared, new WriteBatch()))
                        .isInstanceOf(StorageException.class);
                store.crash(random.nextBoolean() ? 1 : 0);
                world = WorldState.open(store, OPTIONS);
                boolean moved = world.headNumber() == block;
                assertThat(world.headNumber()).isIn((long) block - 1, (long) block);
                StateModel found = moved ? next : model;
                assertThat(world.headRoot()).isEqualTo(found.root());
                found.assertReadsEqual(world.head());
                if (!moved) {
                    world.commit(world.prepare(diff), new WriteBatch());
                }
                model = next;
            }
        }
    }

    @Test
    void commitWritesTheCallersPartInTheSameBatch() {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, OPTIONS);
        WriteBatch batch = new WriteBatch();
        Bytes key = Bytes.of((byte) 1);
        batch.put(Column.HEADERS, key, key);
        long before = store.writeCount();
        world.commit(world.prepare(StateDiff.EMPTY), batch);
        assertThat(store.writeCount()).isEqualTo(before + 1);
        assertThat(store.get(Column.HEADERS, key)).isEqualTo(key);
    }

    @Test
    void prunesByWholeSegmentsAndSaysSo() {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, OPTIONS);
        Address address = StateModel.address(1);
        for (int block = 0; block < 1100; block++) {
            world.commit(world.prepare(balance(address, block + 1)), new WriteBatch());
        }
        assertThat(world.oldestNumber()).isEqualTo(1023);
        assertThat(world.at(1022)).isEmpty();
        assertThat(balanceOf(world.at(1023).orElseThrow(), address)).isEqualTo(UInt256.of(1024));
        world = WorldState.open(store, OPTIONS);
        StateView view = world.at(1023).orElseThrow();
        assertThat(balanceOf(view, address)).isEqualTo(UInt256.of(1024));
        assertThat(world.oldestNumber()).isEqualTo(1023);
        assertThat(balanceOf(world.at(1090).orElseThrow(), address)).isEqualTo(UInt256.of(1091));
        for (int block = 1100; block < 1600; block++) {
            world.commit(world.prepare(balance(address, block + 1)), new WriteBatch());
        }
        assertThatThrownBy(() -> view.account(address))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        failure ->
                                assertThat(failure.reason())
                                        .isEqualTo(StorageException.Reason.PRUNED));
    }

    @Test
    void archiveKeepsEveryBlock() {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, StateOptions.unlimited());
        Address address = StateModel.address(1);
        for (int block = 0; block < 1300; block++) {
            world.commit(world.prepare(balance(address, block + 1)), new WriteBatch());
        }
        for (int block = 0; block < 1300; block += 99) {
            assertThat(balanceOf(world.at(block).orElseThrow(), address))
                    .isEqualTo(UInt256.of(block + 1));
        }
        assertThatThrownBy(() -> WorldState.open(store, OPTIONS))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        failure ->
                                assertThat(failure.reason())
                                        .isEqualTo(StorageException.Reason.SETTINGS));
    }

    private static UInt256 balanceOf(StateView view, Address address) {
        Account account = view.account(address);
        return account == null ? UInt256.ZERO : account.balance();
    }

    private static StateDiff balance(Address address, long wei) {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        Account account = new Account(0, UInt256.of(wei), Keccak.EMPTY);
        changes.put(address, new StateDiff.Change(account, false, new TreeMap<>()));
        return new StateDiff(changes, new TreeMap<>());
    }
}
