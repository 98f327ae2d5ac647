package org.assay.storage.state;

import java.util.Arrays;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.storage.StorageException;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// An account with the root of its storage, as the trie and the flat column hold it.
///
/// Flat form: one byte of flags (1: has code, 2: has storage) plus 4 times the nonce's size in
/// bytes; the nonce; the balance's size in one byte; the balance; the code hash if any; the
/// storage root if any. 4 to 12 bytes for most, where the trie's form takes 70 to 110.
record StoredAccount(Account account, Hash storageRoot) {
    private static final int HAS_CODE = 1;
    private static final int HAS_STORAGE = 2;
    private static final int SIZE_MAX = 1 + 8 + 1 + 32 + 32 + 32;

    boolean hasStorage() {
        return !storageRoot.equals(TrieRoot.EMPTY);
    }

    /// The account, null where there is none.
    static @Nullable Account accountOf(@Nullable StoredAccount stored) {
        return stored == null ? null : stored.account;
    }

    /// The flat form; empty for no account.
    static Bytes encode(@Nullable StoredAccount stored) {
        if (stored == null) {
            return Bytes.EMPTY;
        }
        Account account = stored.account;
        byte[] array = new byte[SIZE_MAX];
        int nonceSize = (71 - Long.numberOfLeadingZeros(account.nonce())) / 8;
        int flags = (account.hasCode() ? HAS_CODE : 0) | (stored.hasStorage() ? HAS_STORAGE : 0);
        int at = 0;
        array[at++] = (byte) (flags | nonceSize << 2);
        at = putScalar(array, at, account.nonce(), nonceSize);
        int balanceSize = (account.balance().bitLength() + 7) / 8;
        array[at++] = (byte) balanceSize;
        at = putScalar(array, at, account.balance(), balanceSize);
        if (account.hasCode()) {
            account.codeHash().writeTo(array, at);
            at += Hash.SIZE;
        }
        if (stored.hasStorage()) {
            stored.storageRoot.writeTo(array, at);
            at += Hash.SIZE;
        }
        return Bytes.wrap(Arrays.copyOf(array, at));
    }

    /// The inverse of [#encode]; null for nothing.
    static @Nullable StoredAccount decode(@Nullable Bytes bytes) {
        if (bytes == null || bytes.isEmpty()) {
            return null;
        }
        byte[] array = bytes.unsafeArray();
        int flags = array[0];
        int nonceSize = flags >> 2;
        int balanceSize = 1 + nonceSize < array.length ? array[1 + nonceSize] : -1;
        int hashes = Integer.bitCount(flags & (HAS_CODE | HAS_STORAGE));
        if (nonceSize < 0
                || nonceSize > 8
                || balanceSize < 0
                || balanceSize > 32
                || array.length != 2 + nonceSize + balanceSize + hashes * Hash.SIZE) {
            throw new StorageException(
                    StorageException.Reason.CORRUPT,
                    "an account record is malformed: run db verify, restore a backup");
        }
        long nonce = 0;
        int at = 1;
        for (int end = at + nonceSize; at < end; at++) {
            nonce = nonce << 8 | (array[at] & 0xff);
        }
        at++;
        UInt256 balance = UInt256.of(Arrays.copyOfRange(array, at, at + balanceSize));
        at += balanceSize;
        Hash codeHash = Keccak.EMPTY;
        if ((flags & HAS_CODE) != 0) {
            codeHash = Hash.at(array, at);
            at += Hash.SIZE;
        }
        Hash storageRoot = (flags & HAS_STORAGE) != 0 ? Hash.at(array, at) : TrieRoot.EMPTY;
        return new StoredAccount(new Account(nonce, balance, codeHash), storageRoot);
    }

    /// `rlp([nonce, balance, storageRoot, codeHash])`, the trie's form (YP §4.1). Written out:
    /// the general writer takes longer than the hash of the result.
    Bytes toRlp() {
        int nonceSize = (71 - Long.numberOfLeadingZeros(account.nonce())) / 8;
        int balanceSize = (account.balance().bitLength() + 7) / 8;
        int nonceItem = account.nonce() > 0 && account.nonce() < 0x80 ? 1 : 1 + nonceSize;
        boolean smallBalance = balanceSize == 1 && account.balance().w3() < 0x80;
        int balanceItem = smallBalance ? 1 : 1 + balanceSize;
        int payload = nonceItem + balanceItem + 66;
        byte[] array = new byte[2 + payload];
        array[0] = (byte) 0xf8;
        array[1] = (byte) payload;
        int at = 2;
        if (nonceItem == 1 + nonceSize) {
            array[at++] = (byte) (0x80 + nonceSize);
        }
        at = putScalar(array, at, account.nonce(), nonceSize);
        if (!smallBalance) {
            array[at++] = (byte) (0x80 + balanceSize);
        }
        at = putScalar(array, at, account.balance(), balanceSize);
        array[at] = (byte) 0xa0;
        storageRoot.writeTo(array, at + 1);
        array[at + 33] = (byte) 0xa0;
        account.codeHash().writeTo(array, at + 34);
        return Bytes.wrap(array);
    }

    private static int putScalar(byte[] array, int at, long value, int size) {
        for (int i = 0; i < size; i++) {
            array[at + i] = (byte) (value >>> (8 * (size - 1 - i)));
        }
        return at + size;
    }

    private static int putScalar(byte[] array, int at, UInt256 value, int size) {
        System.arraycopy(value.toArray(), 32 - size, array, at, size);
        return at + size;
    }

    /// The trie's form of a slot's value: `rlp(minimal bytes)`; empty for zero.
    static Bytes slotToRlp(UInt256 value) {
        int size = (value.bitLength() + 7) / 8;
        if (size == 0) {
            return Bytes.EMPTY;
        }
        if (size == 1 && value.w3() < 0x80) {
            return Bytes.of((byte) value.w3());
        }
        byte[] array = new byte[1 + size];
        array[0] = (byte) (0x80 + size);
        putScalar(array, 1, value, size);
        return Bytes.wrap(array);
    }
}
