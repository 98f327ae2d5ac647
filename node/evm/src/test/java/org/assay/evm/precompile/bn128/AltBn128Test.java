package org.assay.evm.precompile.bn128;

import static java.util.Objects.requireNonNull;
import static org.assay.evm.precompile.bn128.Points.g1;
import static org.assay.evm.precompile.bn128.Points.g2;
import static org.assay.evm.precompile.bn128.Points.join;
import static org.assay.evm.precompile.bn128.Points.scalar;
import static org.assay.evm.precompile.bn128.Points.word;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class AltBn128Test {
    private static final byte[] INFINITY = new byte[64];

    @Seeds(100)
    void multiplyingIsLinear(RandomGenerator random) {
        BigInteger a = scalar(random);
        BigInteger b = scalar(random);
        byte[] sum = AltBn128.add(join(g1(a), g1(b)));
        assertThat(sum).isEqualTo(g1(a.add(b)));
        assertThat(AltBn128.add(join(g1(b), g1(a)))).isEqualTo(sum);
        assertThat(AltBn128.multiply(join(g1(a), word(b)))).isEqualTo(g1(a.multiply(b)));
        assertThat(AltBn128.add(join(g1(a), g1(a.negate())))).isEqualTo(INFINITY);
        assertThat(AltBn128.add(join(g1(a), INFINITY))).isEqualTo(g1(a));
        assertThat(AltBn128.add(join(g1(a), g1(a)))).isEqualTo(g1(a.shiftLeft(1)));
    }

    @Seeds(50)
    void multiplyingIsRepeatedAdding(RandomGenerator random) {
        BigInteger factor = BigInteger.valueOf(random.nextInt(40));
        byte[] point = g1(scalar(random));
        byte[] sum = INFINITY;
        for (int i = 0; i < factor.intValueExact(); i++) {
            sum = requireNonNull(AltBn128.add(join(sum, point)));
        }
        assertThat(AltBn128.multiply(join(point, word(factor)))).isEqualTo(sum);
    }

    @Seeds(100)
    void halvesOfAScalarAreShortAndMakeIt(RandomGenerator random) {
        BigInteger k = scalar(random);
        Halves halves = Halves.of(k);
        BigInteger x = BigInteger.valueOf(Halves.X);
        BigInteger lambda =
                x.pow(3)
                        .multiply(BigInteger.valueOf(36))
                        .add(x.pow(2).multiply(BigInteger.valueOf(18)))
                        .add(x.multiply(BigInteger.valueOf(6)))
                        .add(BigInteger.ONE);
        assertThat(halves.first().bitLength()).isLessThan(128);
        assertThat(halves.second().bitLength()).isLessThan(128);
        assertThat(halves.first().add(halves.second().multiply(lambda)).mod(Halves.ORDER))
                .isEqualTo(k.mod(Halves.ORDER));
        BigInteger fromDigits = BigInteger.ZERO;
        byte[] digits = halves.firstDigits(5);
        for (int i = digits.length - 1; i >= 0; i--) {
            fromDigits = fromDigits.shiftLeft(1).add(BigInteger.valueOf(digits[i]));
        }
        assertThat(fromDigits).isEqualTo(halves.first());
    }

    @Test
    void refusesPointsOffTheCurveAndCoordinatesNotReduced() {
        byte[] one = word(BigInteger.ONE);
        byte[] two = word(BigInteger.TWO);
        assertThat(AltBn128.add(join(one, two, INFINITY))).isNotNull();
        assertThat(AltBn128.add(join(one, one, INFINITY))).isNull();
        assertThat(AltBn128.add(join(INFINITY, one, one))).isNull();
        byte[] onePlusP = word(BigInteger.ONE.add(Fp.P));
        byte[] twoPlusP = word(BigInteger.TWO.add(Fp.P));
        assertThat(AltBn128.add(join(onePlusP, two, INFINITY))).isNull();
        assertThat(AltBn128.add(join(one, twoPlusP, INFINITY))).isNull();
        byte[] p = word(Fp.P);
        assertThat(AltBn128.add(join(p, p, INFINITY))).isNull();
        assertThat(AltBn128.multiply(join(p, p, one))).isNull();
        assertThat(AltBn128.multiply(join(one, one, word(BigInteger.ZERO)))).isNull();
    }

    @Seeds(10)
    void pairingIsBilinear(RandomGenerator random) {
        BigInteger a = scalar(random);
        BigInteger b = scalar(random);
        BigInteger product = a.multiply(b).negate();
        byte[] balanced = join(g1(a), g2(b), g1(product), g2(BigInteger.ONE));
        assertThat(AltBn128.isPairingProductOne(balanced)).isTrue();
        byte[] off = join(g1(a), g2(b), g1(product.add(BigInteger.ONE)), g2(BigInteger.ONE));
        assertThat(AltBn128.isPairingProductOne(off)).isFalse();
        byte[] three =
                join(
                        join(g1(a), g2(BigInteger.ONE)),
                        join(g1(b), g2(BigInteger.ONE)),
                        join(g1(BigInteger.ONE), g2(a.add(b).negate().mod(Halves.ORDER))));
        assertThat(AltBn128.isPairingProductOne(three)).isTrue();
    }

    @Test
    void pairingOfGeneratorsIsNotDegenerate() {
        byte[] pair = join(Points.G1_GENERATOR, Points.G2_GENERATOR);
        assertThat(AltBn128.isPairingProductOne(pair)).isFalse();
        assertThat(AltBn128.isPairingProductOne(join(INFINITY, Points.G2_GENERATOR))).isTrue();
        assertThat(AltBn128.isPairingProductOne(join(Points.G1_GENERATOR, new byte[128]))).isTrue();
        assertThat(AltBn128.isPairingProductOne(new byte[0])).isTrue();
    }

    @Test
    void pairingChecksPointsBesideInfinityToo() {
        byte[] off = Points.G2_GENERATOR.clone();
        off[127] ^= 1;
        assertThat(AltBn128.isPairingProductOne(join(INFINITY, off))).isNull();
        byte[] offFirst = join(word(BigInteger.ONE), word(BigInteger.ONE), new byte[128]);
        assertThat(AltBn128.isPairingProductOne(offFirst)).isNull();
        byte[] notReduced = Points.G2_GENERATOR.clone();
        BigInteger y = new BigInteger(1, notReduced, 96, 32).add(Fp.P);
        System.arraycopy(word(y), 0, notReduced, 96, 32);
        assertThat(AltBn128.isPairingProductOne(join(INFINITY, notReduced))).isNull();
    }

    @Seeds(10)
    void subgroupCheckAgreesWithTheOrder(RandomGenerator random) {
        Fp2 field = new Fp2();
        G2 group = new G2(field);
        long[] inside = new long[G2.SIZE];
        group.read(inside, 0, g2(scalar(random).mod(Halves.ORDER).max(BigInteger.ONE)), 0);
        assertThat(group.isInSubgroup(inside, 0)).isTrue();

        // On the twist, of any order; then of an order prime to that of the group: r times it has
        // an order that divides the cofactor; and of the small order 10069 within the cofactor.
        long[] anywhere = pointOnTwist(field, random);
        long[] multiple = Points.multiply(group, anywhere, Halves.ORDER);
        assertThat(group.isInSubgroup(anywhere, 0)).isEqualTo(G2.isInfinity(multiple, 0));
        assertThat(G2.isInfinity(multiple, 0)).isFalse();
        assertThat(group.isInSubgroup(multiple, 0)).isFalse();
        BigInteger cofactor = Fp.P.shiftLeft(1).subtract(Halves.ORDER);
        BigInteger rest = cofactor.divide(BigInteger.valueOf(10_069));
        long[] small = Points.multiply(group, multiple, rest);
        assertThat(G2.isInfinity(small, 0) || !group.isInSubgroup(small, 0)).isTrue();
        byte[] encoded = Points.encode(field, anywhere);
        assertThat(group.read(new long[G2.SIZE], 0, encoded, 0)).isFalse();
    }

    /// A random point of the twist, by trying x until x³ + 3/ξ has a root.
    private static long[] pointOnTwist(Fp2 field, RandomGenerator random) {
        while (true) {
            BigInteger x0 = Points.fieldElement(random);
            BigInteger x1 = Points.fieldElement(random);
            long[] x = Fp2.of(x0, x1);
            long[] square = new long[Fp2.SIZE];
            field.square(square, 0, x, 0);
            field.mul(square, 0, square, 0, x, 0);
            Fp2.add(square, 0, square, 0, G2.B, 0);
            long[] root = squareRoot(square);
            long[] check = new long[Fp2.SIZE];
            field.square(check, 0, root, 0);
            if (Fp2.equal(check, 0, square, 0)) {
                long[] point = new long[G2.SIZE];
                Fp2.copy(point, 0, x, 0);
                Fp2.copy(point, 8, root, 0);
                Fp2.setOne(point, 16);
                return point;
            }
        }
    }

    /// The complex method, p ≡ 3 mod 4: with n = sqrt(c0² + c1²), one of (c0 ± n)/2 is a square
    /// d², and d + c1/(2d)·u a root. Not a root where `a` has none.
    private static long[] squareRoot(long[] a) {
        BigInteger c0 = Fp.toBigInteger(a, 0);
        BigInteger c1 = Fp.toBigInteger(a, 4);
        BigInteger p = Fp.P;
        BigInteger exponent = p.add(BigInteger.ONE).shiftRight(2);
        BigInteger norm = c0.multiply(c0).add(c1.multiply(c1)).mod(p).modPow(exponent, p);
        BigInteger half = BigInteger.TWO.modInverse(p);
        BigInteger square = c0.add(norm).multiply(half).mod(p);
        BigInteger d = square.modPow(exponent, p);
        if (!d.multiply(d).mod(p).equals(square)) {
            d = c0.subtract(norm).multiply(half).mod(p).modPow(exponent, p);
        }
        return Fp2.of(d, c1.multiply(d.shiftLeft(1).modPow(p.subtract(BigInteger.TWO), p)));
    }
}
