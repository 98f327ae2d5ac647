package org.assay.evm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An undo log in flat arrays: what a field held before it was changed.
final class Journal {
    static final byte ACCOUNT_WARM = 0;
    static final byte SLOT_WARM = 1;
    static final byte STORAGE = 2;
    static final byte TRANSIENT = 3;
    static final byte BALANCE = 4;
    static final byte NONCE = 5;
    static final byte CODE = 6;
    static final byte CODE_HASH = 7;
    static final byte TOUCHED = 8;
    static final byte CREATED = 9;
    static final byte DESTROYED = 10;
    static final byte BURNED = 11;

    private static final int CAPACITY_FIRST = 64;

    private byte[] kinds = new byte[CAPACITY_FIRST];
    private @Nullable AccountState[] accounts = new @Nullable AccountState[CAPACITY_FIRST];
    private int[] details = new int[CAPACITY_FIRST];
    private @Nullable Object[] payloads = new @Nullable Object[CAPACITY_FIRST];
    private long[] words = new long[CAPACITY_FIRST * 4];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(accounts, 0, size, null);
        Arrays.fill(payloads, 0, size, null);
        size = 0;
    }

    void add(byte kind, @Nullable AccountState account, int detail) {
        if (size == kinds.length) {
            grow();
        }
        kinds[size] = kind;
        accounts[size] = account;
        details[size] = detail;
        size++;
    }

    void addWords(byte kind, AccountState account, int detail, long[] from, int i) {
        add(kind, account, detail);
        int at = (size - 1) * 4;
        words[at] = from[i];
        words[at + 1] = from[i + 1];
        words[at + 2] = from[i + 2];
        words[at + 3] = from[i + 3];
    }

    void addNonce(AccountState account, int detail, long nonce) {
        add(NONCE, account, detail);
        words[(size - 1) * 4] = nonce;
    }

    void addPayload(
            byte kind, @Nullable AccountState account, int detail, @Nullable Object payload) {
        add(kind, account, detail);
        payloads[size - 1] = payload;
    }

    /// Takes the last entry off; it can be read until the next is added.
    int pop() {
        return --size;
    }

    byte kind(int entry) {
        return kinds[entry];
    }

    AccountState account(int entry) {
        return java.util.Objects.requireNonNull(accounts[entry]);
    }

    int detail(int entry) {
        return details[entry];
    }

    Object payload(int entry) {
        return java.util.Objects.requireNonNull(payloads[entry]);
    }

    @Nullable Object payloadOrNull(int entry) {
        return payloads[entry];
    }

    long nonce(int entry) {
        return words[entry * 4];
    }

    void restoreWords(int entry, long[] to, int i) {
        System.arraycopy(words, entry * 4, to, i, 4);
    }

    private void grow() {
        int capacity = kinds.length * 2;
        kinds = Arrays.copyOf(kinds, capacity);
        accounts = Arrays.copyOf(accounts, capacity);
        details = Arrays.copyOf(details, capacity);
        payloads = Arrays.copyOf(payloads, capacity);
        words = Arrays.copyOf(words, capacity * 4);
    }
}
