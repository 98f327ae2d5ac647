package org.assay.evm;

import static org.assay.evm.Opcode.*;
import static org.assay.evm.Program.*;

import org.assay.primitives.Words;

/// Runs a decoded [Program]: as [Interpreter], with stack and gas checked once a block and
/// frequent sequences in one step. Not for traces. The plain interpreter is its twin: tests run
/// both and compare.
final class FastInterpreter {
    private FastInterpreter() {}

    /// Goes on in the place of the plain interpreter, in front of the JUMPDEST at `pc`: code that
    /// loops is worth decoding the first time it runs.
    static int takeOver(Frame frame, Machine machine, int pc) {
        Program program = frame.code.decoded(machine.rules.fork);
        frame.program = program;
        frame.next = program.jumpTargets[pc];
        return run(frame, machine, program);
    }

    /// [Interpreter#DONE] or [Interpreter#CALLED].
    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    static int run(Frame frame, Machine machine, Program program) {
        int[] operations = program.operations;
        int[] blocks = program.blocks;
        long[] stack = frame.stack;
        long[] scratch = machine.scratch;
        byte[] memory = frame.memory;
        int memorySize = frame.memorySize;
        int next = frame.next;
        int sp = frame.sp;
        long gas = frame.gas;
        int jumps = Tracer.TICK_JUMPS;
        while (true) {
            int operation = operations[next++];
            int operand = operation >>> 8;
            switch (operation & 0xff) {
                case BLOCK:
                    {
                        int row = operand << 2;
                        long left = gas - blocks[row];
                        if (left < 0
                                || sp < blocks[row + STACK_MIN_OF]
                                || sp > blocks[row + STACK_MAX_OF]) {
                            save(frame, blocks[row + PC_OF], sp, gas);
                            return Interpreter.run(frame, machine);
                        }
                        gas = left;
                        if (--jumps < 0) {
                            jumps = machine.tick();
                        }
                        break;
                    }
                case PUSH_SMALL:
                    stack[sp] = 0;
                    stack[sp + 1] = 0;
                    stack[sp + 2] = 0;
                    stack[sp + 3] = operand;
                    sp += 4;
                    break;
                case PUSH_CONSTANT:
                    copy(program.constants, operand, stack, sp);
                    sp += 4;
                    break;
                case DUP:
                    copy(stack, sp - operand, stack, sp);
                    sp += 4;
                    break;
                case SWAP:
                    swap(stack, sp - 4, sp - operand);
                    break;
                case MOVE:
                    copy(stack, sp - 4, stack, sp - operand);
                    sp -= 4;
                    break;
                case POP:
                    sp -= 4;
                    break;
                case POPS:
                    sp -= operand;
                    break;
                case JUMP_TO:
                    next = operand;
                    break;
                case JUMP_TO_IF:
                    sp -= 4;
                    if ((stack[sp] | stack[sp + 1] | stack[sp + 2] | stack[sp + 3]) != 0) {
                        next = operand;
                    }
                    break;
                case JUMP_TO_UNLESS:
                    sp -= 4;
                    if ((stack[sp] | stack[sp + 1] | stack[sp + 2] | stack[sp + 3]) == 0) {
                        next = operand;
                    }
                    break;
                case JUMP_LT:
                    sp -= 8;
                    if (Arithmetic.isBelow(stack, sp + 4, sp)) {
                        next = operand;
                    }
                    break;
                case JUMP_NOT_LT:
                    sp -= 8;
                    if (!Arithmetic.isBelow(stack, sp + 4, sp)) {
                        next = operand;
                    }
                    break;
                case JUMP_GT:
                    sp -= 8;
                    if (Arithmetic.isBelow(stack, sp, sp + 4)) {
                        next = operand;
                    }
                    break;
                case JUMP_NOT_GT:
                    sp -= 8;
                    if (!Arithmetic.isBelow(stack, sp, sp + 4)) {
                        next = operand;
                    }
                    break;
                case JUMP_SLT, JUMP_SGT, JUMP_EQ, JUMP_NOT_SLT, JUMP_NOT_SGT, JUMP_NOT_EQ:
                    sp -= 8;
                    if (compare(operation & 0xff, stack, sp)) {
                        next = operand;
                    }
                    break;
                case ADD_SMALL:
                    {
                        long sum = stack[sp - 1] + operand;
                        stack[sp - 1] = sum;
                        if (sum + Long.MIN_VALUE < operand + Long.MIN_VALUE) {
                            carry(stack, sp - 2);
                        }
                        break;
                    }
                case SUB_SMALL:
                    {
                        long before = stack[sp - 1];
                        stack[sp - 1] = before - operand;
                        if (before + Long.MIN_VALUE < operand + Long.MIN_VALUE) {
                            borrow(stack, sp - 2);
                        }
                        break;
                    }
                case AND_SMALL:
                    stack[sp - 4] = 0;
                    stack[sp - 3] = 0;
                    stack[sp - 2] = 0;
                    stack[sp - 1] &= operand;
                    break;
                case AND_CONSTANT:
                    {
                        long[] constants = program.constants;
                        int at = operand;
                        stack[sp - 4] &= constants[at];
                        stack[sp - 3] &= constants[at + 1];
                        stack[sp - 2] &= constants[at + 2];
                        stack[sp - 1] &= constants[at + 3];
                        break;
                    }
                case SHL_BY:
                    Arithmetic.shiftLeft(stack, sp - 4, operand);
                    break;
                case SHR_BY:
                    Arithmetic.shiftRight(stack, sp - 4, operand, 0);
                    break;
                case SAR_BY:
                    Arithmetic.shiftRight(stack, sp - 4, operand, stack[sp - 4] >> 63);
                    break;
                case DUP_ADD:
                    Arithmetic.addTo(stack, sp - operand, sp - 4);
                    break;
                case SUB_REVERSED:
                    Arithmetic.subtract(stack, sp - 8, sp - 4, sp - 8);
                    sp -= 4;
                    break;
                case ADD:
                    Arithmetic.addTo(stack, sp - 4, sp - 8);
                    sp -= 4;
                    break;
                case SUB:
                    Arithmetic.subtract(stack, sp - 4, sp - 8, sp - 8);
                    sp -= 4;
                    break;
                case MUL:
                    Arithmetic.mul(stack, sp);
                    sp -= 4;
                    break;
                case DIV:
                    Division.div(stack, sp, scratch);
                    sp -= 4;
                    break;
                case SDIV:
                    Division.sdiv(stack, sp, scratch);
                    sp -= 4;
                    break;
                case MOD:
                    Division.mod(stack, sp, scratch);
                    sp -= 4;
                    break;
                case SMOD:
                    Division.smod(stack, sp, scratch);
                    sp -= 4;
                    break;
                case ADDMOD:
                    Division.addmod(stack, sp, scratch);
                    sp -= 8;
                    break;
                case MULMOD:
                    Division.mulmod(stack, sp, scratch);
                    sp -= 8;
                    break;
                case LT:
                    sp -= 4;
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isBelow(stack, sp, sp - 4));
                    break;
                case GT:
                    sp -= 4;
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isBelow(stack, sp - 4, sp));
                    break;
                case SLT:
                    sp -= 4;
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isBelowSigned(stack, sp, sp - 4));
                    break;
                case SGT:
                    sp -= 4;
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isBelowSigned(stack, sp - 4, sp));
                    break;
                case EQ:
                    sp -= 4;
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isEqual(stack, sp, sp - 4));
                    break;
                case ISZERO:
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isZero(stack, sp - 4));
                    break;
                case AND:
                    sp -= 4;
                    stack[sp - 4] &= stack[sp];
                    stack[sp - 3] &= stack[sp + 1];
                    stack[sp - 2] &= stack[sp + 2];
                    stack[sp - 1] &= stack[sp + 3];
                    break;
                case OR:
                    sp -= 4;
                    stack[sp - 4] |= stack[sp];
                    stack[sp - 3] |= stack[sp + 1];
                    stack[sp - 2] |= stack[sp + 2];
                    stack[sp - 1] |= stack[sp + 3];
                    break;
                case XOR:
                    sp -= 4;
                    stack[sp - 4] ^= stack[sp];
                    stack[sp - 3] ^= stack[sp + 1];
                    stack[sp - 2] ^= stack[sp + 2];
                    stack[sp - 1] ^= stack[sp + 3];
                    break;
                case NOT:
                    stack[sp - 4] = ~stack[sp - 4];
                    stack[sp - 3] = ~stack[sp - 3];
                    stack[sp - 2] = ~stack[sp - 2];
                    stack[sp - 1] = ~stack[sp - 1];
                    break;
                case SHL:
                    Arithmetic.shl(stack, sp);
                    sp -= 4;
                    break;
                case SHR:
                    Arithmetic.shr(stack, sp);
                    sp -= 4;
                    break;
                case SAR:
                    Arithmetic.sar(stack, sp);
                    sp -= 4;
                    break;
                case BYTE, SIGNEXTEND, CLZ:
                    sp = rareBits(operation & 0xff, stack, sp);
                    break;
                case CALLDATALOAD:
                    Instructions.callDataLoad(frame, sp - 4);
                    break;
                case MLOAD, MLOAD_AT:
                    {
                        long offset = operand;
                        if ((operation & 0xff) == MLOAD) {
                            sp -= 4;
                            offset = Arithmetic.clamped(stack, sp);
                        }
                        if (offset > memorySize - 32) {
                            gas = expand(frame, offset, gas);
                            if (gas < 0) {
                                return outOfGas(frame, sp);
                            }
                            memory = frame.memory;
                            memorySize = frame.memorySize;
                        }
                        int at = (int) offset;
                        stack[sp] = Words.getLong(memory, at);
                        stack[sp + 1] = Words.getLong(memory, at + 8);
                        stack[sp + 2] = Words.getLong(memory, at + 16);
                        stack[sp + 3] = Words.getLong(memory, at + 24);
                        sp += 4;
                        break;
                    }
                case MSTORE, MSTORE_AT:
                    {
                        long offset = operand;
                        if ((operation & 0xff) == MSTORE) {
                            sp -= 4;
                            offset = Arithmetic.clamped(stack, sp);
                        }
                        if (offset > memorySize - 32) {
                            gas = expand(frame, offset, gas);
                            if (gas < 0) {
                                return outOfGas(frame, sp);
                            }
                            memory = frame.memory;
                            memorySize = frame.memorySize;
                        }
                        int at = (int) offset;
                        sp -= 4;
                        Words.putLong(memory, at, stack[sp]);
                        Words.putLong(memory, at + 8, stack[sp + 1]);
                        Words.putLong(memory, at + 16, stack[sp + 2]);
                        Words.putLong(memory, at + 24, stack[sp + 3]);
                        break;
                    }
                case JUMP, JUMPI:
                    {
                        sp -= 4;
                        boolean taken = true;
                        if ((operation & 0xff) == JUMPI) {
                            sp -= 4;
                            taken = !Arithmetic.isZero(stack, sp);
                        }
                        if (taken) {
                            int at = (operation & 0xff) == JUMPI ? sp + 4 : sp;
                            next = target(program, stack, at);
                            if (next < 0) {
                                frame.sp = sp;
                                frame.gas = gas;
                                return frame.fail(HaltReason.INVALID_JUMP);
                            }
                        }
                        break;
                    }
                case GAS:
                    Arithmetic.setLong(stack, sp, gas);
                    sp += 4;
                    break;
                default:
                    {
                        frame.sp = sp;
                        frame.gas = gas;
                        int status = Instructions.run(operation & 0xff, frame, machine);
                        sp = frame.sp;
                        gas = frame.gas;
                        if (status != Interpreter.NEXT) {
                            frame.next = next;
                            return status;
                        }
                        memory = frame.memory;
                        memorySize = frame.memorySize;
                    }
            }
        }
    }

    private static void save(Frame frame, int pc, int sp, long gas) {
        frame.pc = pc;
        frame.sp = sp;
        frame.gas = gas;
    }

    private static void copy(long[] from, int i, long[] to, int o) {
        to[o] = from[i];
        to[o + 1] = from[i + 1];
        to[o + 2] = from[i + 2];
        to[o + 3] = from[i + 3];
    }

    private static void swap(long[] s, int a, int b) {
        long w0 = s[a];
        long w1 = s[a + 1];
        long w2 = s[a + 2];
        long w3 = s[a + 3];
        s[a] = s[b];
        s[a + 1] = s[b + 1];
        s[a + 2] = s[b + 2];
        s[a + 3] = s[b + 3];
        s[b] = w0;
        s[b + 1] = w1;
        s[b + 2] = w2;
        s[b + 3] = w3;
    }

    private static boolean compare(int op, long[] s, int sp) {
        return switch (op) {
            case JUMP_SLT -> Arithmetic.isBelowSigned(s, sp + 4, sp);
            case JUMP_SGT -> Arithmetic.isBelowSigned(s, sp, sp + 4);
            case JUMP_EQ -> Arithmetic.isEqual(s, sp, sp + 4);
            case JUMP_NOT_SLT -> !Arithmetic.isBelowSigned(s, sp + 4, sp);
            case JUMP_NOT_SGT -> !Arithmetic.isBelowSigned(s, sp, sp + 4);
            default -> !Arithmetic.isEqual(s, sp, sp + 4);
        };
    }

    /// Adds one to the three upper longs of a word, of which `i` is the lowest.
    private static void carry(long[] s, int i) {
        if (++s[i] == 0 && ++s[i - 1] == 0) {
            s[i - 2]++;
        }
    }

    private static void borrow(long[] s, int i) {
        if (s[i]-- == 0 && s[i - 1]-- == 0) {
            s[i - 2]--;
        }
    }

    private static int rareBits(int op, long[] stack, int sp) {
        if (op == CLZ) {
            Arithmetic.clz(stack, sp - 4);
            return sp;
        }
        if (op == BYTE) {
            Arithmetic.byteOf(stack, sp);
        } else {
            Arithmetic.signExtend(stack, sp);
        }
        return sp - 4;
    }

    /// Makes 32 bytes of memory at `offset` usable. The gas left, or -1 when it does not suffice.
    private static long expand(Frame frame, long offset, long gas) {
        frame.gas = gas;
        return offset <= Frame.MEMORY_BYTES_MAX && frame.expandMemory(offset + 32) ? frame.gas : -1;
    }

    private static int outOfGas(Frame frame, int sp) {
        frame.sp = sp;
        return frame.fail(HaltReason.OUT_OF_GAS);
    }

    private static int target(Program program, long[] stack, int at) {
        long pc = Arithmetic.clamped(stack, at);
        int[] targets = program.jumpTargets;
        return pc < targets.length ? targets[(int) pc] : -1;
    }
}
