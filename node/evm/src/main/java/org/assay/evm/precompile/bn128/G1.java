package org.assay.evm.precompile.bn128;

import java.math.BigInteger;

/// The group of the curve y² = x³ + 3 over Fp, of prime order, so that every point of the curve
/// is in it. Points are Jacobian, `X ‖ Y ‖ Z` for (X/Z², Y/Z³), 12 words; Z = 0 is infinity.
/// An instance is the scratch space of one calculation.
final class G1 {
    static final int SIZE = 3 * Fp.SIZE;

    private static final int Y = Fp.SIZE;
    private static final int Z = 2 * Fp.SIZE;
    private static final long[] THREE = Fp.of(BigInteger.valueOf(3));

    /// A cube root of one; (x, y) → (BETA·x, y) multiplies a point by λ = 36x³ + 18x² + 6x + 1,
    /// x being the curve's parameter.
    private static final long[] BETA =
            Fp.of(new BigInteger("59e26bcea0d48bacd4f263f1acdb5c4f5763473177fffffe", 16));

    /// Odd multiples 1 to 15 are kept: signed windows of five bits.
    private static final int WINDOW = 5;

    private static final int TABLE_POINTS = 1 << (WINDOW - 2);

    private final long[] a = new long[Fp.SIZE];
    private final long[] b = new long[Fp.SIZE];
    private final long[] c = new long[Fp.SIZE];
    private final long[] d = new long[Fp.SIZE];
    private final long[] e = new long[Fp.SIZE];
    private final long[] f = new long[Fp.SIZE];
    private final long[] negated = new long[SIZE];

    /// Reads `x ‖ y`, 64 bytes, zeros being infinity. False where a coordinate is not below p or
    /// the point is not on the curve.
    boolean read(long[] r, int ri, byte[] input, int offset) {
        if (!Fp.read(r, ri, input, offset) || !Fp.read(r, ri + Y, input, offset + 32)) {
            return false;
        }
        if (Fp.isZero(r, ri) && Fp.isZero(r, ri + Y)) {
            Fp.setZero(r, ri + Z);
            return true;
        }
        Fp.setOne(r, ri + Z);
        Fp.square(a, 0, r, ri);
        Fp.mul(a, 0, a, 0, r, ri);
        Fp.add(a, 0, a, 0, THREE, 0);
        Fp.square(b, 0, r, ri + Y);
        return Fp.equal(a, 0, b, 0);
    }

    /// Writes `x ‖ y`, 64 bytes, zeros for infinity.
    void write(byte[] output, int offset, long[] p, int pi) {
        if (isInfinity(p, pi)) {
            return;
        }
        Fp.invert(a, 0, p, pi + Z);
        Fp.square(b, 0, a, 0);
        Fp.mul(c, 0, p, pi, b, 0);
        Fp.write(output, offset, c, 0);
        Fp.mul(b, 0, b, 0, a, 0);
        Fp.mul(c, 0, p, pi + Y, b, 0);
        Fp.write(output, offset + 32, c, 0);
    }

    static boolean isInfinity(long[] p, int pi) {
        return Fp.isZero(p, pi + Z);
    }

    /// r = 2p (dbl-2009-l of the Explicit-Formulas Database; 7 products).
    void twice(long[] r, int ri, long[] p, int pi) {
        Fp.square(a, 0, p, pi);
        Fp.square(b, 0, p, pi + Y);
        Fp.square(c, 0, b, 0);
        Fp.add(d, 0, p, pi, b, 0);
        Fp.square(d, 0, d, 0);
        Fp.sub(d, 0, d, 0, a, 0);
        Fp.sub(d, 0, d, 0, c, 0);
        Fp.twice(d, 0, d, 0);
        Fp.twice(e, 0, a, 0);
        Fp.add(e, 0, e, 0, a, 0);
        Fp.mul(b, 0, p, pi + Y, p, pi + Z);
        Fp.twice(r, ri + Z, b, 0);
        Fp.square(f, 0, e, 0);
        Fp.sub(f, 0, f, 0, d, 0);
        Fp.sub(r, ri, f, 0, d, 0);
        Fp.sub(d, 0, d, 0, r, ri);
        Fp.mul(e, 0, e, 0, d, 0);
        Fp.twice(c, 0, c, 0);
        Fp.twice(c, 0, c, 0);
        Fp.twice(c, 0, c, 0);
        Fp.sub(r, ri + Y, e, 0, c, 0);
    }

