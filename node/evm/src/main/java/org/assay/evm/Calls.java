package org.assay.evm;

import static org.assay.evm.Opcode.*;

import org.assay.primitives.UInt256;

/// CALL, CALLCODE, DELEGATECALL and STATICCALL (YP §8).
final class Calls {
    static final long NEW_ACCOUNT_GAS = 25000;

    private static final long VALUE_GAS = 9000;
    private static final long STIPEND_GAS = 2300;
    private static final long WARM_ACCESS_GAS = 100;

    private Calls() {}

    static int call(int op, Frame f, Machine m) {
        long[] s = f.stack;
        boolean hasValue = op == CALL || op == CALLCODE;
        UInt256 value = hasValue ? Instructions.word(s, f.sp - 12) : UInt256.ZERO;
        if (op == CALL && f.isStatic && !value.isZero()) {
            return f.fail(HaltReason.WRITE_PROTECTION);
        }
        f.clearReturned();
        int input = f.sp - (hasValue ? 16 : 12);
        int result = input - 8;
        if (!f.expandMemory(input, input - 4) || !f.expandMemory(result, result - 4)) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        AccountState target = m.state.accountOfWord(s, f.sp - 8);
        if (!payAccess(op, f, m, target, value)) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        Code code = codeOf(target, f, m);
        if (code == null) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        long wanted = Arithmetic.clamped(s, f.sp - 4);
        long forwarded = wanted;
        if (m.rules.keepsSixtyFourth) {
            forwarded = Math.min(wanted, f.gas - f.gas / 64);
        } else if (wanted > f.gas) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        f.gas -= forwarded;
        Frame child = m.frame(f.depth + 1);
        child.reset();
        child.opcode = op;
        child.target = target;
        child.code = code;
        child.gas = forwarded + (value.isZero() ? 0 : STIPEND_GAS);
        child.self = op == CALL || op == STATICCALL ? target : f.self;
        child.caller = op == DELEGATECALL ? f.caller : f.self.address;
        child.value = op == DELEGATECALL ? f.value : value;
        child.isStatic = f.isStatic || op == STATICCALL;
        child.input = f.memory;
        child.inputSize = (int) s[input - 1];
        child.inputOffset = child.inputSize == 0 ? 0 : (int) s[input + 3];
        child.resultSize = (int) s[result - 1];
        child.resultOffset = child.resultSize == 0 ? 0 : (int) s[result + 3];
        f.sp = result - 4;
        if (f.depth >= Machine.DEPTH_MAX) {
            return refuse(f, child, m, HaltReason.CALL_DEPTH);
        }
        if (hasValue && f.self.balance.compareTo(value) < 0) {
            return refuse(f, child, m, HaltReason.INSUFFICIENT_BALANCE);
        }
        if (begin(child, m) == Interpreter.CALLED) {
            return Interpreter.CALLED;
        }
        resume(f, child);
        return Interpreter.NEXT;
    }

    /// Pays what depends on the called account, but for its delegation.
    private static boolean payAccess(
            int op, Frame f, Machine m, AccountState target, UInt256 value) {
        if (m.rules.hasWarmAndCold && m.state.warm(target) && !f.pay(m.rules.accountColdExtraGas)) {
            return false;
        }
        long extra = value.isZero() ? 0 : VALUE_GAS;
        if (op == CALL) {
            boolean isNew =
                    m.rules.clearsEmpty ? !value.isZero() && target.isEmpty() : !target.exists;
            extra += isNew ? NEW_ACCOUNT_GAS : 0;
        }
        return f.pay(extra);
    }

    /// The code that runs when `target` is called, following and paying for a delegation
    /// (EIP-7702); null when the gas does not suffice.
    private static @org.jspecify.annotations.Nullable Code codeOf(
            AccountState target, Frame f, Machine m) {
        Code code = m.state.code(target);
        if (code.delegate == null || !m.rules.prague) {
            return code;
        }
        AccountState delegate = m.state.account(code.delegate);
        long price = m.state.warm(delegate) ? Storage.COLD_ACCOUNT_GAS : WARM_ACCESS_GAS;
        return f.pay(price) ? m.state.code(delegate) : null;
    }

    /// The call does not take place: the gas comes back and the answer is zero.
    static int refuse(Frame f, Frame child, Machine m, HaltReason reason) {
        child.gasAtStart = child.gas;
        m.reportEnter(child, f.self.address);
        if (m.watched) {
            m.tracer.exit(child.depth, org.assay.primitives.Bytes.EMPTY, 0, Failure.of(reason));
        }
        f.gas += child.gas;
        Arithmetic.setLong(f.stack, f.sp, 0);
        f.sp += 4;
        return Interpreter.NEXT;
    }

    /// Starts a call frame: moves the value, and completes it at once where no code runs
    /// ([Interpreter#DONE]).
    static int begin(Frame child, Machine m) {
        JournaledState state = m.state;
        boolean borrowsCode = child.opcode == DELEGATECALL || child.opcode == CALLCODE;
        child.gasAtStart = child.gas;
        m.reportEnter(child, borrowsCode ? child.self.address : child.caller);
        child.snapshot = state.snapshot();
        child.logCount = state.logCount();
        child.refund = state.refund;
        AccountState target = child.target;
        if (child.opcode == CALL) {
            if (!child.value.isZero()) {
                AccountState payer = state.account(child.caller);
                state.setBalance(payer, payer.balance.subtractExact(child.value));
                state.setBalance(target, target.balance.addExact(child.value));
            } else if (m.rules.clearsEmpty) {
                state.touch(target);
            } else {
                state.touchExisting(target);
            }
        } else if (child.opcode == STATICCALL) {
            state.touch(target);
        }
        if (target.precompile != null) {
            Machine.runPrecompile(child, target.precompile, m.rules.fork);
        } else if (!child.code.isEmpty()) {
            child.program = m.watched ? null : child.code.program(m.rules.fork);
            return Interpreter.CALLED;
        }
        m.finish(child);
        return Interpreter.DONE;
    }

    /// Hands the outcome of a finished frame to the one that opened it.
    static void resume(Frame f, Frame child) {
        f.gas += child.gas;
        boolean success = child.halt == null;
        if (child.isCreate()) {
            if (child.halt == HaltReason.REVERT) {
                takeOutput(f, child);
            } else {
                f.clearReturned();
            }
            UInt256 answer = success ? child.target.address.toWord() : UInt256.ZERO;
            Instructions.set(f.stack, f.sp, answer);
        } else {
            takeOutput(f, child);
            int size = Math.min(child.outputSize, child.resultSize);
            if (size > 0) {
                System.arraycopy(
                        child.output, child.outputOffset, f.memory, child.resultOffset, size);
            }
            Arithmetic.setFlag(f.stack, f.sp, success);
        }
        f.sp += 4;
    }

    private static void takeOutput(Frame f, Frame child) {
        f.returned = child.output;
        f.returnedOffset = child.outputOffset;
        f.returnedSize = child.outputSize;
    }
}
