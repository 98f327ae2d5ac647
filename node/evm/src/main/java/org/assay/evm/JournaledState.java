package org.assay.evm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// The changes of a block on top of a [StateView], with a journal that undoes those of a reverted
/// call. Kept across the transactions of one block, so that their diff is merged once. One
/// thread.
public final class JournaledState {
    /// The precompile that stays touched when its call is reverted, as in block 2,675,119 of
    /// Ethereum, which every client follows.
    private static final Address RIPEMD160 = Address.ofNumber(3);

    private final StateView view;
    private final Journal journal = new Journal();

    private AccountState[] table = new AccountState[256];
    private int tableMask = 255;
    private final List<AccountState> accounts = new ArrayList<>();

    /// The number of the transaction under way, from 1: the value of the marks in [AccountState].
    int transaction = 1;

    /// Accounts once marked; an undone mark stays listed and no longer holds.
    private final List<AccountState> touched = new ArrayList<>();

    private final List<AccountState> destroyed = new ArrayList<>();
    private final List<AccountState> withTransient = new ArrayList<>();
    private List<Log> logs = new ArrayList<>();
    long refund;
    UInt256 burnedWei = UInt256.ZERO;
    private @Nullable Precompiles precompiles;
    private boolean hasFixedPrecompiles;
    private @Nullable Machine machine;

    public JournaledState(StateView view) {
        this.view = view;
    }

    /// The frames and stacks that executions on this state reuse.
    Machine machine() {
        Machine made = machine;
        if (made == null) {
            made = new Machine(this);
            machine = made;
        }
        return made;
    }

    /// Keeps these precompiled contracts for all that runs on this state from now on, whatever
    /// the fork has; for simulations.
    public void fixPrecompiles(Precompiles those) {
        hasFixedPrecompiles = false;
        usePrecompiles(those);
        hasFixedPrecompiles = true;
    }

    /// Sets which addresses have precompiled contracts; also for the accounts already loaded.
    void usePrecompiles(Precompiles those) {
        if (precompiles != those && !hasFixedPrecompiles) {
            precompiles = those;
            for (AccountState account : accounts) {
                account.precompile = those.at(account.address);
                account.alwaysWarm = those.isWarm(account.address);
            }
        }
    }

    // Accounts.

    AccountState account(Address address) {
        return account(address.a0(), address.a1(), address.a2(), address);
    }

    /// The account of the low 20 bytes of the stack word at `i`.
    AccountState accountOfWord(long[] stack, int i) {
        long a0 = (stack[i + 1] << 32) | (stack[i + 2] >>> 32);
        long a1 = (stack[i + 2] << 32) | (stack[i + 3] >>> 32);
        return account(a0, a1, (int) stack[i + 3], null);
    }

    private AccountState account(long a0, long a1, int a2, @Nullable Address address) {
        int at = hash(a0, a1, a2) & tableMask;
        while (true) {
            AccountState found = table[at];
            if (found == null) {
                return load(at, address == null ? new Address(a0, a1, a2) : address);
            }
            Address key = found.address;
            if (key.a2() == a2 && key.a1() == a1 && key.a0() == a0) {
                return found;
            }
            at = (at + 1) & tableMask;
        }
    }

    private static int hash(long a0, long a1, int a2) {
        long mixed = (a0 * 0x9e3779b97f4a7c15L) ^ (a1 * 0xbf58476d1ce4e5b9L);
        mixed = (mixed ^ (mixed >>> 32) ^ a2) * 0x94d049bb133111ebL;
        return (int) (mixed >>> 32);
    }

    private AccountState load(int at, Address address) {
        AccountState loaded = new AccountState(address, view.account(address));
        if (precompiles != null) {
            loaded.precompile = precompiles.at(address);
            loaded.alwaysWarm = precompiles.isWarm(address);
        }
        table[at] = loaded;
        accounts.add(loaded);
        if (accounts.size() * 2 > table.length) {
            table = new AccountState[table.length * 2];
            tableMask = table.length - 1;
            for (AccountState account : accounts) {
                Address key = account.address;
                int free = hash(key.a0(), key.a1(), key.a2()) & tableMask;
                while (table[free] != null) {
                    free = (free + 1) & tableMask;
                }
                table[free] = account;
            }
        }
        return loaded;
    }

