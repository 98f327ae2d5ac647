package org.assay.verifier.cpu;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The projection on the Vector API. Doubles, yet exact: int8·limb is an integer below 2^38 and
/// at most 2^14 of them are added a lane before a flush, so every partial sum is an integer of at
/// most 2^52 and the order of additions cannot matter. Loaded only where the module is resolved.
public final class VectorProjection implements Projection {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;
    private static final int LANES = 8;
    private static final int ROWS = 4;
    private static final int LIMBS = 4;
    private static final int TERMS_PER_FLUSH = LANES << 14;

    @Override
    public Extension dot(byte[] a, int offset, ExtensionVector r) {
        double[][] limbs = r.limbs();
        int bound = r.size() - r.size() % LANES;
        long[] sums = new long[4];
        for (int start = 0; start < bound; start += TERMS_PER_FLUSH) {
            add(a, offset, limbs, start, Math.min(bound, start + TERMS_PER_FLUSH), sums);
        }
        for (int j = bound; j < r.size(); j++) {
            long factor = a[offset + j];
            for (int limb = 0; limb < 4; limb++) {
                sums[limb] += factor * (long) limbs[limb][j];
            }
        }
        return new Extension(
                PlainProjection.join(sums[0], sums[1]), PlainProjection.join(sums[2], sums[3]));
    }

    private static void add(byte[] a, int offset, double[][] limbs, int from, int to, long[] sums) {
        double[] limb0 = limbs[0];
        double[] limb1 = limbs[1];
        double[] limb2 = limbs[2];
        double[] limb3 = limbs[3];
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        for (int j = from; j < to; j += LANES) {
            DoubleVector factor =
                    (DoubleVector)
                            ByteVector.fromArray(BYTES, a, offset + j)
                                    .convertShape(VectorOperators.B2D, DOUBLES, 0);
            sum0 = factor.fma(DoubleVector.fromArray(DOUBLES, limb0, j), sum0);
            sum1 = factor.fma(DoubleVector.fromArray(DOUBLES, limb1, j), sum1);
            sum2 = factor.fma(DoubleVector.fromArray(DOUBLES, limb2, j), sum2);
            sum3 = factor.fma(DoubleVector.fromArray(DOUBLES, limb3, j), sum3);
        }
        for (int lane = 0; lane < LANES; lane++) {
            sums[0] += (long) sum0.lane(lane);
            sums[1] += (long) sum1.lane(lane);
            sums[2] += (long) sum2.lane(lane);
            sums[3] += (long) sum3.lane(lane);
        }
    }

    /// Four rows at a time share each load of the limbs, which then come from the level-2 cache
    /// once instead of four times.
    @Override
    public void project(byte[] w, int from, int to, ExtensionVector r, ExtensionVector u) {
        int cols = r.size();
        int bound = cols - cols % LANES;
        int row = from;
        long[] sums = new long[ROWS * LIMBS];
        for (; row + ROWS <= to; row += ROWS) {
            java.util.Arrays.fill(sums, 0);
            for (int start = 0; start < bound; start += TERMS_PER_FLUSH) {
                int end = Math.min(bound, start + TERMS_PER_FLUSH);
                addRows(w, row * cols, cols, r.limbs(), start, end, sums);
            }
            for (int i = 0; i < ROWS; i++) {
                for (int j = bound; j < cols; j++) {
                    for (int limb = 0; limb < LIMBS; limb++) {
                        sums[LIMBS * i + limb] +=
                                w[(row + i) * cols + j] * (long) r.limbs()[limb][j];
                    }
                }
                int at = LIMBS * i;
                u.set(
                        row + i,
                        PlainProjection.join(sums[at], sums[at + 1]),
                        PlainProjection.join(sums[at + 2], sums[at + 3]));
            }
        }
        Projection.super.project(w, row, to, r, u);
    }

    /// Four planes are four rows.
    @Override
    public Extension dotPlanes(byte[] a, int offset, int planes, ExtensionVector r) {
        int cols = r.size();
        if (planes != ROWS || cols % LANES != 0) {
            return Projection.super.dotPlanes(a, offset, planes, r);
        }
        long[] sums = new long[ROWS * LIMBS];
        for (int start = 0; start < cols; start += TERMS_PER_FLUSH) {
            int end = Math.min(cols, start + TERMS_PER_FLUSH);
            addRows(a, offset, cols, r.limbs(), start, end, sums);
        }
        long re = 0;
        long im = 0;
        for (int i = 0; i < ROWS; i++) {
            int at = LIMBS * i;
            long rowRe = PlainProjection.join(sums[at], sums[at + 1]);
            long rowIm = PlainProjection.join(sums[at + 2], sums[at + 3]);
            re = Field.add(re, Field.shiftLeft(rowRe, 8 * i));
            im = Field.add(im, Field.shiftLeft(rowIm, 8 * i));
        }
        return new Extension(re, im);
    }

