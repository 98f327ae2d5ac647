package org.assay.verifier.cpu;

/// SIG16, the one kernel of the verifier: `S8[M×K] · S8[K×16] → S32` with recombination mod p.
/// This form is the twin of the CUDA kernel; [Projection] computes the same residues faster.
public final class Sig16 {
    /// Largest K: 131,008·128·128 = 2,146,435,072 < 2^31, so no accumulator overflows.
    public static final int TERMS_MAX = 131_008;

    private Sig16() {}

    /// `out[row·16 + c] = Σ_j a[row·terms + j] · digits[j·16 + c]`. Throws
    /// [IllegalArgumentException] above [#TERMS_MAX] terms.
    public static void multiply(byte[] a, int rows, int terms, byte[] digits, int[] out) {
        if (terms > TERMS_MAX) {
            throw new IllegalArgumentException("SIG16 takes at most 131,008 terms, not " + terms);
        }
        for (int row = 0; row < rows; row++) {
            int target = row * Digits.PER_EXTENSION;
            for (int c = 0; c < Digits.PER_EXTENSION; c++) {
                out[target + c] = 0;
            }
            for (int j = 0; j < terms; j++) {
                int factor = a[row * terms + j];
                int source = j * Digits.PER_EXTENSION;
                for (int c = 0; c < Digits.PER_EXTENSION; c++) {
                    out[target + c] += factor * digits[source + c];
                }
            }
        }
    }

    /// The element of K whose sixteen digit columns are `accumulators[16·row..]`.
    public static Extension recombine(int[] accumulators, int row) {
        int offset = row * Digits.PER_EXTENSION;
        return new Extension(
                Digits.recombine(accumulators, offset),
                Digits.recombine(accumulators, offset + Digits.PER_ELEMENT));
    }
}
