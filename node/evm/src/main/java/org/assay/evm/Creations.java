package org.assay.evm;

import static org.assay.evm.Opcode.*;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.jspecify.annotations.Nullable;

/// CREATE and CREATE2 (YP §7, EIP-1014), and creations by a transaction.
final class Creations {
    private static final long INITCODE_WORD_GAS = 2;
    private static final long HASH_WORD_GAS = 6;
    private static final long DEPOSIT_BYTE_GAS = 200;

    private Creations() {}

    static int create(int op, Frame f, Machine m) {
        if (f.isStatic) {
            return f.fail(HaltReason.WRITE_PROTECTION);
        }
        f.clearReturned();
        long[] s = f.stack;
        int offset = f.sp - 8;
        int size = f.sp - 12;
        Rules rules = m.rules;
        if (!f.expandMemory(offset, size)) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        int bytes = (int) s[size + 3];
        if (rules.shanghai && bytes > Rules.INITCODE_BYTES_MAX) {
            return f.fail(HaltReason.INITCODE_TOO_LARGE);
        }
        long perWord = rules.shanghai ? INITCODE_WORD_GAS : 0;
        perWord += op == CREATE2 ? HASH_WORD_GAS : 0;
        if (!f.pay(Instructions.wordGas(bytes, perWord))) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        UInt256 value = Instructions.word(s, f.sp - 4);
        Hash salt = op == CREATE2 ? Instructions.hash(s, f.sp - 16) : Hash.ZERO;
        Bytes initcode = Frame.copy(f.memory, bytes == 0 ? 0 : (int) s[offset + 3], bytes);
        f.sp -= op == CREATE2 ? 16 : 12;
        AccountState self = f.self;
        HaltReason refusal = refusal(f, value);
        if (refusal != null && !m.watched) {
            Arithmetic.setLong(s, f.sp, 0);
            f.sp += 4;
            return Interpreter.NEXT;
        }
        long gas = rules.keepsSixtyFourth ? f.gas - f.gas / 64 : f.gas;
        f.gas -= gas;
        Address address =
                op == CREATE
                        ? Address.ofCreate(self.address, self.nonce)
                        : Address.ofCreate2(self.address, salt, Keccak.hash256(initcode));
        Frame child = m.frame(f.depth + 1);
        if (refusal == null) {
            m.state.setNonce(self, self.nonce + 1);
        }
        fill(child, m, op, address, self.address, value, initcode, gas);
        if (refusal != null) {
            return Calls.refuse(f, child, m, refusal);
        }
        if (begin(child, m) == Interpreter.CALLED) {
            return Interpreter.CALLED;
        }
        Calls.resume(f, child);
        return Interpreter.NEXT;
    }

    /// Why a creation does not even begin, or null.
    private static @Nullable HaltReason refusal(Frame f, UInt256 value) {
        if (f.depth >= Machine.DEPTH_MAX) {
            return HaltReason.CALL_DEPTH;
        }
        if (f.self.balance.compareTo(value) < 0) {
            return HaltReason.INSUFFICIENT_BALANCE;
        }
        return f.self.nonce == -1L ? HaltReason.NONCE_OVERFLOW : null;
    }

    /// Fills in the frame of a creation.
    static void fill(
            Frame child,
            Machine m,
            int op,
            Address address,
            Address creator,
            UInt256 value,
            Bytes initcode,
            long gas) {
        child.reset();
        child.opcode = op;
        child.target = m.state.account(address);
        child.self = child.target;
        child.code = new Code(initcode);
        child.caller = creator;
        child.value = value;
        child.isStatic = false;
        child.inputOffset = 0;
        child.inputSize = 0;
        child.resultSize = 0;
        child.gas = gas;
    }

    /// Starts the frame of a creation; one at a taken address has failed at once
    /// ([Interpreter#DONE]).
    static int begin(Frame child, Machine m) {
        JournaledState state = m.state;
        AccountState created = child.target;
        if (m.rules.hasWarmAndCold) {
            state.warm(created);
        }
        child.gasAtStart = child.gas;
        m.reportEnter(child, child.caller);
        child.snapshot = state.snapshot();
        child.logCount = state.logCount();
        child.refund = state.refund;
        if (created.nonce != 0 || created.hasCode() || state.hasStorage(created)) {
            child.fail(HaltReason.ADDRESS_COLLISION);
            m.finish(child);
            return Interpreter.DONE;
        }
        state.markCreated(created);
        state.setNonce(created, m.rules.clearsEmpty ? 1 : 0);
        if (!child.value.isZero()) {
            AccountState payer = state.account(child.caller);
            state.setBalance(payer, payer.balance.subtractExact(child.value));
            state.setBalance(created, created.balance.addExact(child.value));
        }
        return Interpreter.CALLED;
    }

    /// Makes the output of initcode the code of the new account, if it is allowed and paid for.
    static void deposit(Frame child, Machine m) {
        Rules rules = m.rules;
        int size = child.outputSize;
        if (size > rules.codeBytesMax) {
            child.fail(HaltReason.CODE_TOO_LARGE);
            return;
        }
        if (rules.refusesEf && size > 0 && child.output[child.outputOffset] == (byte) 0xef) {
            child.fail(HaltReason.INVALID_CODE);
            return;
        }
        if (!child.pay(size * DEPOSIT_BYTE_GAS)) {
            if (rules.homestead) {
                child.fail(HaltReason.CODE_STORE_OUT_OF_GAS);
            }
            return; // Before Homestead the account stays, without code.
        }
        if (size > 0) {
            Bytes code = child.outputBytes();
            Hash hash = Keccak.hash256(code);
            m.state.setCode(child.target, hash, new Code(code));
        }
    }
}
