package org.assay.verifier;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Little-endian words in byte arrays: every integer of the proof formats (PROOFS section 2).
public final class LittleEndian {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    public static short getShort(byte[] array, int offset) {
        return (short) SHORT.get(array, offset);
    }

    public static void putShort(byte[] array, int offset, int value) {
        SHORT.set(array, offset, (short) value);
    }

    public static int getInt(byte[] array, int offset) {
        return (int) INT.get(array, offset);
    }

    public static void putInt(byte[] array, int offset, int value) {
        INT.set(array, offset, value);
    }

    public static long getLong(byte[] array, int offset) {
        return (long) LONG.get(array, offset);
    }

    public static void putLong(byte[] array, int offset, long value) {
        LONG.set(array, offset, value);
    }
}
