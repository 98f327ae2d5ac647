package org.assay.verifier;

import org.assay.verifier.cpu.VectorPlanes;
import org.assay.verifier.cpu.Vectors;

/// int32 results as int8 planes, least significant first: plane i of n values starts at i·n. The
/// number of planes follows from the template, never from the prover (PROOFS section 1).
public final class Planes {
    /// |x·w| ≤ 128·127 for one term.
    public static final int TERM_MAX = 16_256;

    private static final long[] PLANE_MAX = {127, 32_639, 8_355_711, 2_139_062_143};

    private static final int LANES = 16;

    private Planes() {}

    /// The largest |y| of a sum over `terms` products.
    public static long bound(int terms) {
        return (long) terms * TERM_MAX;
    }

    /// The smallest number of planes that hold [#bound].
    public static int count(int terms) {
        long bound = bound(terms);
        for (int planes = 1; planes <= PLANE_MAX.length; planes++) {
            if (bound <= PLANE_MAX[planes - 1]) {
                return planes;
            }
        }
        throw new IllegalArgumentException("too many terms for four planes: " + terms);
    }

    /// Writes `planes` planes of `values` to `to[offset..]`.
    public static void write(int[] values, int planes, byte[] to, int offset) {
        for (int j = 0; j < values.length; j++) {
            int rest = values[j];
            for (int i = 0; i < planes; i++) {
                byte digit = (byte) rest;
                to[offset + i * values.length + j] = digit;
                rest = (rest - digit) >> 8;
            }
        }
    }

    /// Recombines `values.length` values; false if one is beyond `bound` ≤ [#bound] of the widest
    /// template. Where four planes exceed an int, the wrapped value is still within 8,388,608 of
    /// ±2^31, far beyond every bound.
    static boolean read(byte[] from, int offset, int planes, long bound, int[] values) {
        int count = values.length;
        int limit = (int) bound;
        int joined = Vectors.wide() ? count - count % LANES : 0;
        int beyond =
                joined == 0
                        ? 0
                        : VectorPlanes.join(from, offset, count, planes, limit, values, joined);
        for (int j = joined; j < count; j++) {
            int value = 0;
            for (int i = planes - 1; i >= 0; i--) {
                value = (value << 8) + from[offset + i * count + j];
            }
            values[j] = value;
            beyond |= limit - Math.abs(value);
        }
        return beyond >= 0;
    }
}
