package org.assay.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.testkit.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The plain and the fast interpreter do the same: random code runs once by the first, which new
/// code is run by, then by the second, which takes over, then traced.
final class InterpreterTwinTest {
    private static final Address CALLER = Address.ofNumber(0x1001);
    private static final Address CALLEE = Address.ofNumber(0x1002);
    private static final int PROGRAMS = 300;

    /// HotSpot compiles no method of more bytecode (HugeMethodLimit).
    private static final int COMPILED_BYTES_MAX = 8000;

    private record OneContract(Bytes code) implements StateView {
        @Override
        public @Nullable Account account(Address address) {
            return address.equals(CALLEE)
                    ? new Account(1, UInt256.of(1000), Keccak.hash256(code))
                    : null;
        }

        @Override
        public UInt256 storage(Address address, UInt256 slot) {
            return slot.w3() < 4 ? slot : UInt256.ZERO;
        }

        @Override
        public Bytes code(Hash codeHash) {
            return code;
        }

        @Override
        public boolean hasStorage(Address address) {
            return true;
        }
    }

    private static BlockContext block(Fork fork) {
        return new BlockContext(
                fork,
                1,
                300,
                1,
                Address.ZERO,
                UInt256.ZERO,
                Hash.ZERO,
                UInt256.ZERO,
                30_000_000,
                UInt256.ONE,
                BlobSchedule.of(fork),
                BlockHashes.NONE);
    }

    /// Code that keeps its stack mostly filled, jumps mostly to marked places, and now and then
    /// holds anything.
    private static Bytes program(RandomGenerator random) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        int parts = 5 + random.nextInt(60);
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(9)) {
                case 0 -> push(code, random.nextInt(4) == 0 ? random.nextLong() : 0, 8);
                case 1 -> push(code, random.nextInt(70), 1);
                case 2 -> code.write(Opcode.JUMPDEST);
                case 3 -> {
                    push(code, random.nextInt(Math.max(1, code.size() + 8)), 1);
                    code.write(random.nextBoolean() ? Opcode.JUMPI : Opcode.JUMP);
                }
                case 4 -> code.write(Opcode.DUP1 + random.nextInt(6));
                case 5 -> code.write(Opcode.SWAP1 + random.nextInt(4));
                case 6 -> code.write(Opcode.ADD + random.nextInt(Opcode.CLZ));
                case 7 -> {
                    push(code, random.nextInt(5), 1);
                    int[] some = {0x51, 0x52, 0x54, 0x55, 0x50, 0x15, 0x20, 0x5a, 0x58, 0x59};
                    code.write(some[random.nextInt(some.length)]);
                }
                default -> code.write(random.nextInt(256));
            }
        }
        return Bytes.wrap(code.toByteArray());
    }

    private static void push(ByteArrayOutputStream code, long value, int bytes) {
        code.write(Opcode.PUSH0 + bytes);
        for (int i = bytes - 1; i >= 0; i--) {
            code.write((int) (value >>> (8 * i)));
        }
    }

    private static List<Object> facts(CallSimulation.Result result) {
        boolean reverted = result.halt() == HaltReason.REVERT;
        return List.of(
                result.success(),
                reverted,
                result.output(),
                result.gasUsed(),
                result.gasSpent(),
                result.logs(),
                result.diff());
    }

    @Seeds(20)
    void bothInterpretersAndTracesAgree(RandomGenerator random) {
        Fork[] forks = {Fork.BERLIN, Fork.CANCUN, Fork.OSAKA, Fork.OSAKA};
        for (int i = 0; i < PROGRAMS; i++) {
            StateView state = new OneContract(program(random));
            BlockContext block = block(forks[random.nextInt(forks.length)]);
            long gas = 21_000L + random.nextInt(random.nextBoolean() ? 300 : 100_000);
            var message = CallSimulation.Message.call(CALLER, CALLEE, Bytes.EMPTY, gas);
            var plain = CallSimulation.run(state, block, message);
            var fast = CallSimulation.run(state, block, message);
            Tracer tracer = new Eip3155Tracer(line -> {}, true);
            var traced = CallSimulation.run(state, block, message, tracer);
            assertThat(facts(fast)).as("%s", state).isEqualTo(facts(plain));
            assertThat(facts(traced)).as("%s", state).isEqualTo(facts(plain));
        }
    }

    @Test
    void theLoopsAreSmallEnoughToBeCompiled() throws IOException {
        assertThat(loopBytes("Interpreter")).isBetween(500, COMPILED_BYTES_MAX);
        assertThat(loopBytes("FastInterpreter")).isBetween(500, COMPILED_BYTES_MAX);
    }

    private static int loopBytes(String name) throws IOException {
        try (InputStream stream = InterpreterTwinTest.class.getResourceAsStream(name + ".class")) {
            byte[] file = java.util.Objects.requireNonNull(stream).readAllBytes();
            return ClassFile.of().parse(file).methods().stream()
                    .filter(method -> method.methodName().equalsString("run"))
                    .mapToInt(
                            method ->
                                    method.code()
                                            .map(code -> ((CodeAttribute) code).codeLength())
                                            .orElse(0))
                    .max()
                    .orElse(0);
        }
    }
}
