package org.assay.verifier.cpu;

/// Balanced base-256 digits: signed bytes, least significant first (PROOFS section 1).
public final class Digits {
    /// Digits of a field element; seven do not reach p − 1.
    public static final int PER_ELEMENT = 8;

    /// int8 columns of an element of K: eight for `re`, then eight for `im`.
    public static final int PER_EXTENSION = 16;

    private Digits() {}

    /// Writes the eight digits of `value` in `[0, p)` to `digits[offset, offset + 8)`.
    public static void write(long value, byte[] digits, int offset) {
        long rest = value;
        for (int i = 0; i < PER_ELEMENT; i++) {
            byte digit = (byte) rest;
            digits[offset + i] = digit;
            rest = (rest - digit) >> 8;
        }
    }

    /// `Σ digits[i]·256^i mod p` over eight accumulators.
    public static long recombine(int[] accumulators, int offset) {
        long sum = 0;
        for (int i = 0; i < PER_ELEMENT; i++) {
            sum = Field.add(sum, Field.shiftLeft(Field.reduce(accumulators[offset + i]), 8 * i));
        }
        return sum;
    }
}