    Code code(AccountState account) {
        Code known = account.code;
        if (known == null) {
            known = CodeCache.shared().find(account.codeHash);
            if (known == null) {
                known = CodeCache.shared().add(account.codeHash, view.code(account.codeHash));
            }
            account.code = known;
        }
        return known;
    }

    /// Whether any slot of the account is not zero (EIP-7610).
    boolean hasStorage(AccountState account) {
        return account.storage.anyNonZero()
                || (account.base != null
                        && !account.storageCleared
                        && view.hasStorage(account.address));
    }

    // Warmth (EIP-2929).

    /// Makes the account warm; whether it was cold.
    boolean warm(AccountState account) {
        if (account.warmIn == transaction || account.alwaysWarm) {
            return false;
        }
        journal.add(Journal.ACCOUNT_WARM, account, account.warmIn);
        account.warmIn = transaction;
        return true;
    }

    /// Makes the slot warm; whether it was cold.
    boolean warm(AccountState account, int slot) {
        int[] marks = account.storage.marks;
        if (marks[slot * 2 + 1] == transaction) {
            return false;
        }
        journal.add(Journal.SLOT_WARM, account, slot);
        marks[slot * 2 + 1] = transaction;
        return true;
    }

    // Storage.

    /// The number of the slot with the key at `stack[i..i+3]`, loaded and with its ORIGINAL set.
    int slot(AccountState account, long[] stack, int i) {
        return slot(account, stack[i], stack[i + 1], stack[i + 2], stack[i + 3]);
    }

    int slot(AccountState account, long k0, long k1, long k2, long k3) {
        SlotMap storage = account.storage;
        int slot = storage.find(k0, k1, k2, k3);
        if (slot >= 0 && storage.marks[slot * 2] == transaction) {
            return slot;
        }
        if (slot < 0) {
            if (storage == AccountState.NO_SLOTS) {
                storage = new SlotMap();
                account.storage = storage;
            }
            slot = storage.add(k0, k1, k2, k3);
            if (account.base != null && !account.storageCleared) {
                UInt256 value = view.storage(account.address, new UInt256(k0, k1, k2, k3));
                put(storage.words, slot * SlotMap.WIDTH + SlotMap.BASE, value);
                put(storage.words, slot * SlotMap.WIDTH + SlotMap.CURRENT, value);
            }
        }
        int i = slot * SlotMap.WIDTH;
        System.arraycopy(
                storage.words, i + SlotMap.CURRENT, storage.words, i + SlotMap.ORIGINAL, 4);
        storage.marks[slot * 2] = transaction;
        return slot;
    }

    private static void put(long[] words, int i, UInt256 value) {
        words[i] = value.w0();
        words[i + 1] = value.w1();
        words[i + 2] = value.w2();
        words[i + 3] = value.w3();
    }

    /// Sets the slot to the word at `stack[i..i+3]`.
    void store(AccountState account, int slot, long[] stack, int i) {
        long[] words = account.storage.words;
        int at = slot * SlotMap.WIDTH + SlotMap.CURRENT;
        journal.addWords(Journal.STORAGE, account, slot, words, at);
        System.arraycopy(stack, i, words, at, 4);
    }

    /// EIP-1153: writes the value into `stack[i..i+3]`, where the key is.
    void loadTransient(AccountState account, long[] stack, int i) {
        SlotMap map = account.transientStorage;
        int slot = map == null ? -1 : map.find(stack[i], stack[i + 1], stack[i + 2], stack[i + 3]);
        if (map == null || slot < 0) {
            Arrays.fill(stack, i, i + 4, 0);
        } else {
            System.arraycopy(map.words, slot * SlotMap.WIDTH + SlotMap.CURRENT, stack, i, 4);
        }
    }

    /// EIP-1153: the key at `stack[key..]`, the value at `stack[value..]`.
    void storeTransient(AccountState account, long[] stack, int key, int value) {
        SlotMap map = account.transientStorage;
        if (map == null) {
            map = new SlotMap();
            account.transientStorage = map;
            withTransient.add(account);
        }
        int slot = map.find(stack[key], stack[key + 1], stack[key + 2], stack[key + 3]);
        if (slot < 0) {
            slot = map.add(stack[key], stack[key + 1], stack[key + 2], stack[key + 3]);
        }
        int at = slot * SlotMap.WIDTH + SlotMap.CURRENT;
        journal.addWords(Journal.TRANSIENT, account, slot, map.words, at);
        System.arraycopy(stack, value, map.words, at, 4);
    }

