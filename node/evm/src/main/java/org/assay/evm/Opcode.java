package org.assay.evm;

import org.jspecify.annotations.Nullable;

/// The instruction set: numbers, names, and how many words each takes from and leaves on the
/// stack. Which fork has which, and at what price, is [GasTable].
public final class Opcode {
    public static final int STOP = 0x00;
    public static final int ADD = 0x01;
    public static final int MUL = 0x02;
    public static final int SUB = 0x03;
    public static final int DIV = 0x04;
    public static final int SDIV = 0x05;
    public static final int MOD = 0x06;
    public static final int SMOD = 0x07;
    public static final int ADDMOD = 0x08;
    public static final int MULMOD = 0x09;
    public static final int EXP = 0x0a;
    public static final int SIGNEXTEND = 0x0b;
    public static final int LT = 0x10;
    public static final int GT = 0x11;
    public static final int SLT = 0x12;
    public static final int SGT = 0x13;
    public static final int EQ = 0x14;
    public static final int ISZERO = 0x15;
    public static final int AND = 0x16;
    public static final int OR = 0x17;
    public static final int XOR = 0x18;
    public static final int NOT = 0x19;
    public static final int BYTE = 0x1a;
    public static final int SHL = 0x1b;
    public static final int SHR = 0x1c;
    public static final int SAR = 0x1d;
    public static final int CLZ = 0x1e;
    public static final int KECCAK256 = 0x20;
    public static final int ADDRESS = 0x30;
    public static final int BALANCE = 0x31;
    public static final int ORIGIN = 0x32;
    public static final int CALLER = 0x33;
    public static final int CALLVALUE = 0x34;
    public static final int CALLDATALOAD = 0x35;
    public static final int CALLDATASIZE = 0x36;
    public static final int CALLDATACOPY = 0x37;
    public static final int CODESIZE = 0x38;
    public static final int CODECOPY = 0x39;
    public static final int GASPRICE = 0x3a;
    public static final int EXTCODESIZE = 0x3b;
    public static final int EXTCODECOPY = 0x3c;
    public static final int RETURNDATASIZE = 0x3d;
    public static final int RETURNDATACOPY = 0x3e;
    public static final int EXTCODEHASH = 0x3f;
    public static final int BLOCKHASH = 0x40;
    public static final int COINBASE = 0x41;
    public static final int TIMESTAMP = 0x42;
    public static final int NUMBER = 0x43;
    public static final int PREVRANDAO = 0x44;
    public static final int GASLIMIT = 0x45;
    public static final int CHAINID = 0x46;
    public static final int SELFBALANCE = 0x47;
    public static final int BASEFEE = 0x48;
    public static final int BLOBHASH = 0x49;
    public static final int BLOBBASEFEE = 0x4a;
    public static final int POP = 0x50;
    public static final int MLOAD = 0x51;
    public static final int MSTORE = 0x52;
    public static final int MSTORE8 = 0x53;
    public static final int SLOAD = 0x54;
    public static final int SSTORE = 0x55;
    public static final int JUMP = 0x56;
    public static final int JUMPI = 0x57;
    public static final int PC = 0x58;
    public static final int MSIZE = 0x59;
    public static final int GAS = 0x5a;
    public static final int JUMPDEST = 0x5b;
    public static final int TLOAD = 0x5c;
    public static final int TSTORE = 0x5d;
    public static final int MCOPY = 0x5e;
    public static final int PUSH0 = 0x5f;
    public static final int PUSH1 = 0x60;
    public static final int PUSH32 = 0x7f;
    public static final int DUP1 = 0x80;
    public static final int SWAP1 = 0x90;
    public static final int LOG0 = 0xa0;
    public static final int CREATE = 0xf0;
    public static final int CALL = 0xf1;
    public static final int CALLCODE = 0xf2;
    public static final int RETURN = 0xf3;
    public static final int DELEGATECALL = 0xf4;
    public static final int CREATE2 = 0xf5;
    public static final int STATICCALL = 0xfa;
    public static final int REVERT = 0xfd;
    public static final int INVALID = 0xfe;
    public static final int SELFDESTRUCT = 0xff;

    /// The stack holds at most this many words (YP §9.1).
    public static final int STACK_WORDS_MAX = 1024;

    private static final @Nullable String[] NAMES = new @Nullable String[256];
    private static final byte[] POPS = new byte[256];
    private static final byte[] PUSHES = new byte[256];

    static {
        nameArithmetic();
        nameEnvironment();
        nameStackAndFlow();
        nameSystem();
    }

    private Opcode() {}

    private static void name(int opcode, String name, int pops, int pushes) {
        NAMES[opcode] = name;
        POPS[opcode] = (byte) pops;
        PUSHES[opcode] = (byte) pushes;
    }

    private static void nameArithmetic() {
        name(STOP, "STOP", 0, 0);
        name(ADD, "ADD", 2, 1);
        name(MUL, "MUL", 2, 1);
        name(SUB, "SUB", 2, 1);
        name(DIV, "DIV", 2, 1);
        name(SDIV, "SDIV", 2, 1);
        name(MOD, "MOD", 2, 1);
        name(SMOD, "SMOD", 2, 1);
        name(ADDMOD, "ADDMOD", 3, 1);
        name(MULMOD, "MULMOD", 3, 1);
        name(EXP, "EXP", 2, 1);
        name(SIGNEXTEND, "SIGNEXTEND", 2, 1);
        name(LT, "LT", 2, 1);
        name(GT, "GT", 2, 1);
        name(SLT, "SLT", 2, 1);
        name(SGT, "SGT", 2, 1);
        name(EQ, "EQ", 2, 1);
        name(ISZERO, "ISZERO", 1, 1);
        name(AND, "AND", 2, 1);
        name(OR, "OR", 2, 1);
        name(XOR, "XOR", 2, 1);
        name(NOT, "NOT", 1, 1);
        name(BYTE, "BYTE", 2, 1);
        name(SHL, "SHL", 2, 1);
        name(SHR, "SHR", 2, 1);
        name(SAR, "SAR", 2, 1);
        name(CLZ, "CLZ", 1, 1);
        name(KECCAK256, "KECCAK256", 2, 1);
    }

