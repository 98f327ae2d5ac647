package org.assay.evm.precompile.bn128;

/// The running point of one Miller loop, homogeneous (X/Z, Y/Z) on the twist, and the lines that
/// its steps make, evaluated at P (formulas of Aranha and others, "The realm of the pairings",
/// 2013, free of halvings by scaling). Lines are `c0 ‖ c3 ‖ c4`, 24 words, as
/// [Fp12#mulByLine] takes them; the array is reused by the next step.
final class MillerLoop {
    private static final int Y = Fp2.SIZE;
    private static final int C3 = Fp2.SIZE;
    private static final int C4 = 2 * Fp2.SIZE;

    private final Fp2 field;
    private final long[] p;
    private final long[] q;
    private final long[] minusQ;
    private final long[] x;
    private final long[] y;
    private final long[] z;
    private final long[] line = new long[3 * Fp2.SIZE];
    private final long[] a = new long[Fp2.SIZE];
    private final long[] b = new long[Fp2.SIZE];
    private final long[] c = new long[Fp2.SIZE];
    private final long[] e = new long[Fp2.SIZE];
    private final long[] f = new long[Fp2.SIZE];
    private final long[] g = new long[Fp2.SIZE];
    private final long[] h = new long[Fp2.SIZE];

    /// Of finite points with Z = 1. Keeps both arrays.
    MillerLoop(Fp2 field, long[] p, long[] q) {
        this.field = field;
        this.p = p;
        this.q = q;
        minusQ = q.clone();
        Fp2.negate(minusQ, Y, q, Y);
        x = new long[Fp2.SIZE];
        y = new long[Fp2.SIZE];
        z = new long[Fp2.SIZE];
        Fp2.copy(x, 0, q, 0);
        Fp2.copy(y, 0, q, Y);
        Fp2.setOne(z, 0);
    }

    /// Doubles the point; the line is its tangent.
    long[] twice() {
        field.mul(a, 0, x, 0, y, 0);
        field.square(b, 0, y, 0);
        field.square(c, 0, z, 0);
        Fp2.twice(e, 0, c, 0);
        Fp2.add(e, 0, e, 0, c, 0);
        field.mul(e, 0, e, 0, G2.B, 0);
        Fp2.twice(f, 0, e, 0);
        Fp2.add(f, 0, f, 0, e, 0);
        Fp2.add(h, 0, y, 0, z, 0);
        field.square(h, 0, h, 0);
        Fp2.sub(h, 0, h, 0, b, 0);
        Fp2.sub(h, 0, h, 0, c, 0); // 2yz

        Fp2.negate(line, 0, h, 0);
        Fp2.scale(line, 0, line, 0, p, Fp.SIZE);
        field.square(g, 0, x, 0);
        Fp2.twice(line, C3, g, 0);
        Fp2.add(line, C3, line, C3, g, 0);
        Fp2.scale(line, C3, line, C3, p, 0);
        Fp2.sub(line, C4, e, 0, b, 0);

        Fp2.sub(g, 0, b, 0, f, 0);
        field.mul(x, 0, a, 0, g, 0);
        Fp2.twice(x, 0, x, 0);
        Fp2.add(g, 0, b, 0, f, 0);
        field.square(g, 0, g, 0);
        field.square(e, 0, e, 0);
        Fp2.twice(e, 0, e, 0);
        Fp2.twice(e, 0, e, 0);
        Fp2.sub(g, 0, g, 0, e, 0);
        Fp2.sub(g, 0, g, 0, e, 0);
        Fp2.sub(y, 0, g, 0, e, 0);
        field.mul(z, 0, b, 0, h, 0);
        Fp2.twice(z, 0, z, 0);
        Fp2.twice(z, 0, z, 0);
        return line;
    }

    /// Adds Q, or subtracts it where `sign` is negative; the line is the chord.
    long[] add(int sign) {
        return add(sign < 0 ? minusQ : q);
    }

    /// Adds ψ(Q).
    long[] addFrobenius() {
        Fp2.conjugate(q, 0, q, 0);
        Fp2.conjugate(q, Y, q, Y);
        field.mul(q, 0, q, 0, G2.PSI_X, 0);
        field.mul(q, Y, q, Y, G2.PSI_Y, 0);
        return add(q);
    }

    /// Subtracts ψ²(Q), after [#addFrobenius].
    long[] addFrobeniusSquared() {
        Fp2.conjugate(q, 0, q, 0);
        Fp2.conjugate(q, Y, q, Y);
        field.mul(q, 0, q, 0, G2.PSI_X, 0);
        field.mul(q, Y, q, Y, G2.PSI_Y, 0);
        Fp2.negate(q, Y, q, Y);
        return add(q);
    }

    private long[] add(long[] point) {
        field.mul(a, 0, point, Y, z, 0);
        Fp2.sub(a, 0, y, 0, a, 0); // theta
        field.mul(b, 0, point, 0, z, 0);
        Fp2.sub(b, 0, x, 0, b, 0); // lambda

        Fp2.scale(line, 0, b, 0, p, Fp.SIZE);
        Fp2.negate(line, C3, a, 0);
        Fp2.scale(line, C3, line, C3, p, 0);
        field.mul(c, 0, a, 0, point, 0);
        field.mul(e, 0, b, 0, point, Y);
        Fp2.sub(line, C4, c, 0, e, 0);

        field.square(c, 0, a, 0);
        field.square(f, 0, b, 0);
        field.mul(e, 0, b, 0, f, 0); // lambda³
        field.mul(c, 0, z, 0, c, 0);
        field.mul(g, 0, x, 0, f, 0);
        Fp2.add(h, 0, e, 0, c, 0);
        Fp2.sub(h, 0, h, 0, g, 0);
        Fp2.sub(h, 0, h, 0, g, 0);
        field.mul(x, 0, b, 0, h, 0);
        Fp2.sub(g, 0, g, 0, h, 0);
        field.mul(g, 0, a, 0, g, 0);
        field.mul(y, 0, e, 0, y, 0);
        Fp2.sub(y, 0, g, 0, y, 0);
        field.mul(z, 0, z, 0, e, 0);
        return line;
    }
}
