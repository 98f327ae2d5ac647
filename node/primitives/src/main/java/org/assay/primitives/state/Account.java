package org.assay.primitives.state;

import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;

/// An account without its storage: YP §4.1. `nonce` is unsigned and stays below 2^63 in practice
/// (EIP-2681 caps it at 2^64 − 2). `balance` in wei.
public record Account(long nonce, UInt256 balance, Hash codeHash) {
    public static final Account EMPTY = new Account(0, UInt256.ZERO, Keccak.EMPTY);

    /// EIP-161: no code, zero nonce, zero balance.
    public boolean isEmpty() {
        return nonce == 0 && balance.isZero() && !hasCode();
    }

    public boolean hasCode() {
        return !codeHash.equals(Keccak.EMPTY);
    }

    public Account withBalance(UInt256 changed) {
        return new Account(nonce, changed, codeHash);
    }

    public Account withNonce(long changed) {
        return new Account(changed, balance, codeHash);
    }
}