    private static void nameEnvironment() {
        name(ADDRESS, "ADDRESS", 0, 1);
        name(BALANCE, "BALANCE", 1, 1);
        name(ORIGIN, "ORIGIN", 0, 1);
        name(CALLER, "CALLER", 0, 1);
        name(CALLVALUE, "CALLVALUE", 0, 1);
        name(CALLDATALOAD, "CALLDATALOAD", 1, 1);
        name(CALLDATASIZE, "CALLDATASIZE", 0, 1);
        name(CALLDATACOPY, "CALLDATACOPY", 3, 0);
        name(CODESIZE, "CODESIZE", 0, 1);
        name(CODECOPY, "CODECOPY", 3, 0);
        name(GASPRICE, "GASPRICE", 0, 1);
        name(EXTCODESIZE, "EXTCODESIZE", 1, 1);
        name(EXTCODECOPY, "EXTCODECOPY", 4, 0);
        name(RETURNDATASIZE, "RETURNDATASIZE", 0, 1);
        name(RETURNDATACOPY, "RETURNDATACOPY", 3, 0);
        name(EXTCODEHASH, "EXTCODEHASH", 1, 1);
        name(BLOCKHASH, "BLOCKHASH", 1, 1);
        name(COINBASE, "COINBASE", 0, 1);
        name(TIMESTAMP, "TIMESTAMP", 0, 1);
        name(NUMBER, "NUMBER", 0, 1);
        name(PREVRANDAO, "PREVRANDAO", 0, 1);
        name(GASLIMIT, "GASLIMIT", 0, 1);
        name(CHAINID, "CHAINID", 0, 1);
        name(SELFBALANCE, "SELFBALANCE", 0, 1);
        name(BASEFEE, "BASEFEE", 0, 1);
        name(BLOBHASH, "BLOBHASH", 1, 1);
        name(BLOBBASEFEE, "BLOBBASEFEE", 0, 1);
    }

    private static void nameStackAndFlow() {
        name(POP, "POP", 1, 0);
        name(MLOAD, "MLOAD", 1, 1);
        name(MSTORE, "MSTORE", 2, 0);
        name(MSTORE8, "MSTORE8", 2, 0);
        name(SLOAD, "SLOAD", 1, 1);
        name(SSTORE, "SSTORE", 2, 0);
        name(JUMP, "JUMP", 1, 0);
        name(JUMPI, "JUMPI", 2, 0);
        name(PC, "PC", 0, 1);
        name(MSIZE, "MSIZE", 0, 1);
        name(GAS, "GAS", 0, 1);
        name(JUMPDEST, "JUMPDEST", 0, 0);
        name(TLOAD, "TLOAD", 1, 1);
        name(TSTORE, "TSTORE", 2, 0);
        name(MCOPY, "MCOPY", 3, 0);
        for (int size = 0; size <= 32; size++) {
            name(PUSH0 + size, "PUSH" + size, 0, 1);
        }
        for (int depth = 1; depth <= 16; depth++) {
            name(DUP1 + depth - 1, "DUP" + depth, depth, depth + 1);
            name(SWAP1 + depth - 1, "SWAP" + depth, depth + 1, depth + 1);
        }
        for (int topics = 0; topics <= 4; topics++) {
            name(LOG0 + topics, "LOG" + topics, 2 + topics, 0);
        }
    }

    private static void nameSystem() {
        name(CREATE, "CREATE", 3, 1);
        name(CALL, "CALL", 7, 1);
        name(CALLCODE, "CALLCODE", 7, 1);
        name(RETURN, "RETURN", 2, 0);
        name(DELEGATECALL, "DELEGATECALL", 6, 1);
        name(CREATE2, "CREATE2", 4, 1);
        name(STATICCALL, "STATICCALL", 6, 1);
        name(REVERT, "REVERT", 2, 0);
        name(INVALID, "INVALID", 0, 0);
        name(SELFDESTRUCT, "SELFDESTRUCT", 1, 0);
    }

    /// The mnemonic, or null for a number no fork defines.
    public static @Nullable String name(int opcode) {
        return NAMES[opcode];
    }

    /// The mnemonic as geth's traces print it, for any byte.
    public static String text(int opcode) {
        if (opcode == PREVRANDAO) {
            return "DIFFICULTY";
        }
        String name = NAMES[opcode];
        return name == null ? "opcode 0x" + Integer.toHexString(opcode) + " not defined" : name;
    }

    /// How many words the instruction needs on the stack (DUPn and SWAPn count what they reach).
    public static int pops(int opcode) {
        return POPS[opcode];
    }

    /// How many words it leaves in place of those.
    public static int pushes(int opcode) {
        return PUSHES[opcode];
    }

    /// How many bytes of code follow the instruction as its operand.
    public static int operandSize(int opcode) {
        return opcode >= PUSH1 && opcode <= PUSH32 ? opcode - PUSH0 : 0;
    }
}
