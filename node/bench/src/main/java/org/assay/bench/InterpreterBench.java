package org.assay.bench;

import java.util.List;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.CallSimulation;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A loop of seven opcodes, 26 gas a round; an operation is a round. `assay bench evm` has whole
/// programs.
@State(Scope.Thread)
public class InterpreterBench {
    private static final int ROUNDS = 10_000;
    private static final long GAS = 10_000_000;
    private static final Address CALLER = Address.ofNumber(0xca11e);
    private static final Address LOOP = Address.ofNumber(0x1009);

    /// PUSH2 rounds; JUMPDEST PUSH1 1 SWAP1 SUB DUP1 PUSH1 3 JUMPI; STOP.
    private static final Bytes CODE = Bytes.fromHex("0x6127105b600190038060035700");

    private final BlockContext block =
            new BlockContext(
                    Fork.OSAKA,
                    1337,
                    1,
                    1,
                    Address.ZERO,
                    UInt256.ZERO,
                    Hash.ZERO,
                    UInt256.ZERO,
                    GAS,
                    UInt256.ONE,
                    BlobSchedule.PRAGUE,
                    BlockHashes.NONE);
    private final StateView state = new OneContract(Keccak.hash256(CODE));
    private final CallSimulation.Message message =
            new CallSimulation.Message(
                    CALLER,
                    LOOP,
                    Bytes.EMPTY,
                    UInt256.ZERO,
                    GAS,
                    UInt256.ZERO,
                    List.of(),
                    List.of(),
                    List.of());

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public long loop() {
        CallSimulation.Result result = CallSimulation.run(state, block, message);
        if (!result.success() || result.gasSpent() < 26L * ROUNDS) {
            throw new IllegalStateException("the loop did not run: " + result);
        }
        return result.gasSpent();
    }

    private record OneContract(Hash codeHash) implements StateView {
        @Override
        public @Nullable Account account(Address address) {
            return address.equals(LOOP) ? new Account(1, UInt256.ZERO, codeHash) : null;
        }

        @Override
        public UInt256 storage(Address address, UInt256 slot) {
            return UInt256.ZERO;
        }

        @Override
        public Bytes code(Hash hash) {
            return hash.equals(codeHash) ? CODE : Bytes.EMPTY;
        }

        @Override
        public boolean hasStorage(Address address) {
            return false;
        }
    }
}
