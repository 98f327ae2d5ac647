package org.assay.verifier.cpu;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The projection on the Vector API. Doubles, yet exact: int8·limb is an integer below 2^38 and at
/// most 2^14 of them are added a lane before a flush, so every partial sum is an integer of at most
/// 2^52 and the order of additions cannot matter. Loaded only where the module is resolved.
public final class VectorProjection implements Projection {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;
    private static final int LANES = 8;
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
}
