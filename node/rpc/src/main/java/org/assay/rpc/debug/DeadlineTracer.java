package org.assay.rpc.debug;

import org.assay.evm.Failure;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// Ends a trace that takes too long, by an [RpcError] out of the execution, whose state is thrown
/// away then. Looks at the clock at every frame, every 1024th step and [Tracer#tick].
public final class DeadlineTracer implements Tracer {
    private static final int STEPS_MASK = 1023;

    private final Tracer inner;
    private final long deadlineNanos;
    private int steps;

    private DeadlineTracer(Tracer inner, long deadlineNanos) {
        this.inner = inner;
        this.deadlineNanos = deadlineNanos;
    }

    /// `deadlineNanos` by [System#nanoTime].
    public static Tracer around(Tracer inner, long deadlineNanos) {
        return new DeadlineTracer(inner, deadlineNanos);
    }

    private void check() {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new RpcError(RpcError.SERVER_ERROR, "execution timeout");
        }
    }

    @Override
    public boolean wantsFrames() {
        return !inner.equals(NONE) && inner.wantsFrames();
    }

    @Override
    public boolean wantsSteps() {
        return inner.wantsSteps();
    }

    @Override
    public boolean wantsMemory() {
        return inner.wantsMemory();
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        check();
        inner.enter(depth, opcode, from, to, input, gas, value);
    }

    @Override
    public void exit(int depth, Bytes output, long gasUsed, @Nullable Failure failure) {
        inner.exit(depth, output, gasUsed, failure);
    }

    @Override
    public void step(Step step) {
        if ((++steps & STEPS_MASK) == 0) {
            check();
        }
        inner.step(step);
    }

    @Override
    public void tick() {
        check();
    }

    @Override
    public void log(int depth, int index, Log log) {
        inner.log(depth, index, log);
    }

    @Override
    public void selfdestruct(int depth, Address account, Address beneficiary, UInt256 balance) {
        inner.selfdestruct(depth, account, beneficiary, balance);
    }

    @Override
    public void storage(Address account, Hash slot) {
        inner.storage(account, slot);
    }
}