    // Accounts' fields.

    void setBalance(AccountState account, UInt256 balance) {
        journal.addPayload(Journal.BALANCE, account, account.exists ? 1 : 0, account.balance);
        account.balance = balance;
        account.exists = true;
        touch(account);
    }

    void setNonce(AccountState account, long nonce) {
        journal.addNonce(account, account.exists ? 1 : 0, account.nonce);
        account.nonce = nonce;
        account.exists = true;
        touch(account);
    }

    void setCode(AccountState account, Hash codeHash, Code code) {
        journal.addPayload(Journal.CODE, account, account.exists ? 1 : 0, account.code);
        journal.addPayload(Journal.CODE_HASH, account, 0, account.codeHash);
        account.codeHash = codeHash;
        account.code = code;
        account.exists = true;
        touch(account);
    }

    /// Marks the account as changed or called, which deletes it at the end if it is empty
    /// (EIP-161).
    void touch(AccountState account) {
        if (account.touchedIn != transaction) {
            journal.add(Journal.TOUCHED, account, 0);
            account.touchedIn = transaction;
            touched.add(account);
        }
    }

    /// As [#touch], and before EIP-161 the account exists from now on.
    void touchExisting(AccountState account) {
        if (!account.exists) {
            setBalance(account, account.balance);
        } else {
            touch(account);
        }
    }

    void markCreated(AccountState account) {
        journal.add(Journal.CREATED, account, account.createdIn);
        account.createdIn = transaction;
    }

    /// Deletes the account when the transaction ends; whether it was not marked before.
    boolean markDestroyed(AccountState account) {
        if (account.destroyedIn == transaction) {
            return false;
        }
        journal.add(Journal.DESTROYED, account, account.destroyedIn);
        account.destroyedIn = transaction;
        destroyed.add(account);
        return true;
    }

    void burn(UInt256 wei) {
        journal.addPayload(Journal.BURNED, null, 0, burnedWei);
        burnedWei = burnedWei.addExact(wei);
    }

    void log(Log log) {
        logs.add(log);
    }

    int logCount() {
        return logs.size();
    }

    // The journal.

    int snapshot() {
        return journal.size();
    }

    /// Undoes everything since the snapshot.
    void revertTo(int snapshot, int logCount, long refund) {
        while (journal.size() > snapshot) {
            undo(journal.pop());
        }
        while (logs.size() > logCount) {
            logs.removeLast();
        }
        this.refund = refund;
    }

    private void undo(int entry) {
        int detail = journal.detail(entry);
        if (journal.kind(entry) == Journal.BURNED) {
            burnedWei = (UInt256) journal.payload(entry);
            return;
        }
        AccountState account = journal.account(entry);
        switch (journal.kind(entry)) {
            case Journal.ACCOUNT_WARM -> account.warmIn = detail;
            case Journal.SLOT_WARM -> account.storage.marks[detail * 2 + 1] = 0;
            case Journal.STORAGE ->
                    journal.restoreWords(
                            entry, account.storage.words, detail * SlotMap.WIDTH + SlotMap.CURRENT);
            case Journal.TRANSIENT ->
                    journal.restoreWords(
                            entry,
                            java.util.Objects.requireNonNull(account.transientStorage).words,
                            detail * SlotMap.WIDTH + SlotMap.CURRENT);
            case Journal.BALANCE -> {
                account.balance = (UInt256) journal.payload(entry);
                account.exists = detail != 0;
            }
            case Journal.NONCE -> {
                account.nonce = journal.nonce(entry);
                account.exists = detail != 0;
            }
            case Journal.CODE -> {
                account.code = (Code) journal.payloadOrNull(entry);
                account.exists = detail != 0;
            }
            case Journal.CODE_HASH -> account.codeHash = (Hash) journal.payload(entry);
            case Journal.TOUCHED -> {
                if (!account.address.equals(RIPEMD160)) {
                    account.touchedIn = 0;
                }
            }
            case Journal.CREATED -> account.createdIn = detail;
            case Journal.DESTROYED -> account.destroyedIn = 0;
            default -> throw new IllegalStateException("no such journal entry");
        }
    }

    // The life of a transaction.

    void beginTransaction() {
        journal.clear();
        touched.clear();
        logs = new ArrayList<>();
        refund = 0;
        burnedWei = UInt256.ZERO;
    }

