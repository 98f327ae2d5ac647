package org.assay.verifier.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Field operations of the kernels' headers in bulk, for comparison.
final class HostField {
    static final int MULTIPLY = 0;
    static final int ADD = 1;
    static final int SUBTRACT = 2;
    static final int REDUCE = 3;
    static final int SHIFT = 4;
    static final int OPS = 6;

    private final MethodHandle field;
    private final MemorySegment a;
    private final MemorySegment b;
    private final MemorySegment out;
    private final long[] result;

    HostField(HostDevice device, Arena arena, int count) {
        this.field = device.fieldOperations();
        this.a = arena.allocate(8L * count, 8);
        this.b = arena.allocate(8L * count, 8);
        this.out = arena.allocate(8L * count, 8);
        this.result = new long[count];
    }

    long[] run(int op, long[] left, long[] right) {
        MemorySegment.copy(left, 0, a, ValueLayout.JAVA_LONG, 0, left.length);
        MemorySegment.copy(right, 0, b, ValueLayout.JAVA_LONG, 0, right.length);
        try {
            field.invokeExact(op, a, b, out, left.length);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        MemorySegment.copy(out, ValueLayout.JAVA_LONG, 0, result, 0, result.length);
        return result;
    }
}
