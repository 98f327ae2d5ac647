package org.assay.evm;

import static org.assay.evm.Opcode.*;

import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// The instructions that push a fact about the call, the transaction or the block.
final class Environment {
    private static final long ANCESTORS_MAX = 256;

    private Environment() {}

    static int push(int op, Frame f, Machine m) {
        long[] s = f.stack;
        int o = f.sp;
        BlockContext block = m.block;
        switch (op) {
            case ADDRESS -> set(s, o, f.self.address);
            case ORIGIN -> set(s, o, m.origin);
            case CALLER -> set(s, o, f.caller);
            case CALLVALUE -> Instructions.set(s, o, f.value);
            case CALLDATASIZE -> Arithmetic.setLong(s, o, f.inputSize);
            case CODESIZE -> Arithmetic.setLong(s, o, f.code.size);
            case GASPRICE -> Instructions.set(s, o, m.gasPrice);
            case RETURNDATASIZE -> Arithmetic.setLong(s, o, f.returnedSize);
            case COINBASE -> set(s, o, block.coinbase());
            case TIMESTAMP -> Arithmetic.setLong(s, o, block.timestamp());
            case NUMBER -> Arithmetic.setLong(s, o, block.number());
            case PREVRANDAO -> Instructions.set(s, o, prevRandao(m));
            case GASLIMIT -> Arithmetic.setLong(s, o, block.gasLimit());
            case CHAINID -> Arithmetic.setLong(s, o, block.chainId());
            case MSIZE -> Arithmetic.setLong(s, o, f.memorySize);
            case SELFBALANCE -> Instructions.set(s, o, f.self.balance);
            case BASEFEE -> Instructions.set(s, o, block.baseFeePerGas());
            case BLOBBASEFEE -> Instructions.set(s, o, block.blobBaseFee());
            case BLOCKHASH -> {
                blockHash(s, o - 4, block);
                return Interpreter.NEXT;
            }
            case BLOBHASH -> {
                blobHash(s, o - 4, m);
                return Interpreter.NEXT;
            }
            default -> {
                return f.fail(HaltReason.INVALID_OPCODE);
            }
        }
        f.sp += 4;
        return Interpreter.NEXT;
    }

    private static void set(long[] s, int o, Address address) {
        s[o] = 0;
        s[o + 1] = address.a0() >>> 32;
        s[o + 2] = (address.a0() << 32) | (address.a1() >>> 32);
        s[o + 3] = (address.a1() << 32) | (address.a2() & 0xffffffffL);
    }

    private static UInt256 prevRandao(Machine m) {
        return m.rules.isMerged ? m.block.prevRandao().toUInt256() : m.block.difficulty();
    }

    private static void blockHash(long[] s, int top, BlockContext block) {
        long number = Arithmetic.clamped(s, top);
        boolean known = number < block.number() && block.number() - number <= ANCESTORS_MAX;
        Instructions.set(s, top, known ? block.hashes().hashOf(number) : Hash.ZERO);
    }

    private static void blobHash(long[] s, int top, Machine m) {
        long index = Arithmetic.clamped(s, top);
        boolean present = index < m.blobHashes.size();
        Instructions.set(s, top, present ? m.blobHashes.get((int) index) : Hash.ZERO);
    }
}
