package org.assay.primitives;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Big-endian 64-bit and 32-bit words in byte arrays.
public final class Words {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Words() {}

    public static long getLong(byte[] array, int offset) {
        return (long) LONG.get(array, offset);
    }

    public static void putLong(byte[] array, int offset, long value) {
        LONG.set(array, offset, value);
    }

    public static int getInt(byte[] array, int offset) {
        return (int) INT.get(array, offset);
    }

    public static void putInt(byte[] array, int offset, int value) {
        INT.set(array, offset, value);
    }
}
