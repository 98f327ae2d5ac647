package org.assay.verifier.prover;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The product on the Vector API: eight rows of W at a time share each load and store of y.
/// Loaded only where the module is resolved.
final class VectorRowProduct implements RowProduct {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final int LANES = 16;
    private static final int ROWS = 8;

    @Override
    public void multiply(byte[] x, int at, int inputs, byte[] w, int[] y) {
        java.util.Arrays.fill(y, 0);
        int columns = y.length;
        int bound = columns - columns % LANES;
        int whole = inputs - inputs % ROWS;
        for (int i = 0; i < whole; i += ROWS) {
            addRows(x, at + i, w, i * columns, columns, bound, y);
        }
        for (int i = 0; i < inputs; i++) {
            // Rows left over take all columns, the others those beyond the vectors.
            int factor = x[at + i];
            for (int j = i < whole ? bound : 0; j < columns; j++) {
                y[j] += factor * w[i * columns + j];
            }
        }
    }

    private static IntVector load(byte[] w, int at) {
        return (IntVector)
                ByteVector.fromArray(BYTES, w, at).convertShape(VectorOperators.B2I, INTS, 0);
    }

    private static void addRows(
            byte[] x, int at, byte[] w, int row, int columns, int bound, int[] y) {
        IntVector x0 = IntVector.broadcast(INTS, x[at]);
        IntVector x1 = IntVector.broadcast(INTS, x[at + 1]);
        IntVector x2 = IntVector.broadcast(INTS, x[at + 2]);
        IntVector x3 = IntVector.broadcast(INTS, x[at + 3]);
        IntVector x4 = IntVector.broadcast(INTS, x[at + 4]);
        IntVector x5 = IntVector.broadcast(INTS, x[at + 5]);
        IntVector x6 = IntVector.broadcast(INTS, x[at + 6]);
        IntVector x7 = IntVector.broadcast(INTS, x[at + 7]);
        for (int j = 0; j < bound; j += LANES) {
            int from = row + j;
            IntVector even = load(w, from).mul(x0);
            IntVector odd = load(w, from + columns).mul(x1);
            even = even.add(load(w, from + 2 * columns).mul(x2));
            odd = odd.add(load(w, from + 3 * columns).mul(x3));
            even = even.add(load(w, from + 4 * columns).mul(x4));
            odd = odd.add(load(w, from + 5 * columns).mul(x5));
            even = even.add(load(w, from + 6 * columns).mul(x6));
            odd = odd.add(load(w, from + 7 * columns).mul(x7));
            IntVector.fromArray(INTS, y, j).add(even).add(odd).intoArray(y, j);
        }
    }
}
