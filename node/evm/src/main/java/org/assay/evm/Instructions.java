package org.assay.evm;

import static org.assay.evm.Opcode.*;

import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.block.Log;
import org.assay.primitives.crypto.Keccak;

/// The instructions that the [Interpreter]'s loop does not hold itself. They work on the fields
/// of the [Frame]; stack needs and constant prices are checked before. Each answers a status of
/// [Interpreter].
final class Instructions {
    private static final int NEXT = Interpreter.NEXT;

    private Instructions() {}

    static int run(int op, Frame f, Machine m) {
        return switch (op) {
            case STOP -> Interpreter.DONE;
            case EXP -> exp(f, m);
            case KECCAK256 -> keccak(f);
            case SLOAD -> Storage.load(f, m);
            case SSTORE -> Storage.store(f, m);
            case TLOAD -> transientLoad(f, m);
            case TSTORE -> transientStore(f, m);
            case MSTORE8 -> storeByte(f);
            case MCOPY -> copyMemory(f);
            case CALLDATACOPY -> copy(f, f.input, f.inputOffset, f.inputSize);
            case CODECOPY -> copy(f, f.code.padded, 0, f.code.size);
            case RETURNDATACOPY -> copyReturned(f);
            case BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH -> account(op, f, m);
            case LOG0, LOG0 + 1, LOG0 + 2, LOG0 + 3, LOG0 + 4 -> log(f, m, op - LOG0);
            case CALL, CALLCODE, DELEGATECALL, STATICCALL -> Calls.call(op, f, m);
            case CREATE, CREATE2 -> Creations.create(op, f, m);
            case RETURN, REVERT -> end(op, f);
            case SELFDESTRUCT -> selfdestruct(f, m);
            case INVALID -> f.fail(HaltReason.INVALID_OPCODE);
            default -> Environment.push(op, f, m);
        };
    }

    /// Writes the `size` bytes of `code` at `from` as a word.
    static void push(long[] s, int o, byte[] code, int from, int size) {
        int end = from + size;
        for (int word = 3; word >= 0; word--) {
            int here = Math.min(8, Math.max(0, size - 8 * (3 - word)));
            long value = 0;
            for (int i = end - here; i < end; i++) {
                value = value << 8 | (code[i] & 0xff);
            }
            s[o + word] = value;
            end -= here;
        }
    }

    static void swap(long[] s, int a, int b) {
        for (int i = 0; i < 4; i++) {
            long word = s[a + i];
            s[a + i] = s[b + i];
            s[b + i] = word;
        }
    }

    static void callDataLoad(Frame f, int top) {
        long[] s = f.stack;
        long offset = Arithmetic.clamped(s, top);
        if (offset <= f.inputSize - 32L) {
            int at = f.inputOffset + (int) offset;
            s[top] = Words.getLong(f.input, at);
            s[top + 1] = Words.getLong(f.input, at + 8);
            s[top + 2] = Words.getLong(f.input, at + 16);
            s[top + 3] = Words.getLong(f.input, at + 24);
            return;
        }
        byte[] word = new byte[32];
        if (offset < f.inputSize) {
            int size = f.inputSize - (int) offset;
            System.arraycopy(f.input, f.inputOffset + (int) offset, word, 0, size);
        }
        set(s, top, UInt256.at(word, 0));
    }

    static void set(long[] s, int o, UInt256 value) {
        s[o] = value.w0();
        s[o + 1] = value.w1();
        s[o + 2] = value.w2();
        s[o + 3] = value.w3();
    }

    static void set(long[] s, int o, Hash value) {
        s[o] = value.w0();
        s[o + 1] = value.w1();
        s[o + 2] = value.w2();
        s[o + 3] = value.w3();
    }

    static UInt256 word(long[] s, int o) {
        return new UInt256(s[o], s[o + 1], s[o + 2], s[o + 3]);
    }

    static Hash hash(long[] s, int o) {
        return new Hash(s[o], s[o + 1], s[o + 2], s[o + 3]);
    }

    /// Gas for `size` bytes at `gasPerWord` a started word. `size` below 2^33.
    static long wordGas(long size, long gasPerWord) {
        return ((size + 31) >>> 5) * gasPerWord;
    }

