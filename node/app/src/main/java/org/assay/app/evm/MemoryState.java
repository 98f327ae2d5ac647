package org.assay.app.evm;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
import org.jspecify.annotations.Nullable;

/// A small state held in maps, for tests and single runs: built once, changed by diffs, and
/// hashed whole.
public final class MemoryState implements StateView {
    /// An account and its storage, which has no zero values.
    private record Entry(Account account, SortedMap<UInt256, UInt256> storage) {}

    private final SortedMap<Address, Entry> entries;
    private final Map<Hash, Bytes> codes;

    private MemoryState(SortedMap<Address, Entry> entries, Map<Hash, Bytes> codes) {
        this.entries = entries;
        this.codes = codes;
    }

    public static MemoryState empty() {
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        codes.put(Keccak.EMPTY, Bytes.EMPTY);
        return new MemoryState(new TreeMap<>(), codes);
    }

    /// Adds or replaces an account. Zero values of `storage` are left out.
    public void put(
            Address address,
            long nonce,
            UInt256 balance,
            Bytes code,
            SortedMap<UInt256, UInt256> storage) {
        Hash codeHash = Keccak.hash256(code);
        codes.put(codeHash, code);
        TreeMap<UInt256, UInt256> slots = new TreeMap<>(storage);
        slots.values().removeIf(UInt256::isZero);
        entries.put(address, new Entry(new Account(nonce, balance, codeHash), slots));
    }

    /// A copy with `diff` applied.
    public MemoryState after(StateDiff diff) {
        TreeMap<Address, Entry> changed = new TreeMap<>(entries);
        diff.changes()
                .forEach(
                        (address, change) -> {
                            Account account = change.account();
                            Entry before = changed.remove(address);
                            if (account == null) {
                                return;
                            }
                            TreeMap<UInt256, UInt256> slots = new TreeMap<>();
                            if (before != null && !change.storageCleared()) {
                                slots.putAll(before.storage());
                            }
                            slots.putAll(change.storage());
                            slots.values().removeIf(UInt256::isZero);
                            changed.put(address, new Entry(account, slots));
                        });
        TreeMap<Hash, Bytes> moreCodes = new TreeMap<>(codes);
        moreCodes.putAll(diff.codes());
        return new MemoryState(changed, moreCodes);
    }

    /// One account as it stands.
    interface Visitor {
        void visit(Address address, Account account, Bytes code, SortedMap<UInt256, UInt256> slots);
    }

    /// Every account, by address.
    void forEach(Visitor visitor) {
        entries.forEach(
                (address, entry) ->
                        visitor.visit(
                                address,
                                entry.account(),
                                code(entry.account().codeHash()),
                                entry.storage()));
    }

    /// The Merkle Patricia root (YP §4.1).
    public Hash root() {
        TreeMap<Bytes, Bytes> leaves = new TreeMap<>();
        entries.forEach(
                (address, entry) ->
                        leaves.put(
                                Keccak.hash256(address.toBytes()).toBytes(),
                                Bytes.wrap(encode(entry))));
        return TrieRoot.of(leaves);
    }

    private static byte[] encode(Entry entry) {
        TreeMap<Bytes, Bytes> leaves = new TreeMap<>();
        entry.storage()
                .forEach(
                        (slot, value) ->
                                leaves.put(
                                        Keccak.hash256(slot.toArray()).toBytes(),
                                        Bytes.wrap(RlpWriter.encode(w -> w.writeUInt256(value)))));
        Account account = entry.account();
        return RlpWriter.encodeList(
                list -> {
                    list.writeLong(account.nonce());
                    list.writeUInt256(account.balance());
                    list.writeHash(TrieRoot.of(leaves));
                    list.writeHash(account.codeHash());
                });
    }

    @Override
    public @Nullable Account account(Address address) {
        Entry entry = entries.get(address);
        return entry == null ? null : entry.account();
    }

    @Override
    public UInt256 storage(Address address, UInt256 slot) {
        Entry entry = entries.get(address);
        return entry == null ? UInt256.ZERO : entry.storage().getOrDefault(slot, UInt256.ZERO);
    }

    @Override
    public Bytes code(Hash codeHash) {
        Bytes code = codes.get(codeHash);
        if (code == null) {
            throw new IllegalStateException("no code with the hash " + codeHash);
        }
        return code;
    }

    @Override
    public boolean hasStorage(Address address) {
        Entry entry = entries.get(address);
        return entry != null && !entry.storage().isEmpty();
    }
}
