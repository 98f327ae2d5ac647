package org.assay.primitives.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.math.BigInteger;
import java.util.Arrays;

/// One of the two groups of BLS12-381 in blst's memory layouts: an affine point is x ‖ y and a
/// Jacobian one X ‖ Y ‖ Z, each coordinate `degree` field elements of 48 bytes in Montgomery
/// form. Affine zeros are infinity. `degree` is 1 for G1, over Fp, and 2 for G2, over Fp2.
record BlsGroup(
        int degree,
        MethodHandle isOnCurve,
        MethodHandle isInGroup,
        MethodHandle fromAffine,
        MethodHandle addAffine,
        MethodHandle toAffine,
        MethodHandle multiply,
        MethodHandle multiplySum,
        MethodHandle multiplySumScratch,
        MethodHandle mapToGroup,
        MethodHandle uncompress) {
    static final BlsGroup G1 = of(1, "1");
    static final BlsGroup G2 = of(2, "2");

    /// The order of both groups.
    static final BigInteger ORDER =
            new BigInteger("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16);

    private static final int FP_BYTES = 48;

    /// EIP-2537 pads a field element to 64 bytes.
    private static final int PADDED_BYTES = 64;

    private static final int PADDING_BYTES = PADDED_BYTES - FP_BYTES;

    private static final byte[] PRIME =
            new BigInteger(
                            "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                                    + "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
                            16)
                    .toByteArray();

    private static final MethodHandle FP_FROM_BIG_ENDIAN = Blst.action("blst_fp_from_bendian", 2);
    private static final MethodHandle BIG_ENDIAN_FROM_FP = Blst.action("blst_bendian_from_fp", 2);

    private static BlsGroup of(int degree, String name) {
        String one = "blst_p" + name + "_";
        String many = "blst_p" + name + "s_";
        return new BlsGroup(
                degree,
                Blst.predicate(one + "affine_on_curve"),
                Blst.predicate(one + "affine_in_g" + name),
                Blst.action(one + "from_affine", 2),
                Blst.action(one + "add_or_double_affine", 3),
                Blst.action(one + "to_affine", 2),
                Blst.sizedAction(one + "mult"),
                Blst.multiScalar(many + "mult_pippenger"),
                Blst.sizeOf(many + "mult_pippenger_scratch_sizeof"),
                Blst.action("blst_map_to_g" + name, 3),
                Blst.attempt(one + "uncompress"));
    }

    int affineBytes() {
        return 2 * degree * FP_BYTES;
    }

    int jacobianBytes() {
        return 3 * degree * FP_BYTES;
    }

    int encodedBytes() {
        return 2 * degree * PADDED_BYTES;
    }

    /// Reads `elements` padded field elements. False where one is not below the prime.
    private static boolean readElements(
            MemorySegment target, byte[] input, int offset, int elements, Arena arena) {
        MemorySegment bytes = arena.allocate(FP_BYTES);
        for (int i = 0; i < elements; i++) {
            int at = offset + i * PADDED_BYTES;
            for (int k = 0; k < PADDING_BYTES; k++) {
                if (input[at + k] != 0) {
                    return false;
                }
            }
            int from = at + PADDING_BYTES;
            int to = at + PADDED_BYTES;
            if (Arrays.compareUnsigned(input, from, to, PRIME, 0, FP_BYTES) >= 0) {
                return false;
            }
            MemorySegment.copy(input, from, bytes, ValueLayout.JAVA_BYTE, 0, FP_BYTES);
            Blst.call(FP_FROM_BIG_ENDIAN, target.asSlice((long) i * FP_BYTES), bytes);
        }
        return true;
    }

    /// Reads a point into affine form. False where a coordinate is not below the prime or the
    /// point is neither on the curve nor infinity.
    boolean readPoint(MemorySegment affine, byte[] input, int offset, Arena arena) {
        return readElements(affine, input, offset, 2 * degree, arena)
                && (isInfinity(affine) || Blst.test(isOnCurve, affine));
    }

    boolean isInSubgroup(MemorySegment affine) {
        return isInfinity(affine) || Blst.test(isInGroup, affine);
    }

    boolean isInfinity(MemorySegment affine) {
        long bits = 0;
        for (int i = 0; i < affineBytes(); i += 8) {
            bits |= affine.get(ValueLayout.JAVA_LONG, i);
        }
        return bits == 0;
    }

    byte[] write(MemorySegment jacobian, Arena arena) {
        MemorySegment affine = arena.allocate(affineBytes(), 8);
        Blst.call(toAffine, affine, jacobian);
        byte[] output = new byte[encodedBytes()];
        MemorySegment bytes = arena.allocate(FP_BYTES);
        for (int i = 0; i < 2 * degree; i++) {
            Blst.call(BIG_ENDIAN_FROM_FP, bytes, affine.asSlice((long) i * FP_BYTES));
            int at = i * PADDED_BYTES + PADDING_BYTES;
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, output, at, FP_BYTES);
        }
        return output;
    }

    /// Maps a field element of `degree` parts to the group (RFC 9380, without hashing). False
    /// where a part is not below the prime.
    boolean map(MemorySegment jacobian, byte[] input, Arena arena) {
        MemorySegment element = arena.allocate((long) degree * FP_BYTES, 8);
        if (!readElements(element, input, 0, degree, arena)) {
            return false;
        }
        Blst.call(mapToGroup, jacobian, element, MemorySegment.NULL);
        return true;
    }

    /// 32 little-endian bytes of `scalar mod ORDER`.
    static byte[] littleEndian(BigInteger scalar) {
        byte[] big = scalar.mod(ORDER).toByteArray();
        byte[] little = new byte[32];
        for (int i = 0; i < Math.min(32, big.length); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    /// `jacobian = scalar · affine`, a point of the group that may be infinity.
    void multiply(MemorySegment jacobian, MemorySegment affine, BigInteger scalar, Arena arena) {
        MemorySegment point = arena.allocate(jacobianBytes(), 8);
        Blst.call(fromAffine, point, affine);
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, littleEndian(scalar));
        Blst.call(multiply, jacobian, point, bytes, 256);
    }
}
