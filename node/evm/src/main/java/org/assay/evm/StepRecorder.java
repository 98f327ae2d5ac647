package org.assay.evm;

import java.util.Arrays;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// Keeps the machine as it was before an instruction until the instruction's price is known, and
/// then tells the tracer.
final class StepRecorder implements Tracer.Step {
    private final Tracer tracer;
    private final Machine machine;
    private final boolean wantsMemory;

    private boolean pending;
    private int pc;
    private int opcode;
    private long gas;
    private long gasCost;
    private int depth;
    private long[] stack = new long[64];
    private int stackLongs;
    private int memorySize;
    private Bytes memory = Bytes.EMPTY;
    private Address address = Address.ZERO;
    private Bytes returnData = Bytes.EMPTY;
    private long refund;
    private @Nullable Failure failure;

    StepRecorder(Tracer tracer, Machine machine) {
        this.tracer = tracer;
        this.machine = machine;
        this.wantsMemory = tracer.wantsMemory();
    }

    void before(Frame frame, int op) {
        pending = true;
        pc = frame.pc;
        opcode = op;
        gas = frame.gas;
        depth = frame.depth + 1;
        stackLongs = frame.sp;
        if (stack.length < stackLongs) {
            stack = new long[stackLongs * 2];
        }
        System.arraycopy(frame.stack, 0, stack, 0, stackLongs);
        memorySize = frame.memorySize;
        if (wantsMemory) {
            memory = Bytes.wrap(Arrays.copyOf(frame.memory, memorySize));
        }
        address = frame.self.address;
        returnData = frame.returnedBytes();
    }

    /// The instruction is through, or failed, with this gas left and `unpaid` gas that it asked
    /// for in vain. Nothing if it was told already.
    void after(long gasLeft, long unpaid, @Nullable Failure reason) {
        if (!pending) {
            return;
        }
        pending = false;
        failure = reason == null || reason.reason() == HaltReason.REVERT ? null : reason;
        int price = machine.rules.opcodeGas[opcode];
        gasCost =
                failure == null
                        ? gas - gasLeft
                        : Math.max(Math.max(price, 0), gas - gasLeft + unpaid);
        refund = machine.state.refund;
        tracer.step(this);
    }

    @Override
    public int pc() {
        return pc;
    }

    @Override
    public int opcode() {
        return opcode;
    }

    @Override
    public long gas() {
        return gas;
    }

    @Override
    public long gasCost() {
        return gasCost;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public int stackSize() {
        return stackLongs / 4;
    }

    @Override
    public UInt256 stackFromTop(int index) {
        return Instructions.word(stack, stackLongs - 4 * (index + 1));
    }

    @Override
    public int memorySize() {
        return memorySize;
    }

    @Override
    public Bytes memory() {
        return memory;
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public Bytes returnData() {
        return returnData;
    }

    @Override
    public long refund() {
        return refund;
    }

    @Override
    public @Nullable Failure failure() {
        return failure;
    }
}
