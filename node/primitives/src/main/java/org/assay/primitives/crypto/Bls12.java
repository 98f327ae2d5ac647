package org.assay.primitives.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// The operations of EIP-2537 on BLS12-381, on its encodings, by blst. Null, or for the pairing
/// an empty answer, means that the input is not valid. Inputs have the right length: a whole,
/// positive number of items.
public final class Bls12 {
    public static final int G1_BYTES = 128;
    public static final int G2_BYTES = 256;
    public static final int SCALAR_BYTES = 32;
    public static final int PAIR_BYTES = G1_BYTES + G2_BYTES;

    private static final int FP12_BYTES = 576;

    private static final MethodHandle MILLER_LOOPS = Blst.sizedAction("blst_miller_loop_n");
    private static final MethodHandle FINAL_EXPONENTIATION = Blst.action("blst_final_exp", 2);
    private static final MethodHandle IS_ONE = Blst.predicate("blst_fp12_is_one");

    private Bls12() {}

    /// The sum of two points of the curve, in the subgroup or not.
    public static byte @Nullable [] addG1(byte[] input) {
        return add(BlsGroup.G1, input);
    }

    /// As [#addG1] on the twist.
    public static byte @Nullable [] addG2(byte[] input) {
        return add(BlsGroup.G2, input);
    }

    private static byte @Nullable [] add(BlsGroup group, byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocate(group.affineBytes(), 8);
            MemorySegment b = arena.allocate(group.affineBytes(), 8);
            if (!group.readPoint(a, input, 0, arena)
                    || !group.readPoint(b, input, group.encodedBytes(), arena)) {
                return null;
            }
            MemorySegment sum = arena.allocate(group.jacobianBytes(), 8);
            Blst.call(group.fromAffine(), sum, a);
            Blst.call(group.addAffine(), sum, sum, b);
            return group.write(sum, arena);
        }
    }

    /// The sum of the products of pairs `point ‖ scalar`; scalars may be any 256 bits.
    public static byte @Nullable [] multiplySumG1(byte[] input) {
        return multiplySum(BlsGroup.G1, input);
    }

    /// As [#multiplySumG1] in G2.
    public static byte @Nullable [] multiplySumG2(byte[] input) {
        return multiplySum(BlsGroup.G2, input);
    }

    private static byte @Nullable [] multiplySum(BlsGroup group, byte[] input) {
        int itemBytes = group.encodedBytes() + SCALAR_BYTES;
        int items = input.length / itemBytes;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment points = arena.allocate((long) items * group.affineBytes(), 8);
            MemorySegment scalars = arena.allocate((long) items * SCALAR_BYTES, 8);
            MemorySegment point = arena.allocate(group.affineBytes(), 8);
            long count = 0; // of the products that are not infinity
            BigInteger scalar = BigInteger.ZERO;
            for (int offset = 0; offset < input.length; offset += itemBytes) {
                if (!group.readPoint(point, input, offset, arena) || !group.isInSubgroup(point)) {
                    return null;
                }
                int at = offset + group.encodedBytes();
                BigInteger next = new BigInteger(1, input, at, SCALAR_BYTES).mod(BlsGroup.ORDER);
                if (!group.isInfinity(point) && next.signum() != 0) {
                    scalar = next;
                    MemorySegment.copy(
                            point, 0, points, count * group.affineBytes(), group.affineBytes());
                    byte[] bytes = BlsGroup.littleEndian(next);
                    MemorySegment.copy(
                            bytes,
                            0,
                            scalars,
                            ValueLayout.JAVA_BYTE,
                            count * SCALAR_BYTES,
                            SCALAR_BYTES);
                    count++;
                }
            }
            MemorySegment sum = arena.allocate(group.jacobianBytes(), 8);
            if (count == 1) {
                group.multiply(sum, points, scalar, arena);
            } else if (count > 1) {
                long scratchBytes = Blst.size(group.multiplySumScratch(), count);
                MemorySegment scratch = arena.allocate(scratchBytes, 64);
                MemorySegment pointList = list(points, arena);
                MemorySegment scalarList = list(scalars, arena);
                Blst.sum(group.multiplySum(), sum, pointList, count, scalarList, scratch);
            }
            return group.write(sum, arena);
        }
    }

    /// blst's array of pointers for items in one piece: the first item's, then null.
    private static MemorySegment list(MemorySegment items, Arena arena) {
        MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, 2);
        pointers.set(ValueLayout.ADDRESS, 0, items);
        return pointers;
    }

    public static byte @Nullable [] mapFpToG1(byte[] input) {
        return map(BlsGroup.G1, input);
    }

    public static byte @Nullable [] mapFp2ToG2(byte[] input) {
        return map(BlsGroup.G2, input);
    }

    private static byte @Nullable [] map(BlsGroup group, byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment point = arena.allocate(group.jacobianBytes(), 8);
            return group.map(point, input, arena) ? group.write(point, arena) : null;
        }
    }

    /// Whether the product of the pairings of all pairs `G1 ‖ G2` is one.
    public static @Nullable Boolean isPairingProductOne(byte[] input) {
        int items = input.length / PAIR_BYTES;
        try (Arena arena = Arena.ofConfined()) {
            long firstBytes = BlsGroup.G1.affineBytes();
            long secondBytes = BlsGroup.G2.affineBytes();
            MemorySegment first = arena.allocate(items * firstBytes, 8);
            MemorySegment second = arena.allocate(items * secondBytes, 8);
            long count = 0; // of the pairs without infinity, whose pairing is one
            for (int offset = 0; offset < input.length; offset += PAIR_BYTES) {
                MemorySegment p = first.asSlice(count * firstBytes, firstBytes);
                MemorySegment q = second.asSlice(count * secondBytes, secondBytes);
                if (!BlsGroup.G1.readPoint(p, input, offset, arena)
                        || !BlsGroup.G2.readPoint(q, input, offset + G1_BYTES, arena)
                        || !BlsGroup.G1.isInSubgroup(p)
                        || !BlsGroup.G2.isInSubgroup(q)) {
                    return null;
                }
                if (!BlsGroup.G1.isInfinity(p) && !BlsGroup.G2.isInfinity(q)) {
                    count++;
                }
            }
            return isPairingProductOne(first, second, count, arena);
        }
    }

    /// Of `count` affine points each, in one piece, none infinity.
    static boolean isPairingProductOne(
            MemorySegment first, MemorySegment second, long count, Arena arena) {
        if (count == 0) {
            return true;
        }
        MemorySegment product = arena.allocate(FP12_BYTES, 8);
        Blst.call(MILLER_LOOPS, product, list(second, arena), list(first, arena), count);
        Blst.call(FINAL_EXPONENTIATION, product, product);
        return Blst.test(IS_ONE, product);
    }
}
