package org.assay.evm.precompile.bn128;

import java.math.BigInteger;

/// A scalar k as k1 + k2·λ modulo the group's order, |k1| and |k2| below 2^127: lattice reduction
/// with the short vectors (6x² + 4x + 1, 2x + 1) and (2x + 1, -(6x² + 2x)), each (i, j) with
/// i + j·λ = 0. The halves may be negative.
record Halves(BigInteger first, BigInteger second) {
    /// The parameter of the curve, 63 bits.
    static final long X = 4_965_661_367_192_848_881L;

    /// The order of the groups.
    static final BigInteger ORDER =
            new BigInteger("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001", 16);

    private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);
    private static final BigInteger TWO_X_PLUS_1 =
            BigInteger.valueOf(X).shiftLeft(1).add(BigInteger.ONE);
    private static final BigInteger LONG_2 =
            BigInteger.valueOf(X)
                    .pow(2)
                    .multiply(BigInteger.valueOf(6))
                    .add(BigInteger.valueOf(X).shiftLeft(1));
    private static final BigInteger LONG_1 = LONG_2.add(TWO_X_PLUS_1);

    /// No half has more, nor a digit one place further up.
    private static final int DIGITS = 129;

    static Halves of(BigInteger scalar) {
        BigInteger k = scalar.mod(ORDER);
        BigInteger c1 = k.multiply(LONG_2).add(HALF_ORDER).divide(ORDER);
        BigInteger c2 = k.multiply(TWO_X_PLUS_1).add(HALF_ORDER).divide(ORDER);
        return new Halves(
                k.subtract(c1.multiply(LONG_1)).subtract(c2.multiply(TWO_X_PLUS_1)),
                c2.multiply(LONG_2).subtract(c1.multiply(TWO_X_PLUS_1)));
    }

    byte[] firstDigits(int window) {
        return digits(first, window);
    }

    byte[] secondDigits(int window) {
        return digits(second, window);
    }

    /// The signed digits of `value`, lowest first, [129]: zero or odd, below 2^(window - 1) in
    /// absolute value, at most one of any `window` neighbours not zero.
    private static byte[] digits(BigInteger value, int window) {
        byte[] digits = new byte[DIGITS];
        BigInteger magnitude = value.abs();
        long low = magnitude.longValue();
        long high = magnitude.shiftRight(64).longValue();
        for (int i = 0; (low | high) != 0; i++) {
            if ((low & 1) != 0) {
                int digit = (int) low & ((1 << window) - 1);
                if (digit >= 1 << (window - 1)) {
                    digit -= 1 << window;
                }
                long rest = low - digit;
                if (digit < 0 && Long.compareUnsigned(rest, low) < 0) {
                    high++;
                }
                low = rest;
                digits[i] = (byte) (value.signum() < 0 ? -digit : digit);
            }
            low = (low >>> 1) | (high << 63);
            high >>>= 1;
        }
        return digits;
    }
}
