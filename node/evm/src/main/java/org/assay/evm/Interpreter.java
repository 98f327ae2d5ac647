package org.assay.evm;

import static org.assay.evm.Opcode.*;

import org.assay.primitives.Words;

/// Runs the code of one frame, instruction by instruction, until it ends or opens another frame.
///
/// The loop keeps pc, stack pointer and gas in locals and touches no object but arrays; what is
/// rare or needs the state is a method of [Instructions], [Calls] or [Storage], between
/// [Frame] and the locals' write-back. It must stay below HotSpot's limit of 8000 bytes of
/// bytecode a compiled method, which is why a test measures it.
final class Interpreter {
    /// The frame ended; its `halt` and output say how.
    static final int DONE = 1;

    /// The frame opened another, which has to run first.
    static final int CALLED = 2;

    /// The instruction is complete.
    static final int NEXT = 0;

    private static final int[] STACK_MIN = new int[256];
    private static final int[] STACK_MAX = new int[256];

    static {
        for (int opcode = 0; opcode < 256; opcode++) {
            STACK_MIN[opcode] = pops(opcode) * 4;
            int growth = pushes(opcode) - pops(opcode);
            STACK_MAX[opcode] = (STACK_WORDS_MAX - Math.max(0, growth)) * 4;
        }
    }

    private Interpreter() {}

