package org.assay.app.dev;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// The accounts of a developer's chain after its head: changed outside of blocks, which the
/// journal books, walked, and summed up. Owned by [DevChain]'s owner.
public final class DevState {
    private final Blockchain chain;
    private final DevJournal journal;
    private final boolean emits;

    /// `emits`: whether the chain has an emission, and so ledgers.
    DevState(Blockchain chain, DevJournal journal, boolean emits) {
        this.chain = chain;
        this.journal = journal;
        this.emits = emits;
    }

    Account accountOf(Address address) {
        Account account = chain.head().state().account(address);
        return account == null ? Account.EMPTY : account;
    }

    void setBalance(Address address, UInt256 wei) {
        change(address, account -> account.withBalance(wei), Collections.emptySortedMap(), null);
    }

    void setNonce(Address address, long nonce) {
        change(address, account -> account.withNonce(nonce), Collections.emptySortedMap(), null);
    }

    void setCode(Address address, Bytes code) {
        Hash hash = Keccak.hash256(code);
        change(
                address,
                account -> new Account(account.nonce(), account.balance(), hash),
                Collections.emptySortedMap(),
                code);
    }

    void setStorage(Address address, UInt256 slot, UInt256 value) {
        TreeMap<UInt256, UInt256> storage = new TreeMap<>();
        storage.put(slot, value);
        change(address, account -> account, storage, null);
    }

    private void change(
            Address address,
            UnaryOperator<Account> edit,
            SortedMap<UInt256, UInt256> storage,
            @Nullable Bytes code) {
        Account after = edit.apply(accountOf(address));
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        boolean gone =
                after.isEmpty() && storage.isEmpty() && !chain.head().state().hasStorage(address);
        changes.put(address, new StateDiff.Change(gone ? null : after, false, storage));
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        if (code != null && !code.isEmpty()) {
            codes.put(after.codeHash(), code);
        }
        amend(new StateDiff(changes, codes));
    }

    /// Changes the head's state, and books what that makes of the supply.
    void amend(StateDiff diff) {
        BigInteger delta = BigInteger.ZERO;
        for (Map.Entry<Address, StateDiff.Change> entry : diff.changes().entrySet()) {
            if (!entry.getKey().equals(Blockchain.BURN_ADDRESS)) {
                Account after = entry.getValue().account();
                BigInteger held = after == null ? BigInteger.ZERO : after.balance().toBigInteger();
                delta =
                        delta.add(held)
                                .subtract(accountOf(entry.getKey()).balance().toBigInteger());
            }
        }
        journal.amend(diff, delta);
        chain.amend(journal.pending().diff());
    }

    /// Takes an account of the head with its slots that are not zero.
    interface AccountVisitor {
        void visit(Address address, Account account, Map<UInt256, UInt256> slots);
    }

    /// Visits every account of the head, its amendment included.
    void forEachAccount(AccountVisitor visitor) {
        StateView state = chain.head().state();
        Map<Address, TreeMap<UInt256, UInt256>> slots = new TreeMap<>();
        chain.world().forEachAccount((address, account) -> slots.put(address, new TreeMap<>()));
        chain.world()
                .forEachSlot(
                        (address, slot, value) ->
                                slots.computeIfAbsent(address, a -> new TreeMap<>())
                                        .put(slot, value));
        journal.pending()
                .diff()
                .changes()
                .forEach(
                        (address, change) ->
                                change.storage()
                                        .forEach(
                                                (slot, value) ->
                                                        slots.computeIfAbsent(
                                                                        address,
                                                                        a -> new TreeMap<>())
                                                                .put(slot, value)));
        journal.pending()
                .diff()
                .changes()
                .keySet()
                .forEach(address -> slots.computeIfAbsent(address, a -> new TreeMap<>()));
        slots.forEach(
                (address, values) -> {
                    Account account = state.account(address);
                    if (account != null) {
                        values.values().removeIf(UInt256::isZero);
                        visitor.visit(address, account, values);
                    }
                });
    }

    // The supply.

    /// By the ledgers and the journal, and by a walk over all accounts; in wei.
    public record Supply(
            long number,
            BigInteger genesisWei,
            BigInteger mintedWei,
            BigInteger burnedWei,
            BigInteger recycledWei,
            BigInteger cheatedWei,
            BigInteger supplyWei,
            BigInteger balancesWei) {
        public boolean agrees() {
            return supplyWei.equals(balancesWei);
        }
    }

    /// The supply after the head, its amendment included; on a chain without emission only what
    /// the walk finds is known.
    public Supply supply() {
        ChainHead head = chain.head();
        StateView state = head.state();
        BigInteger[] sum = {BigInteger.ZERO};
        Set<Address> amended = journal.pending().diff().changes().keySet();
        chain.world()
                .forEachAccount(
                        (address, account) -> {
                            if (!amended.contains(address)) {
                                addBalance(sum, address, account);
                            }
                        });
        amended.forEach(address -> addBalance(sum, address, state.account(address)));
        BigInteger genesis = chain.spec().genesis().supplyWei().toBigInteger();
        BigInteger cheated = journal.totalWei();
        if (!emits) {
            BigInteger zero = BigInteger.ZERO;
            return new Supply(head.number(), genesis, zero, zero, zero, cheated, sum[0], sum[0]);
        }
        var row = chain.contexts().viewsAfter(head.header(), state).ledger();
        BigInteger burned =
                row.burnedWei().toBigInteger().add(head.burned().destroyedWei().toBigInteger());
        BigInteger minted = row.mintedWei().toBigInteger();
        BigInteger recycled = row.recycledWei().toBigInteger();
        BigInteger supply = genesis.add(minted).subtract(burned).subtract(recycled).add(cheated);
        return new Supply(
                head.number(), genesis, minted, burned, recycled, cheated, supply, sum[0]);
    }

    private static void addBalance(BigInteger[] sum, Address address, @Nullable Account account) {
        if (account != null && !address.equals(Blockchain.BURN_ADDRESS)) {
            sum[0] = sum[0].add(account.balance().toBigInteger());
        }
    }
}
