package org.assay.verifier.cpu;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Balanced planes joined to integers on the Vector API, sixteen values at a time. Loaded only
/// where [Vectors#wide] holds; the plain twin is `Planes.read`.
public final class VectorPlanes {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final int LANES = 16;

    private VectorPlanes() {}

    /// Joins the first `count` values, a multiple of sixteen; negative in some lane's sign where
    /// one is beyond ±`limit`, so the answer is negative exactly then. Plane i starts at
    /// `from[offset + i·pitch]`; sums wrap.
    public static int join(
            byte[] from, int offset, int pitch, int planes, int limit, int[] values, int count) {
        IntVector beyond = IntVector.zero(INTS);
        IntVector most = IntVector.broadcast(INTS, limit);
        for (int j = 0; j < count; j += LANES) {
            IntVector sum = IntVector.zero(INTS);
            for (int i = planes - 1; i >= 0; i--) {
                IntVector plane =
                        (IntVector)
                                ByteVector.fromArray(BYTES, from, offset + i * pitch + j)
                                        .convertShape(VectorOperators.B2I, INTS, 0);
                sum = sum.lanewise(VectorOperators.LSHL, 8).add(plane);
            }
            sum.intoArray(values, j);
            beyond = beyond.or(most.sub(sum.abs()));
        }
        return beyond.reduceLanes(VectorOperators.OR);
    }
}
