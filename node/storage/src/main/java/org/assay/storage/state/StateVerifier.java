package org.assay.storage.state;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;
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
import org.assay.storage.trie.PatriciaTrie;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// Compares everything that is kept twice: each flat account and slot with its leaf in the
/// trie, each trie node with its hash, the number of leaves with that of values, each code with
/// its hash. A state that passes has the root it says.
public final class StateVerifier {
    private final KeyValueStore store;
    private final CommittedState head;
    private final LongConsumer progress;
    private long accountCount;
    private long slotCount;
    private long codeCount;

    private StateVerifier(KeyValueStore store, CommittedState head, LongConsumer progress) {
        this.store = store;
        this.head = head;
        this.progress = progress;
    }

    /// The outcome: counts, and the first fault where there is one.
    public record Report(
            long blockNumber,
            Hash stateRoot,
            long accountCount,
            long slotCount,
            long codeCount,
            Optional<String> fault) {}

    /// Reads the whole state of `store`, which nobody may write meanwhile. `progress` is told
    /// the number of values checked so far, now and then.
    public static Report verify(KeyValueStore store, LongConsumer progress) {
        WorldState world = WorldState.openAny(store);
        CommittedState head = world.committed();
        StateVerifier verifier = new StateVerifier(store, head, progress);
        String fault;
        try {
            fault = verifier.run();
        } catch (StorageException failure) {
            fault = String.valueOf(failure.getMessage());
        }
        return new Report(
                head.blockNumber(),
                head.stateRoot(),
                verifier.accountCount,
                verifier.slotCount,
                verifier.codeCount,
                Optional.ofNullable(fault));
    }

    private @Nullable String run() {
        try (Cursor accounts = store.scan(Column.ACCOUNTS, KeyRange.ALL)) {
            while (accounts.next()) {
                if (accounts.key().size() != Address.SIZE) {
                    return "a malformed key in ACCOUNTS: " + accounts.key();
                }
                Address address = Address.of(accounts.key());
                StoredAccount account = StoredAccount.decode(accounts.value());
                String fault = account == null ? "empty" : checkAccount(address, account);
                if (fault != null) {
                    return "account " + address + ": " + fault;
                }
                report(++accountCount);
            }
        }
        long leaves = PatriciaTrie.countLeaves(head.accountNodes(), head.stateRoot());
        if (leaves != accountCount) {
            return "the trie has " + leaves + " accounts, the flat column " + accountCount;
        }
        return orphanSlot();
    }

    private void report(long count) {
        if ((count & 0xfff) == 0) {
            progress.accept(accountCount + slotCount);
        }
    }

    private @Nullable String checkAccount(Address address, StoredAccount account) {
        Hash owner = Keccak.hash256(address.toArray());
        Bytes leaf = PatriciaTrie.get(head.accountNodes(), head.stateRoot(), owner);
        if (leaf == null || !account.toRlp().equals(leaf)) {
            return "the trie says " + leaf + ", the flat value is " + account.toRlp();
        }
        if (account.account().hasCode()) {
            Hash codeHash = account.account().codeHash();
            Bytes code = store.get(Column.CODES, codeHash.toBytes());
            if (code == null || !Keccak.hash256(code).equals(codeHash)) {
                return "its code " + codeHash + " is missing or damaged";
            }
            codeCount++;
        }
        return checkSlots(address, owner, account.storageRoot());
    }

    private @Nullable String checkSlots(Address address, Hash owner, Hash root) {
        long count = 0;
        try (Cursor slots = store.scan(Column.SLOTS, KeyRange.prefix(address.toBytes()))) {
            while (slots.next()) {
                byte[] key = slots.key().unsafeArray();
                if (key.length != Address.SIZE + Hash.SIZE) {
                    return "a malformed key in SLOTS";
                }
                byte[] slot = Arrays.copyOfRange(key, Address.SIZE, key.length);
                UInt256 value = StateDisk.toValue(slots.value());
                Bytes leaf =
                        PatriciaTrie.get(
                                head.slotNodes(address, owner), root, Keccak.hash256(slot));
                if (leaf == null || !StoredAccount.slotToRlp(value).equals(leaf)) {
                    return "slot " + UInt256.of(slot) + " is " + value + ", the trie says " + leaf;
                }
                count++;
                report(++slotCount);
            }
        }
        long leaves = PatriciaTrie.countLeaves(head.slotNodes(address, owner), root);
        return leaves == count
                ? null
                : "its trie has " + leaves + " slots, the flat column " + count;
    }

    /// A slot of an account without storage, if there is one.
    private @Nullable String orphanSlot() {
        Bytes from = Bytes.EMPTY;
        while (true) {
            Bytes found;
            try (Cursor slots = store.scan(Column.SLOTS, KeyRange.from(from))) {
                if (!slots.next()) {
                    return null;
                }
                found = slots.key();
            }
            Address address = Address.at(found.unsafeArray(), 0);
            StoredAccount account = head.stored(address);
            if (account == null || account.storageRoot().equals(TrieRoot.EMPTY)) {
                return "a slot of " + address + ", which has no storage";
            }
            Bytes next = KeyRange.afterPrefix(address.toBytes());
            if (next == null) {
                return null;
            }
            from = next;
        }
    }
}
