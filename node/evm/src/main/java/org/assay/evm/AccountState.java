package org.assay.evm;

import org.assay.evm.precompile.Precompile;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.jspecify.annotations.Nullable;

/// One account as a block sees it. Owned and journalled by its [JournaledState], which alone
/// writes the fields; the interpreter reads them. A mark of a transaction's number stands for a
/// set that is emptied when the next transaction begins.
final class AccountState {
    final Address address;

    /// The account in the view, or null.
    final @Nullable Account base;

    boolean exists;
    long nonce;
    UInt256 balance;
    Hash codeHash;

    /// The code of [#codeHash] once it was asked for.
    @Nullable Code code;

    /// The precompiled contract at this address in the fork of the block, or null.
    @Nullable Precompile precompile;

    /// The fork has a precompiled contract at this address, moved elsewhere or not.
    boolean alwaysWarm;

    int warmIn;
    int touchedIn;
    int createdIn;
    int destroyedIn;

    /// The view's storage no longer counts: the account was deleted in this block.
    boolean storageCleared;

    SlotMap storage = NO_SLOTS;
    @Nullable SlotMap transientStorage;

    /// Shared by all accounts without slots: never added to.
    static final SlotMap NO_SLOTS = new SlotMap();

    AccountState(Address address, @Nullable Account base) {
        this.address = address;
        this.base = base;
        this.exists = base != null;
        this.nonce = base == null ? 0 : base.nonce();
        this.balance = base == null ? UInt256.ZERO : base.balance();
        this.codeHash = base == null ? Keccak.EMPTY : base.codeHash();
        if (!hasCode()) {
            code = Code.EMPTY;
        }
    }

    boolean hasCode() {
        return !codeHash.equals(Keccak.EMPTY);
    }

    /// EIP-161.
    boolean isEmpty() {
        return nonce == 0 && balance.isZero() && !hasCode();
    }
}
