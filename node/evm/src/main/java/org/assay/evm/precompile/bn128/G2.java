package org.assay.evm.precompile.bn128;

import java.math.BigInteger;

/// Points of the twist y² = x³ + 3/ξ over Fp2. The group of the pairing is its subgroup of prime
/// order; the twist has other points. Points are Jacobian, `X ‖ Y ‖ Z`, 24 words; Z = 0 is
/// infinity. An instance is the scratch space of one calculation.
final class G2 {
    static final int SIZE = 3 * Fp2.SIZE;

    private static final int Y = Fp2.SIZE;
    private static final int Z = 2 * Fp2.SIZE;

    private static final long[] XI = Fp2.of(BigInteger.valueOf(9), BigInteger.ONE);

    /// 3/ξ.
    static final long[] B = twistB();

    /// ξ^((p-1)/3) and ξ^((p-1)/2): the coefficients of ψ.
    static final long[] PSI_X = xiPower(3);

    static final long[] PSI_Y = xiPower(2);

    private final Fp2 field;
    private final long[] a = new long[Fp2.SIZE];
    private final long[] b = new long[Fp2.SIZE];
    private final long[] c = new long[Fp2.SIZE];
    private final long[] d = new long[Fp2.SIZE];
    private final long[] e = new long[Fp2.SIZE];
    private final long[] f = new long[Fp2.SIZE];

    G2(Fp2 field) {
        this.field = field;
    }

    private static long[] twistB() {
        Fp2 field = new Fp2();
        long[] b = new long[Fp2.SIZE];
        field.invert(b, 0, XI, 0);
        field.mul(b, 0, b, 0, Fp2.of(BigInteger.valueOf(3), BigInteger.ZERO), 0);
        return b;
    }

    private static long[] xiPower(int divisor) {
        BigInteger exponent = Fp.P.subtract(BigInteger.ONE).divide(BigInteger.valueOf(divisor));
        return new Fp2().power(XI, exponent);
    }

    /// Reads `x1 ‖ x0 ‖ y1 ‖ y0`, 128 bytes, the imaginary parts first (EIP-197), zeros being
    /// infinity. False where a coordinate is not below p, the point is not on the twist, or it is
    /// outside the subgroup.
    boolean read(long[] r, int ri, byte[] input, int offset) {
        boolean reduced =
                Fp.read(r, ri + 4, input, offset)
                        && Fp.read(r, ri, input, offset + 32)
                        && Fp.read(r, ri + Y + 4, input, offset + 64)
                        && Fp.read(r, ri + Y, input, offset + 96);
        if (!reduced) {
            return false;
        }
        if (Fp2.isZero(r, ri) && Fp2.isZero(r, ri + Y)) {
            Fp2.setZero(r, ri + Z);
            return true;
        }
        Fp2.setOne(r, ri + Z);
        field.square(a, 0, r, ri);
        field.mul(a, 0, a, 0, r, ri);
        Fp2.add(a, 0, a, 0, B, 0);
        field.square(b, 0, r, ri + Y);
        return Fp2.equal(a, 0, b, 0) && isInSubgroup(r, ri);
    }

    static boolean isInfinity(long[] p, int pi) {
        return Fp2.isZero(p, pi + Z);
    }

    /// Whether a point of the twist has the prime order:
    /// `(x+1)Q + ψ(xQ) + ψ²(xQ) = 2ψ³(xQ)`
    /// (El Housni, Guillevic and Piellard 2022). That is exact: ψ is a root of X² - tX + p, whose
    /// resultant with 2xX³ - xX² - xX - (x+1) has the prime as its greatest common divisor with
    /// the order of the twist.
    boolean isInSubgroup(long[] q, int qi) {
        long[] xQ = new long[SIZE];
        mulByX(xQ, q, qi);
        long[] sum = new long[SIZE];
        add(sum, 0, xQ, 0, q, qi);
        long[] image = new long[SIZE];
        psi(image, xQ);
        add(sum, 0, sum, 0, image, 0);
        psi(image, image);
        add(sum, 0, sum, 0, image, 0);
        psi(image, image);
        twice(image, 0, image, 0);
        return equal(sum, image);
    }

    /// The endomorphism "untwist, Frobenius, twist".
    private void psi(long[] r, long[] p) {
        Fp2.conjugate(r, 0, p, 0);
        field.mul(r, 0, r, 0, PSI_X, 0);
        Fp2.conjugate(r, Y, p, Y);
        field.mul(r, Y, r, Y, PSI_Y, 0);
        Fp2.conjugate(r, Z, p, Z);
    }

