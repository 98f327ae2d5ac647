package org.assay.evm.precompile.bn128;

/// Arithmetic in `Fp6 = Fp2[v]/(v³ - ξ)`. An instance is the scratch space of one calculation.
final class Fp6 {
    static final int SIZE = 3 * Fp2.SIZE;

    private static final int C1 = Fp2.SIZE;
    private static final int C2 = 2 * Fp2.SIZE;

    private final Fp2 field;
    private final long[] v0 = new long[Fp2.SIZE];
    private final long[] v1 = new long[Fp2.SIZE];
    private final long[] v2 = new long[Fp2.SIZE];
    private final long[] s = new long[Fp2.SIZE];
    private final long[] t = new long[Fp2.SIZE];
    private final long[] u = new long[Fp2.SIZE];
    private final long[] x = new long[Fp2.SIZE];
    private final long[] y = new long[Fp2.SIZE];

    Fp6(Fp2 field) {
        this.field = field;
    }

    static void copy(long[] r, int ri, long[] a, int ai) {
        System.arraycopy(a, ai, r, ri, SIZE);
    }

    static void add(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        for (int i = 0; i < SIZE; i += Fp.SIZE) {
            Fp.add(r, ri + i, a, ai + i, b, bi + i);
        }
    }

    static void sub(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        for (int i = 0; i < SIZE; i += Fp.SIZE) {
            Fp.sub(r, ri + i, a, ai + i, b, bi + i);
        }
    }

    static void negate(long[] r, int ri, long[] a, int ai) {
        for (int i = 0; i < SIZE; i += Fp.SIZE) {
            Fp.negate(r, ri + i, a, ai + i);
        }
    }

    /// Karatsuba: six products in Fp2.
    void mul(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        field.mul(v0, 0, a, ai, b, bi);
        field.mul(v1, 0, a, ai + C1, b, bi + C1);
        field.mul(v2, 0, a, ai + C2, b, bi + C2);

        cross(s, a, ai + C1, ai + C2, b, bi + C1, bi + C2);
        Fp2.sub(s, 0, s, 0, v1, 0);
        Fp2.sub(s, 0, s, 0, v2, 0);
        field.mulByXi(s, 0, s, 0);
        Fp2.add(s, 0, s, 0, v0, 0);

        cross(t, a, ai, ai + C1, b, bi, bi + C1);
        Fp2.sub(t, 0, t, 0, v0, 0);
        Fp2.sub(t, 0, t, 0, v1, 0);

        cross(u, a, ai, ai + C2, b, bi, bi + C2);
        Fp2.sub(u, 0, u, 0, v0, 0);
        Fp2.add(u, 0, u, 0, v1, 0);
        Fp2.sub(r, ri + C2, u, 0, v2, 0);

        field.mulByXi(v2, 0, v2, 0);
        Fp2.add(r, ri + C1, t, 0, v2, 0);
        Fp2.copy(r, ri, s, 0);
    }

    /// `r = (a[i] + a[j])·(b[k] + b[l])`. Its own temporaries are free again afterwards.
    private void cross(long[] r, long[] a, int i, int j, long[] b, int k, int l) {
        Fp2.add(x, 0, a, i, a, j);
        Fp2.add(y, 0, b, k, b, l);
        field.mul(r, 0, x, 0, y, 0);
    }

    /// a·(b0 + b1·v): five products in Fp2.
    void mulBySparse(long[] r, int ri, long[] a, int ai, long[] b0, int b0i, long[] b1, int b1i) {
        field.mul(v0, 0, a, ai, b0, b0i);
        field.mul(v1, 0, a, ai + C1, b1, b1i);

        Fp2.add(s, 0, a, ai + C1, a, ai + C2);
        field.mul(s, 0, s, 0, b1, b1i);
        Fp2.sub(s, 0, s, 0, v1, 0);
        field.mulByXi(s, 0, s, 0);
        Fp2.add(s, 0, s, 0, v0, 0);

        Fp2.add(x, 0, a, ai, a, ai + C1);
        Fp2.add(y, 0, b0, b0i, b1, b1i);
        field.mul(t, 0, x, 0, y, 0);
        Fp2.sub(t, 0, t, 0, v0, 0);
        Fp2.sub(t, 0, t, 0, v1, 0);

        Fp2.add(u, 0, a, ai, a, ai + C2);
        field.mul(u, 0, u, 0, b0, b0i);
        Fp2.sub(u, 0, u, 0, v0, 0);
        Fp2.add(r, ri + C2, u, 0, v1, 0);
        Fp2.copy(r, ri + C1, t, 0);
        Fp2.copy(r, ri, s, 0);
    }

    /// a·b for b in Fp2.
    void scale(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        field.mul(r, ri, a, ai, b, bi);
        field.mul(r, ri + C1, a, ai + C1, b, bi);
        field.mul(r, ri + C2, a, ai + C2, b, bi);
    }

    /// a·v.
    void mulByV(long[] r, int ri, long[] a, int ai) {
        field.mulByXi(s, 0, a, ai + C2);
        Fp2.copy(t, 0, a, ai);
        Fp2.copy(r, ri + C2, a, ai + C1);
        Fp2.copy(r, ri + C1, t, 0);
        Fp2.copy(r, ri, s, 0);
    }

    /// 1/a, and 0 for 0.
    void invert(long[] r, int ri, long[] a, int ai) {
        field.square(v0, 0, a, ai); // v0 = a0² - ξ·a1·a2
        field.mul(s, 0, a, ai + C1, a, ai + C2);
        field.mulByXi(s, 0, s, 0);
        Fp2.sub(v0, 0, v0, 0, s, 0);
        field.square(v1, 0, a, ai + C2); // v1 = ξ·a2² - a0·a1
        field.mulByXi(v1, 0, v1, 0);
        field.mul(s, 0, a, ai, a, ai + C1);
        Fp2.sub(v1, 0, v1, 0, s, 0);
        field.square(v2, 0, a, ai + C1); // v2 = a1² - a0·a2
        field.mul(s, 0, a, ai, a, ai + C2);
        Fp2.sub(v2, 0, v2, 0, s, 0);

        field.mul(s, 0, a, ai + C2, v1, 0); // the norm: a0·v0 + ξ·(a2·v1 + a1·v2)
        field.mul(t, 0, a, ai + C1, v2, 0);
        Fp2.add(s, 0, s, 0, t, 0);
        field.mulByXi(s, 0, s, 0);
        field.mul(t, 0, a, ai, v0, 0);
        Fp2.add(s, 0, s, 0, t, 0);
        field.invert(s, 0, s, 0);
        field.mul(r, ri, v0, 0, s, 0);
        field.mul(r, ri + C1, v1, 0, s, 0);
        field.mul(r, ri + C2, v2, 0, s, 0);
    }
}
