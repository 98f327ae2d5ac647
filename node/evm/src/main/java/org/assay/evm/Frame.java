package org.assay.evm;

import java.util.Arrays;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// One call frame: its code, gas, stack and memory. Frames belong to a [Machine], one a depth,
/// and are used again; the interpreter holds the hot fields in locals while it runs.
final class Frame {
    /// Bytes of memory a frame may have: 2 × 10^12 gas (YP §H), more than any block.
    static final long MEMORY_BYTES_MAX = 1L << 30;

    /// Bytes of memory a frame keeps for its next use.
    private static final int MEMORY_KEPT_BYTES = 1 << 17;

    private static final byte[] NO_BYTES = new byte[0];

    final int depth;

    /// CALL, CALLCODE, DELEGATECALL, STATICCALL, CREATE or CREATE2.
    int opcode;

    Code code = Code.EMPTY;

    /// The account whose code was called, or that is to be created.
    AccountState target = Machine.NOBODY;

    /// The account whose storage and balance the code works on.
    AccountState self = Machine.NOBODY;

    Address caller = Address.ZERO;
    UInt256 value = UInt256.ZERO;
    boolean isStatic;

    /// The call's input: a range of the caller's memory, which does not change meanwhile.
    byte[] input = NO_BYTES;

    int inputOffset;
    int inputSize;

    /// Where the caller wants the output.
    int resultOffset;

    int resultSize;

    // To undo the frame.
    int snapshot;
    int logCount;
    long refund;

    long gas;
    long gasAtStart;
    int pc;

    /// The decoded code if the frame runs by it, and its next operation.
    @Nullable Program program;

    int next;

    /// The index behind the top word of [#stack].
    int sp;

    final long[] stack = new long[(Opcode.STACK_WORDS_MAX + 2) * 4];
    byte[] memory = new byte[1024];

    /// Bytes in use, a multiple of 32. What lies behind is stale.
    int memorySize;

    private long memoryGas;

    /// What the last call of this frame returned: a range of the callee's memory, which is not
    /// touched before the next call.
    byte[] returned = NO_BYTES;

    int returnedOffset;
    int returnedSize;

    /// What this frame returns.
    byte[] output = NO_BYTES;

    int outputOffset;
    int outputSize;

    /// Why it failed, or null.
    @Nullable HaltReason halt;

    /// Gas that it wanted when there was too little; for traces.
    long unpaid;

    Frame(int depth) {
        this.depth = depth;
    }

    boolean isCreate() {
        return opcode == Opcode.CREATE || opcode == Opcode.CREATE2;
    }

    /// Makes the frame ready for a new call; the caller sets what else a call has.
    void reset() {
        pc = 0;
        next = 0;
        program = null;
        sp = 0;
        memorySize = 0;
        memoryGas = 0;
        if (memory.length > MEMORY_KEPT_BYTES) {
            memory = new byte[1024];
        }
        clearReturned();
        clearOutput();
        halt = null;
        unpaid = 0;
    }

    void clearReturned() {
        returned = NO_BYTES;
        returnedOffset = 0;
        returnedSize = 0;
    }

    void clearOutput() {
        output = NO_BYTES;
        outputOffset = 0;
        outputSize = 0;
    }

    Bytes inputBytes() {
        return copy(input, inputOffset, inputSize);
    }

    Bytes outputBytes() {
        return copy(output, outputOffset, outputSize);
    }

    Bytes returnedBytes() {
        return copy(returned, returnedOffset, returnedSize);
    }

    static Bytes copy(byte[] array, int offset, int size) {
        return Bytes.wrap(Arrays.copyOfRange(array, offset, offset + size));
    }

    /// Ends the frame with a failure. The interpreter's status for it.
    int fail(HaltReason reason) {
        halt = reason;
        clearOutput();
        return Interpreter.DONE;
    }

    /// Pays for memory up to `end` bytes and makes it usable. False when the gas does not
    /// suffice; nothing is paid then.
    boolean expandMemory(long end) {
        if (end <= memorySize) {
            return true;
        }
        if (end > MEMORY_BYTES_MAX) {
            return false;
        }
        long words = (end + 31) >>> 5;
        long cost = words * 3 + ((words * words) >>> 9);
        if (cost - memoryGas > gas) {
            unpaid = cost - memoryGas;
            return false;
        }
        gas -= cost - memoryGas;
        memoryGas = cost;
        int size = (int) (words << 5);
        if (size > memory.length) {
            memory = Arrays.copyOf(memory, Math.max(size, memory.length * 2));
        }
        Arrays.fill(memory, memorySize, size, (byte) 0);
        memorySize = size;
        return true;
    }

    /// As [#expandMemory] for a range on the stack, of which an empty one costs nothing.
    boolean expandMemory(int offsetWord, int sizeWord) {
        if (Arithmetic.isZero(stack, sizeWord)) {
            return true;
        }
        long offset = Arithmetic.clamped(stack, offsetWord);
        long size = Arithmetic.clamped(stack, sizeWord);
        if (offset > MEMORY_BYTES_MAX || size > MEMORY_BYTES_MAX) {
            return false;
        }
        return expandMemory(offset + size);
    }

    /// Takes `amount` gas; false, and nothing taken, when there is less.
    boolean pay(long amount) {
        if (amount > gas) {
            unpaid = amount;
            return false;
        }
        gas -= amount;
        return true;
    }
}
