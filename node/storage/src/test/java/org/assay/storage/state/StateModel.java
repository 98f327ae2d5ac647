package org.assay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.trie.TrieRoot;

/// A state as plain maps, and random changes to it.
final class StateModel {
    private static final int ADDRESSES = 60;
    private static final int SLOTS = 12;

    private final TreeMap<Address, Account> accounts = new TreeMap<>();
    private final TreeMap<Address, TreeMap<UInt256, UInt256>> storage = new TreeMap<>();
    private final TreeMap<Hash, Bytes> codes = new TreeMap<>();

    StateModel copy() {
        StateModel copy = new StateModel();
        copy.accounts.putAll(accounts);
        storage.forEach((address, slots) -> copy.storage.put(address, new TreeMap<>(slots)));
        copy.codes.putAll(codes);
        return copy;
    }

    void apply(StateDiff diff) {
        codes.putAll(diff.codes());
        diff.changes()
                .forEach(
                        (address, change) -> {
                            Account account = change.account();
                            if (account == null) {
                                accounts.remove(address);
                                storage.remove(address);
                                return;
                            }
                            accounts.put(address, account);
                            if (change.storageCleared()) {
                                storage.remove(address);
                            }
                            TreeMap<UInt256, UInt256> slots =
                                    storage.computeIfAbsent(address, key -> new TreeMap<>());
                            slots.putAll(change.storage());
                            slots.values().removeIf(UInt256::isZero);
                        });
    }

    /// The root, by the textbook: nothing shared with the incremental way but the trie of a
    /// list.
    Hash root() {
        TreeMap<Bytes, Bytes> leaves = new TreeMap<>();
        accounts.forEach(
                (address, account) ->
                        leaves.put(
                                Keccak.hash256(address.toArray()).toBytes(),
                                Bytes.wrap(
                                        RlpWriter.encodeList(
                                                writer -> {
                                                    writer.writeLong(account.nonce());
                                                    writer.writeUInt256(account.balance());
                                                    writer.writeHash(storageRoot(address));
                                                    writer.writeHash(account.codeHash());
                                                }))));
        return TrieRoot.of(leaves);
    }

    private Hash storageRoot(Address address) {
        TreeMap<Bytes, Bytes> leaves = new TreeMap<>();
        slots(address)
                .forEach(
                        (slot, value) ->
                                leaves.put(
                                        Keccak.hash256(slot.toArray()).toBytes(),
                                        Bytes.wrap(
                                                RlpWriter.encode(
                                                        writer -> writer.writeUInt256(value)))));
        return TrieRoot.of(leaves);
    }

    SortedMap<UInt256, UInt256> slots(Address address) {
        TreeMap<UInt256, UInt256> slots = storage.get(address);
        return slots == null ? new TreeMap<>() : slots;
    }

    /// That `view` reads what this holds, for every address and slot that can occur.
    void assertReadsEqual(StateView view) {
        for (int i = 0; i < ADDRESSES; i++) {
            Address address = address(i);
            Account account = accounts.get(address);
            assertThat(view.account(address)).as("account %s", address).isEqualTo(account);
            SortedMap<UInt256, UInt256> slots = slots(address);
            assertThat(view.hasStorage(address)).isEqualTo(!slots.isEmpty());
            for (int s = 0; s < SLOTS; s++) {
                UInt256 slot = slot(s);
                UInt256 value = slots.get(slot);
                assertThat(view.storage(address, slot))
                        .as("slot %s of %s", slot, address)
                        .isEqualTo(value == null ? UInt256.ZERO : value);
            }
            if (account != null && account.hasCode()) {
                assertThat(view.code(account.codeHash())).isEqualTo(codes.get(account.codeHash()));
            }
        }
    }

    List<Address> addresses() {
        return new ArrayList<>(accounts.keySet());
    }

    static Address address(int index) {
        return Address.at(Keccak.hash256(new byte[] {(byte) index}).toArray(), 12);
    }

    static UInt256 slot(int index) {
        return index % 3 == 0 ? UInt256.of(index) : UInt256.MAX.subtract(UInt256.of(index));
    }

    /// Creations, changes, deletions, clearings, slots set and zeroed.
    StateDiff randomDiff(RandomGenerator random) {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        TreeMap<Hash, Bytes> newCodes = new TreeMap<>();
        int count = random.nextInt(random.nextBoolean() ? 4 : ADDRESSES);
        for (int i = 0; i < count; i++) {
            Address address = address(random.nextInt(ADDRESSES));
            if (random.nextInt(5) == 0) {
                changes.put(address, new StateDiff.Change(null, true, new TreeMap<>()));
                continue;
            }
            Account account = accounts.getOrDefault(address, Account.EMPTY);
            if (random.nextInt(6) == 0) {
                Bytes code = Bytes.of(new byte[] {1, (byte) random.nextInt(9)});
                newCodes.put(Keccak.hash256(code), code);
                account = new Account(1, account.balance(), Keccak.hash256(code));
            }
            if (random.nextInt(4) != 0) {
                account = account.withBalance(randomValue(random));
            }
            if (random.nextInt(4) == 0) {
                account = account.withNonce(account.nonce() + (1L << random.nextInt(40)));
            }
            TreeMap<UInt256, UInt256> slots = new TreeMap<>();
            int slotCount = random.nextInt(3) == 0 ? random.nextInt(SLOTS) : 0;
            for (int s = 0; s < slotCount; s++) {
                slots.put(slot(random.nextInt(SLOTS)), randomValue(random));
            }
            changes.put(address, new StateDiff.Change(account, random.nextInt(9) == 0, slots));
        }
        return new StateDiff(changes, newCodes);
    }

    private static UInt256 randomValue(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> UInt256.ZERO;
            case 1 -> UInt256.of(random.nextInt(300));
            case 2 -> UInt256.MAX;
            default -> new UInt256(0, 0, random.nextLong(), random.nextLong());
        };
    }

    Map<Address, Account> accounts() {
        return accounts;
    }
}