    /// r = p + q for any two points (add-2007-bl; 16 products).
    void add(long[] r, int ri, long[] p, int pi, long[] q, int qi) {
        if (isInfinity(p, pi)) {
            System.arraycopy(q, qi, r, ri, SIZE);
            return;
        }
        if (isInfinity(q, qi)) {
            System.arraycopy(p, pi, r, ri, SIZE);
            return;
        }
        Fp.square(a, 0, p, pi + Z);
        Fp.square(b, 0, q, qi + Z);
        Fp.mul(c, 0, p, pi, b, 0); // U1
        Fp.mul(d, 0, q, qi, a, 0);
        Fp.sub(d, 0, d, 0, c, 0); // H
        Fp.mul(e, 0, p, pi + Y, q, qi + Z);
        Fp.mul(e, 0, e, 0, b, 0); // S1
        Fp.mul(f, 0, q, qi + Y, p, pi + Z);
        Fp.mul(f, 0, f, 0, a, 0);
        Fp.sub(f, 0, f, 0, e, 0); // S2 - S1
        if (Fp.isZero(d, 0)) {
            if (Fp.isZero(f, 0)) {
                twice(r, ri, p, pi);
            } else {
                Fp.setZero(r, ri + Z);
            }
            return;
        }
        Fp.mul(a, 0, p, pi + Z, q, qi + Z);
        Fp.mul(r, ri + Z, a, 0, d, 0);
        Fp.square(a, 0, d, 0); // H²
        Fp.mul(b, 0, d, 0, a, 0); // H³
        Fp.mul(c, 0, c, 0, a, 0); // V = U1·H²
        Fp.square(a, 0, f, 0);
        Fp.sub(a, 0, a, 0, b, 0);
        Fp.sub(a, 0, a, 0, c, 0);
        Fp.sub(r, ri, a, 0, c, 0);
        Fp.sub(c, 0, c, 0, r, ri);
        Fp.mul(c, 0, c, 0, f, 0);
        Fp.mul(e, 0, e, 0, b, 0);
        Fp.sub(r, ri + Y, c, 0, e, 0);
    }

    /// r = scalar·p for a non-negative scalar, in two halves of 127 bits (Gallant, Lambert and
    /// Vanstone 2001).
    void mul(long[] r, int ri, long[] p, int pi, BigInteger scalar) {
        Halves halves = Halves.of(scalar);
        byte[] first = halves.firstDigits(WINDOW);
        byte[] second = halves.secondDigits(WINDOW);
        long[] table = new long[2 * TABLE_POINTS * SIZE];
        fillTable(table, p, pi);
        long[] sum = new long[SIZE];
        for (int i = first.length - 1; i >= 0; i--) {
            if (!isInfinity(sum, 0)) {
                twice(sum, 0, sum, 0);
            }
            addMultiple(sum, table, 0, first[i]);
            addMultiple(sum, table, TABLE_POINTS, second[i]);
        }
        System.arraycopy(sum, 0, r, ri, SIZE);
    }

    /// The odd multiples of p, then those of λ·p.
    private void fillTable(long[] table, long[] p, int pi) {
        long[] twoP = new long[SIZE];
        twice(twoP, 0, p, pi);
        System.arraycopy(p, pi, table, 0, SIZE);
        for (int i = 1; i < TABLE_POINTS; i++) {
            add(table, i * SIZE, table, (i - 1) * SIZE, twoP, 0);
        }
        System.arraycopy(table, 0, table, TABLE_POINTS * SIZE, TABLE_POINTS * SIZE);
        for (int i = TABLE_POINTS; i < 2 * TABLE_POINTS; i++) {
            Fp.mul(table, i * SIZE, table, i * SIZE, BETA, 0);
        }
    }

    private void addMultiple(long[] sum, long[] table, int from, int digit) {
        if (digit > 0) {
            add(sum, 0, sum, 0, table, (from + digit / 2) * SIZE);
        } else if (digit < 0) {
            int at = (from - digit / 2) * SIZE;
            System.arraycopy(table, at, negated, 0, SIZE);
            Fp.negate(negated, Y, table, at + Y);
            add(sum, 0, sum, 0, negated, 0);
        }
    }
}