    /// [#DONE] or [#CALLED].
    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    static int run(Frame frame, Machine machine) {
        byte[] code = frame.code.padded;
        short[] prices = machine.rules.opcodeGas;
        long[] stack = frame.stack;
        int pc = frame.pc;
        int sp = frame.sp;
        long gas = frame.gas;
        boolean traced = machine.traced;
        int jumps = Tracer.TICK_JUMPS;
        while (true) {
            int op = code[pc] & 0xff;
            if (traced) {
                frame.pc = pc;
                frame.sp = sp;
                frame.gas = gas;
                machine.recorder.before(frame, op);
            }
            int price = prices[op];
            if (sp < STACK_MIN[op] || sp > STACK_MAX[op] || gas < price || price < 0) {
                frame.pc = pc;
                frame.gas = gas;
                return failEarly(frame, op, sp, price);
            }
            gas -= price;
            switch (op) {
                case ADD:
                    Arithmetic.add(stack, sp);
                    sp -= 4;
                    break;
                case MUL:
                    Arithmetic.mul(stack, sp);
                    sp -= 4;
                    break;
                case SUB:
                    Arithmetic.sub(stack, sp);
                    sp -= 4;
                    break;
                case DIV:
                    Division.div(stack, sp, machine.scratch);
                    sp -= 4;
                    break;
                case SDIV:
                    Division.sdiv(stack, sp, machine.scratch);
                    sp -= 4;
                    break;
                case MOD:
                    Division.mod(stack, sp, machine.scratch);
                    sp -= 4;
                    break;
                case SMOD:
                    Division.smod(stack, sp, machine.scratch);
                    sp -= 4;
                    break;
                case ADDMOD:
                    Division.addmod(stack, sp, machine.scratch);
                    sp -= 8;
                    break;
                case MULMOD:
                    Division.mulmod(stack, sp, machine.scratch);
                    sp -= 8;
                    break;
                case SIGNEXTEND:
                    Arithmetic.signExtend(stack, sp);
                    sp -= 4;
                    break;
                case LT:
                    Arithmetic.setFlag(stack, sp - 8, Arithmetic.isBelow(stack, sp - 4, sp - 8));
                    sp -= 4;
                    break;
                case GT:
                    Arithmetic.setFlag(stack, sp - 8, Arithmetic.isBelow(stack, sp - 8, sp - 4));
                    sp -= 4;
                    break;
                case SLT:
                    Arithmetic.setFlag(
                            stack, sp - 8, Arithmetic.isBelowSigned(stack, sp - 4, sp - 8));
                    sp -= 4;
                    break;
                case SGT:
                    Arithmetic.setFlag(
                            stack, sp - 8, Arithmetic.isBelowSigned(stack, sp - 8, sp - 4));
                    sp -= 4;
                    break;
                case EQ:
                    Arithmetic.setFlag(stack, sp - 8, Arithmetic.isEqual(stack, sp - 4, sp - 8));
                    sp -= 4;
                    break;
                case ISZERO:
                    Arithmetic.setFlag(stack, sp - 4, Arithmetic.isZero(stack, sp - 4));
                    break;
                case AND:
                    stack[sp - 8] &= stack[sp - 4];
                    stack[sp - 7] &= stack[sp - 3];
                    stack[sp - 6] &= stack[sp - 2];
                    stack[sp - 5] &= stack[sp - 1];
                    sp -= 4;
                    break;
                case OR:
                    stack[sp - 8] |= stack[sp - 4];
                    stack[sp - 7] |= stack[sp - 3];
                    stack[sp - 6] |= stack[sp - 2];
                    stack[sp - 5] |= stack[sp - 1];
                    sp -= 4;
                    break;
                case XOR:
                    stack[sp - 8] ^= stack[sp - 4];
                    stack[sp - 7] ^= stack[sp - 3];
                    stack[sp - 6] ^= stack[sp - 2];
                    stack[sp - 5] ^= stack[sp - 1];
                    sp -= 4;
                    break;
                case NOT:
                    stack[sp - 4] = ~stack[sp - 4];
                    stack[sp - 3] = ~stack[sp - 3];
                    stack[sp - 2] = ~stack[sp - 2];
                    stack[sp - 1] = ~stack[sp - 1];
                    break;
                case BYTE:
                    Arithmetic.byteOf(stack, sp);
                    sp -= 4;
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
                case CLZ:
                    Arithmetic.clz(stack, sp - 4);
                    break;
                case CALLDATALOAD:
                    Instructions.callDataLoad(frame, sp - 4);
                    break;
                case POP:
                    sp -= 4;
                    break;
                case MLOAD:
                    {
                        long offset = Arithmetic.clamped(stack, sp - 4);
                        if (offset > frame.memorySize - 32) {
                            frame.gas = gas;
                            if (offset > Frame.MEMORY_BYTES_MAX
                                    || !frame.expandMemory(offset + 32)) {
                                return failAt(frame, pc, sp);
                            }
                            gas = frame.gas;
                        }
                        byte[] memory = frame.memory;
                        int at = (int) offset;
                        stack[sp - 4] = Words.getLong(memory, at);
                        stack[sp - 3] = Words.getLong(memory, at + 8);
                        stack[sp - 2] = Words.getLong(memory, at + 16);
                        stack[sp - 1] = Words.getLong(memory, at + 24);
                        break;
                    }
                case MSTORE:
                    {
                        long offset = Arithmetic.clamped(stack, sp - 4);
                        if (offset > frame.memorySize - 32) {
                            frame.gas = gas;
                            if (offset > Frame.MEMORY_BYTES_MAX
                                    || !frame.expandMemory(offset + 32)) {
                                return failAt(frame, pc, sp);
                            }
                            gas = frame.gas;
                        }
                        byte[] memory = frame.memory;
                        int at = (int) offset;
                        Words.putLong(memory, at, stack[sp - 8]);
                        Words.putLong(memory, at + 8, stack[sp - 7]);
                        Words.putLong(memory, at + 16, stack[sp - 6]);
                        Words.putLong(memory, at + 24, stack[sp - 5]);
                        sp -= 8;
                        break;
                    }
                case JUMP:
                    {
                        long target = Arithmetic.clamped(stack, sp - 4);
                        if (!isJumpdest(frame.code, target)) {
                            frame.gas = gas;
                            return failJump(frame, pc, sp);
                        }
                        sp -= 4;
                        pc = (int) target;
                        traceAfter(machine, traced, gas);
                        continue;
                    }
                case JUMPI:
                    {
                        boolean taken = !Arithmetic.isZero(stack, sp - 8);
                        if (taken) {
                            long target = Arithmetic.clamped(stack, sp - 4);
                            if (!isJumpdest(frame.code, target)) {
                                frame.gas = gas;
                                return failJump(frame, pc, sp);
                            }
                            pc = (int) target - 1;
                        }
                        sp -= 8;
                        break;
                    }
                case JUMPDEST:
                    if (--jumps < 0) {
                        jumps = machine.tick();
                        if (!machine.watched) {
                            frame.sp = sp;
                            frame.gas = gas + price;
                            return FastInterpreter.takeOver(frame, machine, pc);
                        }
                    }
                    break;
                case PC:
                    Arithmetic.setLong(stack, sp, pc);
                    sp += 4;
                    break;
                case MSIZE:
                    Arithmetic.setLong(stack, sp, frame.memorySize);
                    sp += 4;
                    break;
                case GAS:
                    Arithmetic.setLong(stack, sp, gas);
                    sp += 4;
                    break;
                case PUSH0:
                    Arithmetic.setLong(stack, sp, 0);
                    sp += 4;
                    break;
                case PUSH1:
                    Arithmetic.setLong(stack, sp, code[pc + 1] & 0xff);
                    sp += 4;
                    pc++;
                    break;
                case PUSH1 + 1:
                    Arithmetic.setLong(
                            stack, sp, (code[pc + 1] & 0xff) << 8 | (code[pc + 2] & 0xff));
                    sp += 4;
                    pc += 2;
                    break;
                case 0x62,
                0x63,
                0x64,
                0x65,
                0x66,
                0x67,
                0x68,
                0x69,
                0x6a,
                0x6b,
                0x6c,
                0x6d,
                0x6e,
                0x6f,
                0x70,
                0x71,
                0x72,
                0x73,
                0x74,
                0x75,
                0x76,
                0x77,
                0x78,
                0x79,
                0x7a,
                0x7b,
                0x7c,
                0x7d,
                0x7e,
                0x7f:
                    Instructions.push(stack, sp, code, pc + 1, op - PUSH0);
                    sp += 4;
                    pc += op - PUSH0;
                    break;
                case 0x80,
                0x81,
                0x82,
                0x83,
                0x84,
                0x85,
                0x86,
                0x87,
                0x88,
                0x89,
                0x8a,
                0x8b,
                0x8c,
                0x8d,
                0x8e,
                0x8f:
                    {
                        int from = sp - (op - DUP1 + 1) * 4;
                        stack[sp] = stack[from];
                        stack[sp + 1] = stack[from + 1];
                        stack[sp + 2] = stack[from + 2];
                        stack[sp + 3] = stack[from + 3];
                        sp += 4;
                        break;
                    }
                case 0x90,
                0x91,
                0x92,
                0x93,
                0x94,
                0x95,
                0x96,
                0x97,
                0x98,
                0x99,
                0x9a,
                0x9b,
                0x9c,
                0x9d,
                0x9e,
                0x9f:
                    Instructions.swap(stack, sp - 4, sp - (op - SWAP1 + 2) * 4);
                    break;
                default:
                    {
                        frame.pc = pc;
                        frame.sp = sp;
                        frame.gas = gas;
                        int status = Instructions.run(op, frame, machine);
                        sp = frame.sp;
                        gas = frame.gas;
                        if (status != NEXT) {
                            frame.pc = status == CALLED ? pc + 1 : pc;
                            return status;
                        }
                    }
            }
            traceAfter(machine, traced, gas);
            pc++;
        }
    }

    private static void traceAfter(Machine machine, boolean traced, long gas) {
        if (traced) {
            machine.recorder.after(gas, 0, null);
        }
    }

    static boolean isJumpdest(Code code, long target) {
        if (target >= code.size) {
            return false;
        }
        int at = (int) target;
        return (code.jumpdests()[at >> 6] >>> at & 1) != 0;
    }

    private static int failAt(Frame frame, int pc, int sp) {
        frame.pc = pc;
        frame.sp = sp;
        return frame.fail(HaltReason.OUT_OF_GAS);
    }

    private static int failJump(Frame frame, int pc, int sp) {
        frame.pc = pc;
        frame.sp = sp;
        return frame.fail(HaltReason.INVALID_JUMP);
    }

    private static int failEarly(Frame frame, int op, int sp, int price) {
        frame.sp = sp;
        if (price < 0) {
            return frame.fail(HaltReason.INVALID_OPCODE);
        }
        if (sp < STACK_MIN[op]) {
            return frame.fail(HaltReason.STACK_UNDERFLOW);
        }
        return frame.fail(sp > STACK_MAX[op] ? HaltReason.STACK_OVERFLOW : HaltReason.OUT_OF_GAS);
    }
}
