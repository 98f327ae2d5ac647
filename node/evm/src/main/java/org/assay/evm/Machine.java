package org.assay.evm;

import java.util.List;
import org.assay.evm.precompile.Precompile;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// Runs frames to their end, on a stack of its own: a call in the EVM is no call in Java, so that
/// 1024 nested calls need no deep thread. Frames are kept and used again. One thread; belongs to
/// a [JournaledState].
final class Machine {
    static final int DEPTH_MAX = 1024;

    static final AccountState NOBODY = new AccountState(Address.ZERO, null);

    private static final BlockContext NO_BLOCK =
            new BlockContext(
                    Fork.FRONTIER,
                    0,
                    0,
                    0,
                    Address.ZERO,
                    UInt256.ZERO,
                    Hash.ZERO,
                    UInt256.ZERO,
                    0,
                    UInt256.ZERO,
                    BlobSchedule.of(Fork.FRONTIER),
                    BlockHashes.NONE);

    final JournaledState state;
    final long[] scratch = new long[Division.SCRATCH_LONGS];
    private @Nullable Frame[] frames = new @Nullable Frame[8];

    // What holds for one transaction.
    Rules rules = Rules.forFork(Fork.FRONTIER);
    BlockContext block = NO_BLOCK;
    Address origin = Address.ZERO;
    UInt256 gasPrice = UInt256.ZERO;
    List<Hash> blobHashes = List.of();
    Tracer tracer = Tracer.NONE;

    /// Whether frames are reported.
    boolean watched;

    /// Whether steps are.
    boolean traced;

    StepRecorder recorder = new StepRecorder(Tracer.NONE, this);

    Machine(JournaledState state) {
        this.state = state;
    }

    /// Sets what holds for the transaction or system call that comes next.
    void prepare(
            BlockContext block,
            Address origin,
            UInt256 gasPrice,
            List<Hash> blobHashes,
            Tracer tracer) {
        this.block = block;
        this.rules = Rules.forFork(block.fork());
        this.origin = origin;
        this.gasPrice = gasPrice;
        this.blobHashes = blobHashes;
        this.tracer = tracer;
        this.watched = !tracer.equals(Tracer.NONE) && tracer.wantsFrames();
        this.traced = tracer.wantsSteps();
        if (traced) {
            this.recorder = new StepRecorder(tracer, this);
        }
        state.usePrecompiles(Precompiles.forFork(block.fork()));
    }

    /// The frame at `depth`, made on first use.
    Frame frame(int depth) {
        if (depth >= frames.length) {
            frames = java.util.Arrays.copyOf(frames, frames.length * 2);
        }
        Frame frame = frames[depth];
        if (frame == null) {
            frame = new Frame(depth);
            frames[depth] = frame;
        }
        return frame;
    }

    /// Runs the outermost call, whose frame is filled in. Its result is in the frame.
    void call(Frame frame) {
        if (Calls.begin(frame, this) == Interpreter.CALLED) {
            run();
        }
    }

    /// Runs the outermost creation, whose frame is filled in. Its result is in the frame.
    void create(Frame frame) {
        if (Creations.begin(frame, this) == Interpreter.CALLED) {
            run();
        }
    }

    private void run() {
        int depth = 0;
        int unticked = 0;
        while (true) {
            if (++unticked == Tracer.TICK_JUMPS) {
                tick();
                unticked = 0;
            }
            Frame frame = frame(depth);
            Program program = frame.program;
            int status =
                    program == null
                            ? Interpreter.run(frame, this)
                            : FastInterpreter.run(frame, this, program);
            if (status == Interpreter.CALLED) {
                depth++;
                continue;
            }
            if (traced) {
                recorder.after(frame.gas, frame.unpaid, Failure.of(frame, rules));
            }
            finish(frame);
            if (depth == 0) {
                return;
            }
            depth--;
            Calls.resume(frame(depth), frame);
        }
    }

    /// Ends a frame whose code has run: deposits created code, undoes a failure, takes its gas.
    void finish(Frame frame) {
        if (frame.isCreate() && frame.halt == null) {
            Creations.deposit(frame, this);
        }
        Failure failure = watched ? Failure.of(frame, rules) : null;
        if (frame.halt != null) {
            state.revertTo(frame.snapshot, frame.logCount, frame.refund);
            if (frame.halt != HaltReason.REVERT) {
                frame.gas = 0;
            }
        }
        if (watched) {
            tracer.exit(frame.depth, frame.outputBytes(), frame.gasAtStart - frame.gas, failure);
        }
    }

    /// Reports the beginning of a frame, after the step that opened it.
    void reportEnter(Frame frame, Address from) {
        if (!watched) {
            return;
        }
        if (traced && frame.depth > 0) {
            long given = frame.isCreate() ? frame.gas : 0;
            recorder.after(frame(frame.depth - 1).gas + given, 0, null);
        }
        tracer.enter(
                frame.depth,
                frame.opcode,
                from,
                frame.target.address,
                frame.isCreate() ? frame.code.bytes : frame.inputBytes(),
                frame.gas,
                frame.value);
    }

    /// Tells the tracer that code still runs; how many jump targets are free of this now.
    int tick() {
        tracer.tick();
        return Tracer.TICK_JUMPS;
    }

    void traceStorage(Frame frame, int key) {
        if (watched) {
            tracer.storage(frame.self.address, Instructions.hash(frame.stack, key));
        }
    }

    /// Runs a precompiled contract in the place of code; the frame is complete then, but for
    /// [#finish].
    static void runPrecompile(Frame frame, Precompile contract, Fork fork) {
        byte[] input =
                java.util.Arrays.copyOfRange(
                        frame.input, frame.inputOffset, frame.inputOffset + frame.inputSize);
        long price = contract.gas(input, fork);
        if (price < 0) {
            frame.fail(HaltReason.PRECOMPILE_FAILURE);
            return;
        }
        if (!frame.pay(price)) {
            frame.fail(HaltReason.OUT_OF_GAS);
            return;
        }
        byte[] output = contract.run(input);
        if (output == null) {
            frame.fail(HaltReason.PRECOMPILE_FAILURE);
            return;
        }
        frame.output = output;
        frame.outputOffset = 0;
        frame.outputSize = output.length;
    }
}
