package org.assay.evm.precompile.bn128;

import java.math.BigInteger;
import java.util.Arrays;

/// Arithmetic in `Fp12 = Fp6[w]/(w² - v)`. An instance is the scratch space of one calculation.
final class Fp12 {
    static final int SIZE = 2 * Fp6.SIZE;

    private static final int C1 = Fp6.SIZE;

    /// ξ^(i·(p-1)/6) for i in [0, 6): what the Frobenius map multiplies the coefficient of w^i
    /// by.
    private static final long[] FROBENIUS = frobenius();

    private final Fp2 field;
    private final Fp6 cubic;
    private final long[] v0 = new long[Fp6.SIZE];
    private final long[] v1 = new long[Fp6.SIZE];
    private final long[] s = new long[Fp6.SIZE];
    private final long[] t = new long[Fp6.SIZE];
    private final long[] sum = new long[Fp2.SIZE];
    private final long[] z = new long[SIZE];

    Fp12(Fp2 field) {
        this.field = field;
        this.cubic = new Fp6(field);
    }

    private static long[] frobenius() {
        long[] xi = Fp2.of(BigInteger.valueOf(9), BigInteger.ONE);
        BigInteger sixth = Fp.P.subtract(BigInteger.ONE).divide(BigInteger.valueOf(6));
        long[] table = new long[6 * Fp2.SIZE];
        for (int i = 0; i < 6; i++) {
            long[] power = new Fp2().power(xi, sixth.multiply(BigInteger.valueOf(i)));
            Fp2.copy(table, i * Fp2.SIZE, power, 0);
        }
        return table;
    }

    static long[] one() {
        long[] one = new long[SIZE];
        Fp.setOne(one, 0);
        return one;
    }

    static boolean isOne(long[] a) {
        return Arrays.equals(a, one());
    }

    void mul(long[] r, long[] a, long[] b) {
        cubic.mul(v0, 0, a, 0, b, 0);
        cubic.mul(v1, 0, a, C1, b, C1);
        Fp6.add(s, 0, a, 0, a, C1);
        Fp6.add(t, 0, b, 0, b, C1);
        cubic.mul(s, 0, s, 0, t, 0);
        Fp6.sub(s, 0, s, 0, v0, 0);
        Fp6.sub(r, C1, s, 0, v1, 0);
        cubic.mulByV(v1, 0, v1, 0);
        Fp6.add(r, 0, v0, 0, v1, 0);
    }

    /// (a0 + a1)(a0 + v·a1) - a0·a1·(1 + v) + 2·a0·a1·w: two products in Fp6.
    void square(long[] r, long[] a) {
        cubic.mul(v0, 0, a, 0, a, C1);
        Fp6.add(s, 0, a, 0, a, C1);
        cubic.mulByV(t, 0, a, C1);
        Fp6.add(t, 0, t, 0, a, 0);
        cubic.mul(s, 0, s, 0, t, 0);
        cubic.mulByV(t, 0, v0, 0);
        Fp6.sub(s, 0, s, 0, v0, 0);
        Fp6.sub(r, 0, s, 0, t, 0);
        Fp6.add(r, C1, v0, 0, v0, 0);
    }

    /// a·(c0 + c3·w + c4·v·w), `line` being `c0 ‖ c3 ‖ c4`: 13 products in Fp2.
    void mulByLine(long[] r, long[] a, long[] line) {
        cubic.scale(v0, 0, a, 0, line, 0);
        cubic.mulBySparse(v1, 0, a, C1, line, Fp2.SIZE, line, 2 * Fp2.SIZE);
        Fp6.add(s, 0, a, 0, a, C1);
        Fp2.add(sum, 0, line, 0, line, Fp2.SIZE);
        cubic.mulBySparse(s, 0, s, 0, sum, 0, line, 2 * Fp2.SIZE);
        Fp6.sub(s, 0, s, 0, v0, 0);
        Fp6.sub(r, C1, s, 0, v1, 0);
        cubic.mulByV(v1, 0, v1, 0);
        Fp6.add(r, 0, v0, 0, v1, 0);
    }

