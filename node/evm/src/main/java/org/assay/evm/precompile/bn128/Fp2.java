package org.assay.evm.precompile.bn128;

import java.math.BigInteger;

/// Arithmetic in `Fp2 = Fp[u]/(u² + 1)`. An instance is the scratch space of one calculation: for
/// one thread, cheap to make.
final class Fp2 {
    static final int SIZE = 2 * Fp.SIZE;

    private final long[] s = new long[Fp.SIZE];
    private final long[] t = new long[Fp.SIZE];
    private final long[] v = new long[Fp.SIZE];

    /// A new element `c0 + c1·u`.
    static long[] of(BigInteger c0, BigInteger c1) {
        long[] element = new long[SIZE];
        System.arraycopy(Fp.of(c0), 0, element, 0, Fp.SIZE);
        System.arraycopy(Fp.of(c1), 0, element, Fp.SIZE, Fp.SIZE);
        return element;
    }

    static void copy(long[] r, int ri, long[] a, int ai) {
        System.arraycopy(a, ai, r, ri, SIZE);
    }

    static void setOne(long[] r, int ri) {
        Fp.setOne(r, ri);
        Fp.setZero(r, ri + 4);
    }

    static void setZero(long[] r, int ri) {
        Fp.setZero(r, ri);
        Fp.setZero(r, ri + 4);
    }

    static boolean isZero(long[] a, int ai) {
        return Fp.isZero(a, ai) && Fp.isZero(a, ai + 4);
    }

    static boolean equal(long[] a, int ai, long[] b, int bi) {
        return Fp.equal(a, ai, b, bi) && Fp.equal(a, ai + 4, b, bi + 4);
    }

    static void add(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        Fp.add(r, ri, a, ai, b, bi);
        Fp.add(r, ri + 4, a, ai + 4, b, bi + 4);
    }

    static void sub(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        Fp.sub(r, ri, a, ai, b, bi);
        Fp.sub(r, ri + 4, a, ai + 4, b, bi + 4);
    }

    static void twice(long[] r, int ri, long[] a, int ai) {
        Fp.twice(r, ri, a, ai);
        Fp.twice(r, ri + 4, a, ai + 4);
    }

    static void negate(long[] r, int ri, long[] a, int ai) {
        Fp.negate(r, ri, a, ai);
        Fp.negate(r, ri + 4, a, ai + 4);
    }

    /// c0 - c1·u, which is a^p.
    static void conjugate(long[] r, int ri, long[] a, int ai) {
        System.arraycopy(a, ai, r, ri, Fp.SIZE);
        Fp.negate(r, ri + 4, a, ai + 4);
    }

    /// a·k for k in Fp.
    static void scale(long[] r, int ri, long[] a, int ai, long[] k, int ki) {
        Fp.mul(r, ri, a, ai, k, ki);
        Fp.mul(r, ri + 4, a, ai + 4, k, ki);
    }

    /// Karatsuba: three products.
    void mul(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        Fp.add(s, 0, a, ai, a, ai + 4);
        Fp.add(t, 0, b, bi, b, bi + 4);
        Fp.mul(s, 0, s, 0, t, 0);
        Fp.mul(t, 0, a, ai, b, bi);
        Fp.mul(v, 0, a, ai + 4, b, bi + 4);
        Fp.sub(r, ri, t, 0, v, 0);
        Fp.sub(s, 0, s, 0, t, 0);
        Fp.sub(r, ri + 4, s, 0, v, 0);
    }

    /// (c0 + c1)(c0 - c1) + 2·c0·c1·u: two products.
    void square(long[] r, int ri, long[] a, int ai) {
        Fp.add(s, 0, a, ai, a, ai + 4);
        Fp.sub(t, 0, a, ai, a, ai + 4);
        Fp.mul(v, 0, a, ai, a, ai + 4);
        Fp.mul(r, ri, s, 0, t, 0);
        Fp.twice(r, ri + 4, v, 0);
    }

    /// a·ξ = (9·c0 - c1) + (9·c1 + c0)·u.
    void mulByXi(long[] r, int ri, long[] a, int ai) {
        nineTimes(s, a, ai);
        nineTimes(t, a, ai + 4);
        Fp.sub(s, 0, s, 0, a, ai + 4);
        Fp.add(r, ri + 4, t, 0, a, ai);
        System.arraycopy(s, 0, r, ri, Fp.SIZE);
    }

    private static void nineTimes(long[] r, long[] a, int ai) {
        Fp.twice(r, 0, a, ai);
        Fp.twice(r, 0, r, 0);
        Fp.twice(r, 0, r, 0);
        Fp.add(r, 0, r, 0, a, ai);
    }

    /// 1/a, and 0 for 0.
    void invert(long[] r, int ri, long[] a, int ai) {
        Fp.square(s, 0, a, ai);
        Fp.square(t, 0, a, ai + 4);
        Fp.add(s, 0, s, 0, t, 0);
        Fp.invert(s, 0, s, 0);
        Fp.mul(r, ri, a, ai, s, 0);
        Fp.mul(t, 0, a, ai + 4, s, 0);
        Fp.negate(r, ri + 4, t, 0);
    }

    /// A new element a^exponent.
    long[] power(long[] a, BigInteger exponent) {
        long[] result = new long[SIZE];
        setOne(result, 0);
        for (int bit = exponent.bitLength() - 1; bit >= 0; bit--) {
            square(result, 0, result, 0);
            if (exponent.testBit(bit)) {
                mul(result, 0, result, 0, a, 0);
            }
        }
        return result;
    }
}
