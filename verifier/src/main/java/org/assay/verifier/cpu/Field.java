package org.assay.verifier.cpu;

/// GF(p), p = 2^61 − 1 (PROOFS section 1). Elements are longs in `[0, p)`.
public final class Field {
    public static final long P = (1L << 61) - 1;

    private Field() {}

    public static long add(long a, long b) {
        long sum = a + b;
        return sum >= P ? sum - P : sum;
    }

    public static long subtract(long a, long b) {
        long difference = a - b;
        return difference < 0 ? difference + P : difference;
    }

    /// The product has at most 122 bits: bits 61 and up are folded onto the low ones, as 2^61 =
    /// 1.
    public static long multiply(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        long folded = (low & P) + ((low >>> 61) | (high << 3));
        return folded >= P ? folded - P : folded;
    }

    /// The residue of any signed `value`.
    public static long reduce(long value) {
        // The arithmetic shift leaves −4..3 above bit 61, so the sum lies in [−4, p + 3].
        long folded = (value & P) + (value >> 61);
        if (folded < 0) {
            return folded + P;
        }
        return folded >= P ? folded - P : folded;
    }

    /// `a · 2^bits mod p` for `0 <= bits < 61`: a rotation of 61 bits.
    public static long shiftLeft(long a, int bits) {
        long rotated = ((a << bits) & P) | (a >>> (61 - bits));
        return rotated == P ? 0 : rotated;
    }

    /// a^(p−2): the inverse of `a` ≠ 0.
    public static long invert(long a) {
        long result = 1;
        long power = a;
        for (long exponent = P - 2; exponent > 0; exponent >>= 1) {
            result = (exponent & 1) == 1 ? multiply(result, power) : result;
            power = multiply(power, power);
        }
        return result;
    }
}
