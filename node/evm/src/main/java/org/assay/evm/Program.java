package org.assay.evm;

import static org.assay.evm.Opcode.*;

import java.util.Arrays;

/// Code decoded for [FastInterpreter]: basic blocks whose stack need and constant gas are summed,
/// and frequent sequences of instructions made one.
///
/// A block ends where control may leave it and behind each instruction that sees the exact gas
/// (GAS, SSTORE, calls and creations), so that charging a block's gas at its beginning changes
/// nothing but where in a failing block the failure is noticed. A block that is bound to fail is
/// left to the plain [Interpreter]. Immutable.
final class Program {
    // Instructions that only exist here, at numbers no fork uses. The upper 24 bits of an
    // operation are its operand: a small constant, a distance on the stack in longs, an index.
    static final int BLOCK = 0xb0;
    static final int PUSH_SMALL = 0xb1;
    static final int PUSH_CONSTANT = 0xb2;
    static final int DUP = 0xb3;
    static final int SWAP = 0xb4;

    /// SWAPn POP: the top word moves down to where the operand says.
    static final int MOVE = 0xb5;

    static final int POPS = 0xb6;
    static final int JUMP_TO = 0xb7;
    static final int JUMP_TO_IF = 0xb8;
    static final int JUMP_TO_UNLESS = 0xb9;
    static final int ADD_SMALL = 0xba;
    static final int SUB_SMALL = 0xbb;
    static final int AND_SMALL = 0xbc;
    static final int AND_CONSTANT = 0xbd;
    static final int SHL_BY = 0xbe;
    static final int SHR_BY = 0xbf;
    static final int SAR_BY = 0xc0;
    static final int MLOAD_AT = 0xc1;
    static final int MSTORE_AT = 0xc2;
    static final int DUP_ADD = 0xc3;

    /// SWAP1 SUB.
    static final int SUB_REVERSED = 0xc4;

    // Compare the two top words and jump.
    static final int JUMP_LT = 0xc5;
    static final int JUMP_GT = 0xc6;
    static final int JUMP_SLT = 0xc7;
    static final int JUMP_SGT = 0xc8;
    static final int JUMP_EQ = 0xc9;
    static final int JUMP_NOT_LT = 0xca;
    static final int JUMP_NOT_GT = 0xcb;
    static final int JUMP_NOT_SLT = 0xcc;
    static final int JUMP_NOT_SGT = 0xcd;
    static final int JUMP_NOT_EQ = 0xce;

    private static final int SMALL_MAX = (1 << 24) - 1;

    // Layout of a block's row.
    static final int GAS_OF = 0;
    static final int STACK_MIN_OF = 1;
    static final int STACK_MAX_OF = 2;
    static final int PC_OF = 3;
    static final int ROW = 4;

    final Fork fork;
    int[] operations;
    int[] blocks = new int[16 * ROW];
    long[] constants = new long[32];

    /// For each byte of code, the operation where its JUMPDEST's block begins, or -1.
    final int[] jumpTargets;

    private int size;
    private int blockCount;
    private int constantCount;

    private final byte[] code;
    private final short[] prices;

    // The instructions of the block at work: number, and where its operand is.
    private int[] raw = new int[64];
    private int[] rawAt = new int[64];
    private int rawCount;

    private int[] jumps = new int[16];
    private int jumpCount;

    private Program(Code code, Fork fork) {
        this.fork = fork;
        this.code = code.padded;
        this.prices = GasTable.forFork(fork);
        this.operations = new int[code.size + 16];
        this.jumpTargets = new int[code.size + 1];
        Arrays.fill(jumpTargets, -1);
        decode(code);
        for (int i = 0; i < jumpCount; i++) {
            int at = jumps[i];
            int target = jumpTargets[operations[at] >>> 8];
            operations[at] = (operations[at] & 0xff) | (target << 8);
        }
    }

    static Program of(Code code, Fork fork) {
        return new Program(code, fork);
    }