    /// Deletes what the transaction destroyed and what it left empty, and ends it. Its logs.
    List<Log> finishTransaction(Rules rules) {
        for (AccountState account : destroyed) {
            if (account.destroyedIn == transaction) {
                burnedWei = burnedWei.addExact(account.balance);
                delete(account);
            }
        }
        destroyed.clear();
        if (rules.clearsEmpty) {
            for (AccountState account : touched) {
                boolean holds = account.touchedIn == transaction;
                if (holds && account.exists && account.isEmpty()) {
                    delete(account);
                }
            }
        }
        touched.clear();
        for (AccountState account : withTransient) {
            account.transientStorage = null;
        }
        withTransient.clear();
        journal.clear();
        transaction++;
        return logs;
    }

    private void delete(AccountState account) {
        account.exists = false;
        account.nonce = 0;
        account.balance = UInt256.ZERO;
        account.codeHash = Keccak.EMPTY;
        account.code = Code.EMPTY;
        account.storageCleared = true;
        account.storage.wipe();
    }

    /// Credits a withdrawal or a block reward, outside any transaction. Nothing is created by a
    /// credit of zero.
    public void addBalance(Address address, UInt256 wei) {
        AccountState account = account(address);
        if (!wei.isZero()) {
            account.balance = account.balance.addExact(wei);
            account.exists = true;
        } else if (account.exists && account.isEmpty()) {
            delete(account);
        }
    }

    /// The account as it is now, or null. Between transactions only.
    public @Nullable Account accountNow(Address address) {
        AccountState account = account(address);
        return account.exists
                ? new Account(account.nonce, account.balance, account.codeHash)
                : null;
    }

    /// The value of a slot as it is now. Between transactions only.
    public UInt256 storageNow(Address address, UInt256 slot) {
        AccountState account = account(address);
        int number = slot(account, slot.w0(), slot.w1(), slot.w2(), slot.w3());
        int i = number * SlotMap.WIDTH + SlotMap.CURRENT;
        long[] words = account.storage.words;
        return new UInt256(words[i], words[i + 1], words[i + 2], words[i + 3]);
    }

    /// The code of the account as it is now. Between transactions only.
    public Bytes codeNow(Address address) {
        return code(account(address)).bytes;
    }

    /// Everything changed since this state was made. Between transactions only.
    public StateDiff diff() {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        for (AccountState account : accounts) {
            SortedMap<UInt256, UInt256> storage = changedSlots(account);
            if (storage.isEmpty() && !account.storageCleared && isAsInView(account)) {
                continue;
            }
            if (!account.exists && account.base == null) {
                continue;
            }
            Account now = null;
            if (account.exists) {
                now = new Account(account.nonce, account.balance, account.codeHash);
                boolean newCode =
                        account.base == null || !account.base.codeHash().equals(account.codeHash);
                if (newCode && account.hasCode()) {
                    codes.put(account.codeHash, code(account).bytes);
                }
            }
            boolean cleared = account.storageCleared && account.base != null;
            changes.put(account.address, new StateDiff.Change(now, cleared, storage));
        }
        return new StateDiff(changes, codes);
    }

    private static boolean isAsInView(AccountState account) {
        Account base = account.base;
        if (base == null) {
            return !account.exists;
        }
        return account.exists
                && account.nonce == base.nonce()
                && account.balance.equals(base.balance())
                && account.codeHash.equals(base.codeHash());
    }

    private static SortedMap<UInt256, UInt256> changedSlots(AccountState account) {
        TreeMap<UInt256, UInt256> changed = new TreeMap<>();
        SlotMap storage = account.storage;
        for (int slot = 0; slot < storage.count(); slot++) {
            int i = slot * SlotMap.WIDTH;
            long[] w = storage.words;
            if (!Arrays.equals(
                    w,
                    i + SlotMap.BASE,
                    i + SlotMap.BASE + 4,
                    w,
                    i + SlotMap.CURRENT,
                    i + SlotMap.CURRENT + 4)) {
                int c = i + SlotMap.CURRENT;
                changed.put(
                        new UInt256(w[i], w[i + 1], w[i + 2], w[i + 3]),
                        new UInt256(w[c], w[c + 1], w[c + 2], w[c + 3]));
            }
        }
        return changed;
    }
}