    private static int outOfGas(Frame f) {
        return f.fail(HaltReason.OUT_OF_GAS);
    }

    private static int exp(Frame f, Machine m) {
        int bytes = Arithmetic.byteSize(f.stack, f.sp - 8);
        if (!f.pay(bytes * m.rules.expByteGas)) {
            return outOfGas(f);
        }
        Arithmetic.exp(f.stack, f.sp, m.scratch);
        f.sp -= 4;
        return NEXT;
    }

    private static int keccak(Frame f) {
        long[] s = f.stack;
        int a = f.sp - 4;
        int b = f.sp - 8;
        if (!f.expandMemory(a, b) || !f.pay(wordGas(s[b + 3], 6))) {
            return outOfGas(f);
        }
        int size = (int) s[b + 3];
        set(s, b, Keccak.hash256(f.memory, size == 0 ? 0 : (int) s[a + 3], size));
        f.sp -= 4;
        return NEXT;
    }

    private static int transientLoad(Frame f, Machine m) {
        m.state.loadTransient(f.self, f.stack, f.sp - 4);
        return NEXT;
    }

    private static int transientStore(Frame f, Machine m) {
        if (f.isStatic) {
            return f.fail(HaltReason.WRITE_PROTECTION);
        }
        m.state.storeTransient(f.self, f.stack, f.sp - 4, f.sp - 8);
        f.sp -= 8;
        return NEXT;
    }

    private static int storeByte(Frame f) {
        long offset = Arithmetic.clamped(f.stack, f.sp - 4);
        if (offset >= Frame.MEMORY_BYTES_MAX || !f.expandMemory(offset + 1)) {
            return outOfGas(f);
        }
        f.memory[(int) offset] = (byte) f.stack[f.sp - 5];
        f.sp -= 8;
        return NEXT;
    }

    private static int copyMemory(Frame f) {
        long[] s = f.stack;
        int to = f.sp - 4;
        int from = f.sp - 8;
        int size = f.sp - 12;
        if (!f.expandMemory(to, size)
                || !f.expandMemory(from, size)
                || !f.pay(wordGas(s[size + 3], 3))) {
            return outOfGas(f);
        }
        if (s[size + 3] != 0) {
            System.arraycopy(
                    f.memory, (int) s[from + 3], f.memory, (int) s[to + 3], (int) s[size + 3]);
        }
        f.sp -= 12;
        return NEXT;
    }

    /// CALLDATACOPY and CODECOPY: from the `size` bytes at `start`, zeros behind them.
    private static int copy(Frame f, byte[] source, int start, int size) {
        if (!copyToMemory(f, f.sp - 4, source, start, size)) {
            return outOfGas(f);
        }
        f.sp -= 12;
        return NEXT;
    }

    /// With destination, source and size words from `top` down.
    private static boolean copyToMemory(Frame f, int top, byte[] source, int start, int size) {
        long[] s = f.stack;
        int count = top - 8;
        if (!f.expandMemory(top, count) || !f.pay(wordGas(s[count + 3], 3))) {
            return false;
        }
        int wanted = (int) s[count + 3];
        if (wanted == 0) {
            return true;
        }
        int to = (int) s[top + 3];
        int from = (int) Math.min(Arithmetic.clamped(s, top - 4), size);
        int present = Math.min(wanted, size - from);
        System.arraycopy(source, start + from, f.memory, to, present);
        java.util.Arrays.fill(f.memory, to + present, to + wanted, (byte) 0);
        return true;
    }

    private static int copyReturned(Frame f) {
        long[] s = f.stack;
        long from = Arithmetic.clamped(s, f.sp - 8);
        long size = Arithmetic.clamped(s, f.sp - 12);
        if (from > f.returnedSize || size > f.returnedSize - from) {
            return f.fail(HaltReason.RETURN_DATA_OUT_OF_BOUNDS);
        }
        return copy(f, f.returned, f.returnedOffset, f.returnedSize);
    }

