package org.assay.evm;

import static org.assay.evm.Opcode.*;

/// The constant part of each opcode's price, in gas, one row a fork. -1 marks an opcode the fork
/// does not have. A fork is its predecessor's row with the changes of its EIPs.
final class GasTable {
    static final short UNDEFINED = -1;

    private static final short[][] BY_FORK = build();

    private GasTable() {}

    /// The row of `fork`, 256 entries. Shared: read only.
    static short[] forFork(Fork fork) {
        return BY_FORK[fork.index()];
    }

    private static short[][] build() {
        short[][] table = new short[Fork.COUNT][];
        short[] row = frontier();
        for (Fork fork : Fork.values()) {
            row = row.clone();
            amend(row, fork);
            table[fork.index()] = row;
        }
        return table;
    }

    private static void amend(short[] row, Fork fork) {
        switch (fork) {
            case FRONTIER, SPURIOUS_DRAGON, PETERSBURG, PARIS, PRAGUE -> {}
            case HOMESTEAD -> row[DELEGATECALL] = 40; // EIP-7
            case TANGERINE_WHISTLE -> repriceTangerineWhistle(row);
            case BYZANTIUM -> {
                set(row, 0, REVERT); // EIP-140
                set(row, 2, RETURNDATASIZE); // EIP-211
                set(row, 3, RETURNDATACOPY);
                set(row, 700, STATICCALL); // EIP-214
            }
            case CONSTANTINOPLE -> {
                set(row, 3, SHL, SHR, SAR); // EIP-145
                set(row, 400, EXTCODEHASH); // EIP-1052
                set(row, 32000, CREATE2); // EIP-1014
            }
            case ISTANBUL -> {
                set(row, 2, CHAINID); // EIP-1344
                set(row, 5, SELFBALANCE); // EIP-1884
                set(row, 800, SLOAD);
                set(row, 700, BALANCE, EXTCODEHASH);
            }
            case BERLIN -> {
                // EIP-2929: the warm price here, what a cold access costs more in Rules.
                set(row, 100, SLOAD, BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH);
                set(row, 100, CALL, CALLCODE, DELEGATECALL, STATICCALL);
            }
            case LONDON -> set(row, 2, BASEFEE); // EIP-3198
            case SHANGHAI -> set(row, 2, PUSH0); // EIP-3855
            case CANCUN -> {
                set(row, 100, TLOAD, TSTORE); // EIP-1153
                set(row, 3, MCOPY, BLOBHASH); // EIP-5656, EIP-4844
                set(row, 2, BLOBBASEFEE); // EIP-7516
            }
            case OSAKA -> set(row, 5, CLZ); // EIP-7939
        }
    }

    /// EIP-150.
    private static void repriceTangerineWhistle(short[] row) {
        set(row, 700, EXTCODESIZE, EXTCODECOPY, CALL, CALLCODE, DELEGATECALL);
        set(row, 400, BALANCE);
        set(row, 200, SLOAD);
        set(row, 5000, SELFDESTRUCT);
    }

    private static short[] frontier() {
        short[] row = new short[256];
        java.util.Arrays.fill(row, UNDEFINED);
        set(row, 0, STOP, RETURN, SELFDESTRUCT, SSTORE); // SSTORE is priced in Storage
        set(row, 1, JUMPDEST);
        set(row, 2, ADDRESS, ORIGIN, CALLER, CALLVALUE, CALLDATASIZE, CODESIZE, GASPRICE);
        set(row, 2, COINBASE, TIMESTAMP, NUMBER, PREVRANDAO, GASLIMIT, POP, PC, MSIZE, GAS);
        set(row, 3, ADD, SUB, LT, GT, SLT, SGT, EQ, ISZERO, AND, OR, XOR, NOT, BYTE);
        set(row, 3, CALLDATALOAD, CALLDATACOPY, CODECOPY, MLOAD, MSTORE, MSTORE8);
        set(row, 5, MUL, DIV, SDIV, MOD, SMOD, SIGNEXTEND);
        set(row, 8, ADDMOD, MULMOD, JUMP);
        set(row, 10, EXP, JUMPI);
        set(row, 30, KECCAK256);
        set(row, 20, BALANCE, EXTCODESIZE, EXTCODECOPY, BLOCKHASH);
        set(row, 50, SLOAD);
        set(row, 40, CALL, CALLCODE);
        set(row, 32000, CREATE);
        for (int opcode = PUSH1; opcode < SWAP1 + 16; opcode++) {
            row[opcode] = 3;
        }
        for (int topics = 0; topics <= 4; topics++) {
            row[LOG0 + topics] = (short) (375 * (topics + 1));
        }
        return row;
    }

    private static void set(short[] row, int gas, int... opcodes) {
        for (int opcode : opcodes) {
            row[opcode] = (short) gas;
        }
    }
}