    /// a0 - a1·w, which is a^(p^6), and 1/a for an `a` of the cyclotomic subgroup.
    void conjugate(long[] r, long[] a) {
        Fp6.copy(r, 0, a, 0);
        Fp6.negate(r, C1, a, C1);
    }

    /// a^p.
    void frobenius(long[] r, long[] a) {
        for (int i = 0; i < 6; i++) {
            int place = (i % 2) * C1 + (i / 2) * Fp2.SIZE; // of the coefficient of w^i
            Fp2.conjugate(r, place, a, place);
            if (i > 0) {
                field.mul(r, place, r, place, FROBENIUS, i * Fp2.SIZE);
            }
        }
    }

    /// 1/a, and 0 for 0.
    void invert(long[] r, long[] a) {
        cubic.mul(v0, 0, a, 0, a, 0);
        cubic.mul(v1, 0, a, C1, a, C1);
        cubic.mulByV(v1, 0, v1, 0);
        Fp6.sub(v0, 0, v0, 0, v1, 0);
        cubic.invert(v0, 0, v0, 0);
        cubic.mul(r, 0, a, 0, v0, 0);
        cubic.mul(v1, 0, a, C1, v0, 0);
        Fp6.negate(r, C1, v1, 0);
    }

    /// a² for an `a` of the cyclotomic subgroup (Granger and Scott 2010): three squarings in
    /// `Fp2[x]/(x² - ξ)`, each of the coefficients of w^i and w^(i+3).
    void squareCyclotomic(long[] r, long[] a) {
        squareFp4(0, a, 0, C1 + Fp2.SIZE); // w^0, w^3
        squareFp4(2 * Fp2.SIZE, a, C1, 2 * Fp2.SIZE); // w^1, w^4
        squareFp4(4 * Fp2.SIZE, a, Fp2.SIZE, C1 + 2 * Fp2.SIZE); // w^2, w^5
        minus(r, a, 0, 0);
        plus(r, a, C1 + Fp2.SIZE, Fp2.SIZE);
        minus(r, a, Fp2.SIZE, 2 * Fp2.SIZE);
        plus(r, a, C1 + 2 * Fp2.SIZE, 3 * Fp2.SIZE);
        minus(r, a, 2 * Fp2.SIZE, 4 * Fp2.SIZE);
        field.mulByXi(z, 5 * Fp2.SIZE, z, 5 * Fp2.SIZE);
        plus(r, a, C1, 5 * Fp2.SIZE);
    }

    /// `z[at] ‖ z[at + 8] = (a[i] + a[j]·x)²`.
    private void squareFp4(int at, long[] a, int i, int j) {
        field.mul(v0, 0, a, i, a, j);
        Fp2.add(s, 0, a, i, a, j);
        field.mulByXi(t, 0, a, j);
        Fp2.add(t, 0, t, 0, a, i);
        field.mul(z, at, s, 0, t, 0);
        Fp2.sub(z, at, z, at, v0, 0);
        field.mulByXi(t, 0, v0, 0);
        Fp2.sub(z, at, z, at, t, 0);
        Fp2.twice(z, at + Fp2.SIZE, v0, 0);
    }

    /// `r[at] = 3·z[from] - 2·a[at]`.
    private void minus(long[] r, long[] a, int at, int from) {
        Fp2.sub(s, 0, z, from, a, at);
        Fp2.twice(s, 0, s, 0);
        Fp2.add(r, at, s, 0, z, from);
    }

    /// `r[at] = 3·z[from] + 2·a[at]`.
    private void plus(long[] r, long[] a, int at, int from) {
        Fp2.add(s, 0, z, from, a, at);
        Fp2.twice(s, 0, s, 0);
        Fp2.add(r, at, s, 0, z, from);
    }
}
