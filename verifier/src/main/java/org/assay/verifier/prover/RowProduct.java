package org.assay.verifier.prover;

import org.assay.verifier.cpu.Vectors;

/// y = x·W in int8 to int32, exactly: the whole work of an executor. Every implementation gives
/// the same integers; `PLAIN` is the reference.
public interface RowProduct {
    RowProduct PLAIN = RowProduct::plain;

    /// `y[j] = Σ_i x[at + i]·w[i·n + j]` for k = `inputs` rows of w and n = `y.length` columns;
    /// `inputs` at most 131,008, so that no sum overflows.
    void multiply(byte[] x, int at, int inputs, byte[] w, int[] y);

    /// The same for `rows` rows of x, one after the other: `y`, `[rows, n]`. One pass over w
    /// where the implementation can.
    default void multiply(byte[] x, int at, int rows, int inputs, byte[] w, int[] y) {
        int outputs = rows == 0 ? 0 : y.length / rows;
        int[] own = new int[outputs];
        for (int row = 0; row < rows; row++) {
            multiply(x, at + row * inputs, inputs, w, own);
            System.arraycopy(own, 0, y, row * outputs, outputs);
        }
    }

    /// How many rows at once pay: 1 where each row costs the same as the one before.
    default int batchRows() {
        return 1;
    }

    /// The Vector API where it has wide vectors, else plain Java.
    static RowProduct fastest() {
        return Vectors.wide() ? new VectorRowProduct() : PLAIN;
    }

    private static void plain(byte[] x, int at, int inputs, byte[] w, int[] y) {
        java.util.Arrays.fill(y, 0);
        for (int i = 0; i < inputs; i++) {
            int factor = x[at + i];
            int row = i * y.length;
            for (int j = 0; j < y.length; j++) {
                y[j] += factor * w[row + j];
            }
        }
    }
}