    /// The instructions that look at another account.
    private static int account(int op, Frame f, Machine m) {
        long[] s = f.stack;
        int top = f.sp - 4;
        AccountState account = m.state.accountOfWord(s, top);
        if (m.rules.hasWarmAndCold
                && m.state.warm(account)
                && !f.pay(m.rules.accountColdExtraGas)) {
            return outOfGas(f);
        }
        switch (op) {
            case BALANCE -> set(s, top, account.balance);
            case EXTCODESIZE -> Arithmetic.setLong(s, top, m.state.code(account).size);
            case EXTCODEHASH -> {
                boolean dead = m.rules.clearsEmpty ? account.isEmpty() : !account.exists;
                set(s, top, dead ? Hash.ZERO : account.codeHash);
            }
            default -> {
                Code code = m.state.code(account);
                if (!copyToMemory(f, top - 4, code.padded, 0, code.size)) {
                    return outOfGas(f);
                }
                f.sp -= 16;
            }
        }
        return NEXT;
    }

    private static int log(Frame f, Machine m, int topicCount) {
        if (f.isStatic) {
            return f.fail(HaltReason.WRITE_PROTECTION);
        }
        long[] s = f.stack;
        int offset = f.sp - 4;
        int size = f.sp - 8;
        if (!f.expandMemory(offset, size) || !f.pay(s[size + 3] * 8)) {
            return outOfGas(f);
        }
        List<Hash> topics = new ArrayList<>(topicCount);
        for (int i = 0; i < topicCount; i++) {
            topics.add(hash(s, f.sp - 12 - 4 * i));
        }
        int bytes = (int) s[size + 3];
        Log log =
                new Log(
                        f.self.address,
                        List.copyOf(topics),
                        Frame.copy(f.memory, bytes == 0 ? 0 : (int) s[offset + 3], bytes));
        m.state.log(log);
        m.tracer.log(f.depth, m.state.logCount() - 1, log);
        f.sp -= 8 + 4 * topicCount;
        return NEXT;
    }

    private static int end(int op, Frame f) {
        long[] s = f.stack;
        int offset = f.sp - 4;
        int size = f.sp - 8;
        if (!f.expandMemory(offset, size)) {
            return outOfGas(f);
        }
        f.output = f.memory;
        f.outputSize = (int) s[size + 3];
        f.outputOffset = f.outputSize == 0 ? 0 : (int) s[offset + 3];
        if (op == REVERT) {
            f.halt = HaltReason.REVERT;
        }
        return Interpreter.DONE;
    }

    private static int selfdestruct(Frame f, Machine m) {
        if (f.isStatic) {
            return f.fail(HaltReason.WRITE_PROTECTION);
        }
        JournaledState state = m.state;
        Rules rules = m.rules;
        AccountState self = f.self;
        AccountState heir = state.accountOfWord(f.stack, f.sp - 4);
        if (rules.hasWarmAndCold && state.warm(heir) && !f.pay(Storage.COLD_ACCOUNT_GAS)) {
            return outOfGas(f);
        }
        boolean heirIsNew =
                rules.clearsEmpty ? heir.isEmpty() && !self.balance.isZero() : !heir.exists;
        if (rules.keepsSixtyFourth && heirIsNew && !f.pay(Calls.NEW_ACCOUNT_GAS)) {
            return outOfGas(f);
        }
        UInt256 balance = self.balance;
        m.tracer.selfdestruct(f.depth, self.address, heir.address, balance);
        boolean deletes = !rules.cancun || self.createdIn == state.transaction;
        if (heir != self) {
            if (!balance.isZero()) {
                state.setBalance(heir, heir.balance.addExact(balance));
                state.setBalance(self, UInt256.ZERO);
            } else if (rules.clearsEmpty) {
                state.touch(heir);
            } else {
                state.touchExisting(heir);
            }
        } else if (deletes && !balance.isZero()) {
            state.burn(balance);
            state.setBalance(self, UInt256.ZERO);
        }
        if (deletes && state.markDestroyed(self) && !rules.hasLondonRefunds()) {
            state.refund += 24000;
        }
        return Interpreter.DONE;
    }

    /// Where a stack word names an account.
    static Address address(long[] s, int i) {
        return new Address(
                (s[i + 1] << 32) | (s[i + 2] >>> 32),
                (s[i + 2] << 32) | (s[i + 3] >>> 32),
                (int) s[i + 3]);
    }
}
