package org.assay.verifier;

/// requant(y) = clamp((y·M + 2^(S−1)) >> S, −127, 127) in 64 bits, 1 ≤ M < 2^31, 1 ≤ S ≤ 62
/// (PROOFS section 2). For |y| ≤ 2^31 nothing overflows: 2^62 + 2^61 < 2^63.
public record Requantise(int multiplier, int shift) {
    public Requantise {
        if (!valid(multiplier, shift)) {
            throw new IllegalArgumentException("requantisation " + multiplier + " >> " + shift);
        }
    }

    static boolean valid(int multiplier, int shift) {
        return multiplier >= 1 && shift >= 1 && shift <= 62;
    }

    public int apply(int y) {
        return (int) Math.clamp(wide(y), -127, 127);
    }

    /// As above without the clamp; |result| < 2^62.
    long wide(int y) {
        return ((long) y * multiplier + (1L << (shift - 1))) >> shift;
    }

    /// Where a value `below` ≥ 0 under the maximum stands in a table of 256; below 2^32.
    long index(long below) {
        return Math.min(
                255,
                (Math.min(below, Integer.MAX_VALUE) * multiplier + (1L << (shift - 1))) >> shift);
    }
}
