package org.assay.primitives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class UInt256Test {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    /// Of any length, with long runs of ones and zeros, and near powers of two: where carries and
    /// the guesses of a division go wrong.
    private static BigInteger number(RandomGenerator random) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < 8; i++) {
            long digit =
                    switch (random.nextInt(6)) {
                        case 0 -> 0;
                        case 1 -> 0xffffffffL;
                        case 2 -> 0x80000000L;
                        case 3 -> random.nextInt(3);
                        default -> random.nextLong() & 0xffffffffL;
                    };
            value = value.shiftLeft(32).or(BigInteger.valueOf(digit));
        }
        return value.shiftRight(random.nextInt(257));
    }

    @Seeds(2000)
    void arithmeticMatchesBigInteger(RandomGenerator random) {
        BigInteger a = number(random);
        BigInteger b = number(random);
        UInt256 x = UInt256.of(a);
        UInt256 y = UInt256.of(b);
        assertThat(x.add(y).toBigInteger()).isEqualTo(a.add(b).mod(MODULUS));
        assertThat(x.subtract(y).toBigInteger()).isEqualTo(a.subtract(b).mod(MODULUS));
        assertThat(x.multiply(y).toBigInteger()).isEqualTo(a.multiply(b).mod(MODULUS));
        BigInteger quotient = b.signum() == 0 ? BigInteger.ZERO : a.divide(b);
        BigInteger remainder = b.signum() == 0 ? BigInteger.ZERO : a.mod(b);
        assertThat(x.divide(y).toBigInteger()).isEqualTo(quotient);
        assertThat(x.mod(y).toBigInteger()).isEqualTo(remainder);
        assertThat(x.compareTo(y)).isEqualTo(a.compareTo(b));
        assertThat(x.bitLength()).isEqualTo(a.bitLength());
        assertThat(x.min(y).toBigInteger()).isEqualTo(a.min(b));
        assertThat(x.max(y).toBigInteger()).isEqualTo(a.max(b));
    }

    @Seeds(300)
    void exactArithmeticThrowsWhereItWouldWrap(RandomGenerator random) {
        BigInteger a = number(random);
        BigInteger b = number(random);
        UInt256 x = UInt256.of(a);
        UInt256 y = UInt256.of(b);
        check(a.add(b), () -> x.addExact(y));
        check(a.subtract(b), () -> x.subtractExact(y));
        check(a.multiply(b), () -> x.multiplyExact(y));
    }

    private static void check(BigInteger exact, java.util.function.Supplier<UInt256> operation) {
        if (exact.signum() < 0 || exact.bitLength() > 256) {
            assertThatThrownBy(operation::get).isInstanceOf(ArithmeticException.class);
        } else {
            assertThat(operation.get().toBigInteger()).isEqualTo(exact);
        }
    }

    @Seeds(200)
    void formsRoundTrip(RandomGenerator random) {
        BigInteger a = number(random);
        UInt256 x = UInt256.of(a);
        assertThat(UInt256.of(x.toArray())).isEqualTo(x);
        assertThat(UInt256.of(x.toMinimalArray())).isEqualTo(x);
        assertThat(UInt256.parse(x.toString())).isEqualTo(x);
        assertThat(UInt256.parse(x.toQuantity())).isEqualTo(x);
        assertThat(x.toHash().toArray()).isEqualTo(x.toArray());
        assertThat(x.fitsLong()).isEqualTo(a.bitLength() < 64);
    }

    /// The cases that need the step back in Knuth's algorithm: about one in 2^31 by chance.
    @Test
    void dividesWhereTheGuessIsOneTooHigh() {
        BigInteger divisor = new BigInteger("80000000000000000000000000000001", 16);
        BigInteger dividend =
                new BigInteger("7fffffff800000010000000000000000" + "0".repeat(32), 16);
        UInt256 quotient = UInt256.of(dividend).divide(UInt256.of(divisor));
        assertThat(quotient.toBigInteger()).isEqualTo(dividend.divide(divisor));
        BigInteger narrow = new BigInteger("800000000000000000000003", 16);
        BigInteger wide = new BigInteger("7fffffffffffffff00000000" + "00000000" + "00000000", 16);
        assertThat(UInt256.of(wide).mod(UInt256.of(narrow)).toBigInteger())
                .isEqualTo(wide.mod(narrow));
    }

    @Test
    void edgesOfTheRange() {
        assertThat(UInt256.MAX.add(UInt256.ONE)).isEqualTo(UInt256.ZERO);
        assertThat(UInt256.ZERO.subtract(UInt256.ONE)).isEqualTo(UInt256.MAX);
        assertThat(UInt256.MAX.multiply(UInt256.MAX)).isEqualTo(UInt256.ONE);
        assertThat(UInt256.MAX.divide(UInt256.MAX)).isEqualTo(UInt256.ONE);
        assertThat(UInt256.MAX.divide(UInt256.ZERO)).isEqualTo(UInt256.ZERO);
        assertThat(UInt256.MAX.mod(UInt256.ZERO)).isEqualTo(UInt256.ZERO);
        assertThat(UInt256.of(MODULUS.subtract(BigInteger.ONE))).isEqualTo(UInt256.MAX);
        assertThatThrownBy(() -> UInt256.of(MODULUS)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> UInt256.of(new byte[33]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