    private static DoubleVector load(byte[] a, int offset) {
        return (DoubleVector)
                ByteVector.fromArray(BYTES, a, offset)
                        .convertShape(VectorOperators.B2D, DOUBLES, 0);
    }

    /// Sixteen named accumulators: an array of vectors would live in memory.
    private static void addRows(
            byte[] a, int offset, int cols, double[][] limbs, int from, int to, long[] sums) {
        double[] limbs0 = limbs[0];
        double[] limbs1 = limbs[1];
        double[] limbs2 = limbs[2];
        double[] limbs3 = limbs[3];
        DoubleVector sum00 = DoubleVector.zero(DOUBLES);
        DoubleVector sum01 = DoubleVector.zero(DOUBLES);
        DoubleVector sum02 = DoubleVector.zero(DOUBLES);
        DoubleVector sum03 = DoubleVector.zero(DOUBLES);
        DoubleVector sum10 = DoubleVector.zero(DOUBLES);
        DoubleVector sum11 = DoubleVector.zero(DOUBLES);
        DoubleVector sum12 = DoubleVector.zero(DOUBLES);
        DoubleVector sum13 = DoubleVector.zero(DOUBLES);
        DoubleVector sum20 = DoubleVector.zero(DOUBLES);
        DoubleVector sum21 = DoubleVector.zero(DOUBLES);
        DoubleVector sum22 = DoubleVector.zero(DOUBLES);
        DoubleVector sum23 = DoubleVector.zero(DOUBLES);
        DoubleVector sum30 = DoubleVector.zero(DOUBLES);
        DoubleVector sum31 = DoubleVector.zero(DOUBLES);
        DoubleVector sum32 = DoubleVector.zero(DOUBLES);
        DoubleVector sum33 = DoubleVector.zero(DOUBLES);
        for (int j = from; j < to; j += LANES) {
            DoubleVector limb0 = DoubleVector.fromArray(DOUBLES, limbs0, j);
            DoubleVector limb1 = DoubleVector.fromArray(DOUBLES, limbs1, j);
            DoubleVector limb2 = DoubleVector.fromArray(DOUBLES, limbs2, j);
            DoubleVector limb3 = DoubleVector.fromArray(DOUBLES, limbs3, j);
            DoubleVector factor0 = load(a, offset + j);
            sum00 = factor0.fma(limb0, sum00);
            sum01 = factor0.fma(limb1, sum01);
            sum02 = factor0.fma(limb2, sum02);
            sum03 = factor0.fma(limb3, sum03);
            DoubleVector factor1 = load(a, offset + cols + j);
            sum10 = factor1.fma(limb0, sum10);
            sum11 = factor1.fma(limb1, sum11);
            sum12 = factor1.fma(limb2, sum12);
            sum13 = factor1.fma(limb3, sum13);
            DoubleVector factor2 = load(a, offset + 2 * cols + j);
            sum20 = factor2.fma(limb0, sum20);
            sum21 = factor2.fma(limb1, sum21);
            sum22 = factor2.fma(limb2, sum22);
            sum23 = factor2.fma(limb3, sum23);
            DoubleVector factor3 = load(a, offset + 3 * cols + j);
            sum30 = factor3.fma(limb0, sum30);
            sum31 = factor3.fma(limb1, sum31);
            sum32 = factor3.fma(limb2, sum32);
            sum33 = factor3.fma(limb3, sum33);
        }
        sums[0] += total(sum00);
        sums[1] += total(sum01);
        sums[2] += total(sum02);
        sums[3] += total(sum03);
        sums[4] += total(sum10);
        sums[5] += total(sum11);
        sums[6] += total(sum12);
        sums[7] += total(sum13);
        sums[8] += total(sum20);
        sums[9] += total(sum21);
        sums[10] += total(sum22);
        sums[11] += total(sum23);
        sums[12] += total(sum30);
        sums[13] += total(sum31);
        sums[14] += total(sum32);
        sums[15] += total(sum33);
    }

    /// Each lane is an exact integer below 2^53, and so is no sum of eight of them: add as longs.
    private static long total(DoubleVector vector) {
        long sum = 0;
        for (int lane = 0; lane < LANES; lane++) {
            sum += (long) vector.lane(lane);
        }
        return sum;
    }
}