    private void decode(Code source) {
        int pc = 0;
        boolean reachable = true;
        while (pc < source.size) {
            if (!reachable && !Interpreter.isJumpdest(source, pc)) {
                pc += 1 + operandSize(code[pc] & 0xff);
                continue;
            }
            if (Interpreter.isJumpdest(source, pc)) {
                jumpTargets[pc] = size;
            }
            int start = pc;
            rawCount = 0;
            boolean open = true;
            while (open && pc < source.size) {
                int op = code[pc] & 0xff;
                if (op == JUMPDEST && pc > start) {
                    break;
                }
                op = prices[op] < 0 ? INVALID : op;
                addRaw(op, pc + 1);
                pc += 1 + operandSize(op);
                open = !endsBlock(op);
            }
            addBlock(start);
            translate(source);
            reachable = open || continues(raw[rawCount - 1]);
        }
        if (reachable) {
            rawCount = 0;
            addRaw(STOP, pc);
            addBlock(source.size);
            emit(STOP, 0);
        }
    }

    private static boolean endsBlock(int op) {
        return !continues(op)
                || switch (op) {
                    case JUMPI,
                            GAS,
                            SSTORE,
                            CALL,
                            CALLCODE,
                            DELEGATECALL,
                            STATICCALL,
                            CREATE,
                            CREATE2 ->
                            true;
                    default -> false;
                };
    }

    /// Whether the next instruction may follow.
    private static boolean continues(int op) {
        return switch (op) {
            case STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT -> false;
            default -> true;
        };
    }

    private void addRaw(int op, int operandAt) {
        if (rawCount == raw.length) {
            raw = Arrays.copyOf(raw, rawCount * 2);
            rawAt = Arrays.copyOf(rawAt, rawCount * 2);
        }
        raw[rawCount] = op;
        rawAt[rawCount++] = operandAt;
    }

    /// Sums up the block and emits its head.
    private void addBlock(int pc) {
        int gas = 0;
        int height = 0;
        int needed = 0;
        int highest = 0;
        for (int i = 0; i < rawCount; i++) {
            int op = raw[i];
            gas += Math.max(0, prices[op]);
            needed = Math.max(needed, pops(op) - height);
            height += pushes(op) - pops(op);
            highest = Math.max(highest, height);
        }
        if ((blockCount + 1) * ROW > blocks.length) {
            blocks = Arrays.copyOf(blocks, blocks.length * 2);
        }
        int row = blockCount * ROW;
        blocks[row + GAS_OF] = gas;
        blocks[row + STACK_MIN_OF] = needed * 4;
        blocks[row + STACK_MAX_OF] = (STACK_WORDS_MAX - highest) * 4;
        blocks[row + PC_OF] = pc;
        emit(BLOCK, blockCount++);
    }

    private void emit(int op, int operand) {
        if (size == operations.length) {
            operations = Arrays.copyOf(operations, size * 2);
        }
        operations[size++] = op | (operand << 8);
    }

    private void emitJump(int op, int targetPc) {
        if (jumpCount == jumps.length) {
            jumps = Arrays.copyOf(jumps, jumpCount * 2);
        }
        jumps[jumpCount++] = size;
        emit(op, targetPc);
    }

    private int at(int i) {
        return i < rawCount ? raw[i] : -1;
    }

    private boolean isPush(int i) {
        int op = at(i);
        return op >= PUSH0 && op <= PUSH32;
    }

    /// The pushed constant if it is at most [#SMALL_MAX], else -1.
    private int small(int i) {
        if (!isPush(i)) {
            return -1;
        }
        int operandSize = raw[i] - PUSH0;
        long value = 0;
        for (int k = 0; k < operandSize; k++) {
            value = (value << 8) | (code[rawAt[i] + k] & 0xff);
            if (value > SMALL_MAX) {
                return -1;
            }
        }
        return (int) value;
    }

    /// The jump target pushed at `i`, if a jump may go there, else -1.
    private int target(int i, Code source) {
        int pc = small(i);
        return pc >= 0 && Interpreter.isJumpdest(source, pc) ? pc : -1;
    }

    private void translate(Code source) {
        int i = 0;
        while (i < rawCount) {
            int op = raw[i];
            int taken = 0;
            if (isPush(i)) {
                taken = translatePush(i, source);
            } else if (op >= SWAP1 && op < SWAP1 + 16) {
                taken = translateSwap(i);
            } else if (op >= DUP1 && op < DUP1 + 16) {
                taken = translateDup(i);
            } else if (op >= LT && op <= ISZERO) {
                taken = translateComparison(i, source);
            } else if (op == POP && at(i + 1) == POP) {
                while (at(i + taken) == POP) {
                    taken++;
                }
                emit(POPS, 4 * taken);
            } else if (op == JUMPDEST) {
                taken = 1; // Its gas is the block's.
            }
            if (taken == 0) {
                emit(op == PC ? PUSH_SMALL : op, op == PC ? rawAt[i] - 1 : 0);
                taken = 1;
            }
            i += taken;
        }
    }

