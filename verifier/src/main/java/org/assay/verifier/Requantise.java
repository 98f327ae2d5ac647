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
        long scaled = ((long) y * multiplier + (1L << (shift - 1))) >> shift;
        return (int) Math.clamp(scaled, -127, 127);
    }
}