    private void mulByX(long[] r, long[] q, int qi) {
        for (int bit = 63 - Long.numberOfLeadingZeros(Halves.X); bit >= 0; bit--) {
            twice(r, 0, r, 0);
            if ((Halves.X >>> bit & 1) != 0) {
                add(r, 0, r, 0, q, qi);
            }
        }
    }

    private boolean equal(long[] p, long[] q) {
        if (isInfinity(p, 0) || isInfinity(q, 0)) {
            return isInfinity(p, 0) && isInfinity(q, 0);
        }
        field.square(a, 0, p, Z);
        field.square(b, 0, q, Z);
        field.mul(c, 0, p, 0, b, 0);
        field.mul(d, 0, q, 0, a, 0);
        if (!Fp2.equal(c, 0, d, 0)) {
            return false;
        }
        field.mul(a, 0, a, 0, p, Z);
        field.mul(b, 0, b, 0, q, Z);
        field.mul(c, 0, p, Y, b, 0);
        field.mul(d, 0, q, Y, a, 0);
        return Fp2.equal(c, 0, d, 0);
    }

    /// r = 2p; see [G1#twice].
    void twice(long[] r, int ri, long[] p, int pi) {
        field.square(a, 0, p, pi);
        field.square(b, 0, p, pi + Y);
        field.square(c, 0, b, 0);
        Fp2.add(d, 0, p, pi, b, 0);
        field.square(d, 0, d, 0);
        Fp2.sub(d, 0, d, 0, a, 0);
        Fp2.sub(d, 0, d, 0, c, 0);
        Fp2.twice(d, 0, d, 0);
        Fp2.twice(e, 0, a, 0);
        Fp2.add(e, 0, e, 0, a, 0);
        field.mul(b, 0, p, pi + Y, p, pi + Z);
        Fp2.twice(r, ri + Z, b, 0);
        field.square(f, 0, e, 0);
        Fp2.sub(f, 0, f, 0, d, 0);
        Fp2.sub(r, ri, f, 0, d, 0);
        Fp2.sub(d, 0, d, 0, r, ri);
        field.mul(e, 0, e, 0, d, 0);
        Fp2.twice(c, 0, c, 0);
        Fp2.twice(c, 0, c, 0);
        Fp2.twice(c, 0, c, 0);
        Fp2.sub(r, ri + Y, e, 0, c, 0);
    }

    /// r = p + q for any two points; see [G1#add].
    void add(long[] r, int ri, long[] p, int pi, long[] q, int qi) {
        if (isInfinity(p, pi)) {
            System.arraycopy(q, qi, r, ri, SIZE);
            return;
        }
        if (isInfinity(q, qi)) {
            System.arraycopy(p, pi, r, ri, SIZE);
            return;
        }
        field.square(a, 0, p, pi + Z);
        field.square(b, 0, q, qi + Z);
        field.mul(c, 0, p, pi, b, 0);
        field.mul(d, 0, q, qi, a, 0);
        Fp2.sub(d, 0, d, 0, c, 0);
        field.mul(e, 0, p, pi + Y, q, qi + Z);
        field.mul(e, 0, e, 0, b, 0);
        field.mul(f, 0, q, qi + Y, p, pi + Z);
        field.mul(f, 0, f, 0, a, 0);
        Fp2.sub(f, 0, f, 0, e, 0);
        if (Fp2.isZero(d, 0)) {
            if (Fp2.isZero(f, 0)) {
                twice(r, ri, p, pi);
            } else {
                Fp2.setZero(r, ri + Z);
            }
            return;
        }
        field.mul(a, 0, p, pi + Z, q, qi + Z);
        field.mul(r, ri + Z, a, 0, d, 0);
        field.square(a, 0, d, 0);
        field.mul(b, 0, d, 0, a, 0);
        field.mul(c, 0, c, 0, a, 0);
        field.square(a, 0, f, 0);
        Fp2.sub(a, 0, a, 0, b, 0);
        Fp2.sub(a, 0, a, 0, c, 0);
        Fp2.sub(r, ri, a, 0, c, 0);
        Fp2.sub(c, 0, c, 0, r, ri);
        field.mul(c, 0, c, 0, f, 0);
        field.mul(e, 0, e, 0, b, 0);
        Fp2.sub(r, ri + Y, c, 0, e, 0);
    }
}
