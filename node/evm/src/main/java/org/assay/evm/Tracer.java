package org.assay.evm;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.jspecify.annotations.Nullable;

/// Watches an execution. Frames nest: every [#enter] has its [#exit]. Step events cost time, and
/// are sent only where [#wantsSteps] says so; execution is the same with and without.
public interface Tracer {
    /// Jump targets between two calls of [#tick].
    int TICK_JUMPS = 1_024;

    /// Watches nothing.
    Tracer NONE = new Tracer() {};

    /// Whether anything but [#tick] is to be called. Where not, code runs at full speed.
    default boolean wantsFrames() {
        return true;
    }

    /// Whether [#step] is to be called.
    default boolean wantsSteps() {
        return false;
    }

    /// Whether a step is to carry a copy of the memory.
    default boolean wantsMemory() {
        return false;
    }

    /// A frame begins. `depth` 0 is the transaction itself; `opcode` is CALL, CALLCODE,
    /// DELEGATECALL, STATICCALL, CREATE or CREATE2 (CALL or CREATE at depth 0). `to` is the
    /// code's account, or the address to be created. `value` is what the frame sees as CALLVALUE.
    /// `gas` is what the frame may use. Precompiles are frames too, and so are calls and
    /// creations that are refused for their depth or value.
    default void enter(
            int depth,
            int opcode,
            Address from,
            Address to,
            Bytes input,
            long gas,
            UInt256 value) {}

    /// The frame at `depth` ended; `failure` is null when well. `output`: return or revert data,
    /// or the deployed code.
    default void exit(int depth, Bytes output, long gasUsed, @Nullable Failure failure) {}

    /// An instruction is about to run, or has failed to: see [Step]. Sent before the frame that
    /// it opens, if any.
    default void step(Step step) {}

    /// A log was written (it may still be reverted). `index` counts the logs of the transaction
    /// that stand so far.
    default void log(int depth, int index, Log log) {}

    /// SELFDESTRUCT ran.
    default void selfdestruct(int depth, Address account, Address beneficiary, UInt256 balance) {}

    /// A storage slot was read or written for the first time in this frame's instruction stream;
    /// sent for every SLOAD and SSTORE before it runs, whether or not steps are wanted.
    default void storage(Address account, Hash slot) {}

    /// The code still runs: called at least once in [#TICK_JUMPS] jump targets that a frame
    /// reaches and in as many frames, whether or not steps are wanted. What it throws ends the
    /// execution.
    default void tick() {}

    /// One instruction with the machine as it was before it. Valid only during the call.
    interface Step {
        int pc();

        int opcode();

        /// Gas before the instruction.
        long gas();

        /// What the instruction cost, with what a call (not a creation) gave to its frame. When
        /// it failed for want of gas, what is known of its price.
        long gasCost();

        /// 1 for the outermost frame, as EIP-3155 counts.
        int depth();

        int stackSize();

        /// The word `index` below the top: 0 is the top.
        UInt256 stackFromTop(int index);

        /// Bytes of memory in use.
        int memorySize();

        /// The memory; empty unless [Tracer#wantsMemory].
        Bytes memory();

        /// The account whose storage and balance the code works on.
        Address address();

        /// What the last call of this frame returned.
        Bytes returnData();

        /// The refund counter with what this instruction changed of it, gas.
        long refund();

        /// The failure of this instruction, or null; a REVERT is none.
        @Nullable Failure failure();
    }
}
