package org.assay.evm.precompile.bn128;

import static org.assay.evm.precompile.bn128.Points.fieldElement;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class FieldTest {
    private static final BigInteger P = Fp.P;

    @Seeds(300)
    void primeFieldMatchesBigInteger(RandomGenerator random) {
        BigInteger a = fieldElement(random);
        BigInteger b = fieldElement(random);
        long[] x = Fp.of(a);
        long[] y = Fp.of(b);
        long[] r = new long[Fp.SIZE];
        Fp.mul(r, 0, x, 0, y, 0);
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(a.multiply(b).mod(P));
        Fp.square(r, 0, x, 0);
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(a.multiply(a).mod(P));
        Fp.add(r, 0, x, 0, y, 0);
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(a.add(b).mod(P));
        Fp.sub(r, 0, x, 0, y, 0);
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(a.subtract(b).mod(P));
        Fp.twice(r, 0, x, 0);
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(a.add(a).mod(P));
        Fp.negate(r, 0, x, 0);
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(a.negate().mod(P));
        Fp.invert(r, 0, x, 0);
        assertThat(Fp.toBigInteger(r, 0))
                .isEqualTo(a.signum() == 0 ? BigInteger.ZERO : a.modInverse(P));
    }

    @Test
    void readsOnlyNumbersBelowThePrime() {
        long[] r = new long[Fp.SIZE];
        assertThat(Fp.read(r, 0, Points.word(P.subtract(BigInteger.ONE)), 0)).isTrue();
        assertThat(Fp.toBigInteger(r, 0)).isEqualTo(P.subtract(BigInteger.ONE));
        assertThat(Fp.read(r, 0, Points.word(P), 0)).isFalse();
        assertThat(Fp.read(r, 0, Points.word(P.add(BigInteger.ONE)), 0)).isFalse();
        BigInteger largest = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
        assertThat(Fp.read(r, 0, Points.word(largest), 0)).isFalse();
    }

    private static long[] element(RandomGenerator random, int size) {
        long[] element = new long[size];
        for (int i = 0; i < size; i += Fp.SIZE) {
            System.arraycopy(Fp.of(fieldElement(random)), 0, element, i, Fp.SIZE);
        }
        return element;
    }

    @Seeds(50)
    void quadraticFieldKeepsTheLaws(RandomGenerator random) {
        Fp2 field = new Fp2();
        long[] a = element(random, Fp2.SIZE);
        long[] b = element(random, Fp2.SIZE);
        long[] left = new long[Fp2.SIZE];
        long[] right = new long[Fp2.SIZE];
        field.square(left, 0, a, 0);
        field.mul(right, 0, a, 0, a, 0);
        assertThat(left).isEqualTo(right);
        field.mulByXi(left, 0, a, 0);
        field.mul(right, 0, a, 0, Fp2.of(BigInteger.valueOf(9), BigInteger.ONE), 0);
        assertThat(left).isEqualTo(right);
        field.mul(left, 0, a, 0, b, 0);
        field.invert(right, 0, b, 0);
        field.mul(left, 0, left, 0, right, 0);
        assertThat(Fp2.isZero(b, 0) || Fp2.equal(left, 0, a, 0)).isTrue();
        assertThat(field.power(a, P)).isEqualTo(conjugate(a));
    }

    private static long[] conjugate(long[] a) {
        long[] r = new long[Fp2.SIZE];
        Fp2.conjugate(r, 0, a, 0);
        return r;
    }

    @Seeds(50)
    void towerKeepsTheLaws(RandomGenerator random) {
        Fp12 tower = new Fp12(new Fp2());
        long[] a = element(random, Fp12.SIZE);
        long[] b = element(random, Fp12.SIZE);
        long[] c = element(random, Fp12.SIZE);
        long[] left = new long[Fp12.SIZE];
        long[] right = new long[Fp12.SIZE];
        tower.mul(left, a, b);
        tower.mul(left, left, c);
        tower.mul(right, b, c);
        tower.mul(right, a, right);
        assertThat(left).isEqualTo(right);
        tower.square(left, a);
        tower.mul(right, a, a);
        assertThat(left).isEqualTo(right);
        tower.invert(left, a);
        tower.mul(left, left, a);
        assertThat(Fp12.isOne(left)).isTrue();
        tower.mul(left, a, b);
        tower.frobenius(left, left);
        tower.frobenius(right, a);
        long[] other = new long[Fp12.SIZE];
        tower.frobenius(other, b);
        tower.mul(right, right, other);
        assertThat(left).isEqualTo(right);
    }

    @Seeds(20)
    void sparseProductIsTheProductWithTheLine(RandomGenerator random) {
        Fp12 tower = new Fp12(new Fp2());
        long[] a = element(random, Fp12.SIZE);
        long[] line = element(random, 3 * Fp2.SIZE);
        long[] full = new long[Fp12.SIZE];
        Fp2.copy(full, 0, line, 0);
        Fp2.copy(full, Fp6.SIZE, line, Fp2.SIZE);
        Fp2.copy(full, Fp6.SIZE + Fp2.SIZE, line, 2 * Fp2.SIZE);
        long[] left = new long[Fp12.SIZE];
        long[] right = new long[Fp12.SIZE];
        tower.mulByLine(left, a, line);
        tower.mul(right, a, full);
        assertThat(left).isEqualTo(right);
    }

    @Seeds(20)
    void cyclotomicSquareIsTheSquareInItsSubgroup(RandomGenerator random) {
        Fp12 tower = new Fp12(new Fp2());
        long[] a = element(random, Fp12.SIZE);
        long[] unit = new long[Fp12.SIZE];
        long[] inverse = new long[Fp12.SIZE];
        tower.invert(inverse, a);
        tower.conjugate(unit, a);
        tower.mul(unit, unit, inverse); // a^(p^6 - 1)
        tower.frobenius(inverse, unit);
        tower.frobenius(inverse, inverse);
        tower.mul(unit, unit, inverse); // ^(p^2 + 1)
        long[] left = new long[Fp12.SIZE];
        long[] right = new long[Fp12.SIZE];
        tower.squareCyclotomic(left, unit);
        tower.square(right, unit);
        assertThat(left).isEqualTo(right);
    }
}