    private int translatePush(int i, Code source) {
        int value = small(i);
        int next = at(i + 1);
        int target = target(i, source);
        if ((next == JUMP || next == JUMPI) && target >= 0) {
            emitJump(next == JUMP ? JUMP_TO : JUMP_TO_IF, target);
            return 2;
        }
        if (value < 0) {
            int constant = addConstant(i);
            emit(next == AND ? AND_CONSTANT : PUSH_CONSTANT, constant);
            return next == AND ? 2 : 1;
        }
        if (next == SWAP1 && at(i + 2) == SUB) {
            emit(SUB_SMALL, value);
            return 3;
        }
        int fused =
                switch (next) {
                    case ADD -> ADD_SMALL;
                    case AND -> AND_SMALL;
                    case SHL -> value < 256 ? SHL_BY : 0;
                    case SHR -> value < 256 ? SHR_BY : 0;
                    case SAR -> value < 256 ? SAR_BY : 0;
                    case MLOAD -> MLOAD_AT;
                    case MSTORE -> MSTORE_AT;
                    default -> 0;
                };
        emit(fused == 0 ? PUSH_SMALL : fused, value);
        return fused == 0 ? 1 : 2;
    }

    private int addConstant(int i) {
        if ((constantCount + 1) * 4 > constants.length) {
            constants = Arrays.copyOf(constants, constants.length * 2);
        }
        Instructions.push(constants, constantCount * 4, code, rawAt[i], raw[i] - PUSH0);
        return 4 * constantCount++;
    }

    private int translateSwap(int i) {
        int distance = (raw[i] - SWAP1 + 2) * 4;
        int next = at(i + 1);
        if (next == POP) {
            emit(MOVE, distance);
            return 2;
        }
        if (raw[i] == SWAP1) {
            switch (next) {
                case ADD, MUL, AND, OR, XOR, EQ -> {
                    return dropSwap(i, next);
                }
                case LT -> {
                    return dropSwap(i, GT);
                }
                case GT -> {
                    return dropSwap(i, LT);
                }
                case SLT -> {
                    return dropSwap(i, SGT);
                }
                case SGT -> {
                    return dropSwap(i, SLT);
                }
                case SUB -> {
                    emit(SUB_REVERSED, 0);
                    return 2;
                }
                default -> {}
            }
        }
        emit(SWAP, distance);
        return 1;
    }

    /// Leaves out a SWAP1 before an instruction that has a mirror image.
    private int dropSwap(int i, int mirrored) {
        raw[i + 1] = mirrored;
        return 1;
    }

    private int translateDup(int i) {
        int distance = (raw[i] - DUP1 + 1) * 4;
        if (at(i + 1) == ADD) {
            emit(DUP_ADD, distance);
            return 2;
        }
        emit(DUP, distance);
        return 1;
    }

    /// A comparison or ISZERO that a conditional jump follows.
    private int translateComparison(int i, Code source) {
        int zeros = 0;
        while (at(i + 1 + zeros) == ISZERO) {
            zeros++;
        }
        int push = i + 1 + zeros;
        int target = target(push, source);
        if (target < 0 || at(push + 1) != JUMPI) {
            return 0;
        }
        boolean negated = (zeros & 1) == 1;
        int jump =
                switch (raw[i]) {
                    case LT -> negated ? JUMP_NOT_LT : JUMP_LT;
                    case GT -> negated ? JUMP_NOT_GT : JUMP_GT;
                    case SLT -> negated ? JUMP_NOT_SLT : JUMP_SLT;
                    case SGT -> negated ? JUMP_NOT_SGT : JUMP_SGT;
                    case EQ -> negated ? JUMP_NOT_EQ : JUMP_EQ;
                    default -> negated ? JUMP_TO_IF : JUMP_TO_UNLESS;
                };
        emitJump(jump, target);
        return zeros + 3;
    }
}
