package org.assay.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.primitives.UInt256;
import org.assay.testkit.Seeds;

/// [Arithmetic] and [Division] against [BigInteger], on words that favour edges.
final class ArithmeticTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);
    private static final int ROUNDS = 2_000;

    private final long[] stack = new long[16];
    private final long[] scratch = new long[Division.SCRATCH_LONGS];

    private interface Operation {
        void run(long[] stack, int sp);
    }

    /// Limbs of all zeros, all ones, single bits or anything; often fewer than four.
    private static UInt256 word(RandomGenerator random) {
        long[] limbs = new long[4];
        int used = random.nextInt(5);
        for (int i = 0; i < used; i++) {
            limbs[3 - i] =
                    switch (random.nextInt(5)) {
                        case 0 -> 0;
                        case 1 -> -1;
                        case 2 -> 1L << random.nextInt(64);
                        case 3 -> random.nextInt(300);
                        default -> random.nextLong();
                    };
        }
        return new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
    }

    /// What the operation leaves below `words`, given from the deepest to the top.
    private BigInteger result(Operation operation, UInt256... words) {
        for (int i = 0; i < words.length; i++) {
            Instructions.set(stack, 4 * i, words[i]);
        }
        operation.run(stack, 4 * words.length);
        return Instructions.word(stack, 0).toBigInteger();
    }

    private static BigInteger signed(BigInteger word) {
        return word.testBit(255) ? word.subtract(MODULUS) : word;
    }

    private static BigInteger wrapped(BigInteger value) {
        return value.mod(MODULUS);
    }

    @Seeds(20)
    void sumsAndProductsAreThoseOfBigInteger(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            UInt256 x = word(random);
            UInt256 y = word(random);
            BigInteger a = x.toBigInteger();
            BigInteger b = y.toBigInteger();
            assertThat(result(Arithmetic::add, y, x)).isEqualTo(wrapped(a.add(b)));
            assertThat(result(Arithmetic::sub, y, x)).isEqualTo(wrapped(a.subtract(b)));
            assertThat(result(Arithmetic::mul, y, x)).isEqualTo(wrapped(a.multiply(b)));
            assertThat(result((s, sp) -> Arithmetic.exp(s, sp, scratch), y, x))
                    .isEqualTo(a.modPow(b, MODULUS));
        }
    }

    @Seeds(20)
    void quotientsAndRemaindersAreThoseOfBigInteger(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            UInt256 x = word(random);
            UInt256 y = word(random);
            BigInteger a = x.toBigInteger();
            BigInteger b = y.toBigInteger();
            boolean none = b.signum() == 0;
            BigInteger zero = BigInteger.ZERO;
            assertThat(result((s, sp) -> Division.div(s, sp, scratch), y, x))
                    .isEqualTo(none ? zero : a.divide(b));
            assertThat(result((s, sp) -> Division.mod(s, sp, scratch), y, x))
                    .isEqualTo(none ? zero : a.mod(b));
            assertThat(result((s, sp) -> Division.sdiv(s, sp, scratch), y, x))
                    .isEqualTo(none ? zero : wrapped(signed(a).divide(signed(b))));
            assertThat(result((s, sp) -> Division.smod(s, sp, scratch), y, x))
                    .isEqualTo(none ? zero : wrapped(signed(a).remainder(signed(b))));
        }
    }

    @Seeds(20)
    void modularSumsAndProductsKeepTheFullIntermediate(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            UInt256 x = word(random);
            UInt256 y = word(random);
            UInt256 n = word(random);
            BigInteger a = x.toBigInteger();
            BigInteger b = y.toBigInteger();
            BigInteger m = n.toBigInteger();
            boolean none = m.signum() == 0;
            assertThat(result((s, sp) -> Division.addmod(s, sp, scratch), n, y, x))
                    .isEqualTo(none ? BigInteger.ZERO : a.add(b).mod(m));
            assertThat(result((s, sp) -> Division.mulmod(s, sp, scratch), n, y, x))
                    .isEqualTo(none ? BigInteger.ZERO : a.multiply(b).mod(m));
        }
    }

    @Seeds(20)
    void shiftsAreThoseOfBigInteger(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            UInt256 y = word(random);
            BigInteger b = y.toBigInteger();
            int bits = random.nextInt(300);
            UInt256 x = UInt256.of(bits);
            assertThat(result(Arithmetic::shl, y, x)).isEqualTo(wrapped(b.shiftLeft(bits)));
            assertThat(result(Arithmetic::shr, y, x)).isEqualTo(b.shiftRight(bits));
            assertThat(result(Arithmetic::sar, y, x))
                    .isEqualTo(wrapped(signed(b).shiftRight(bits)));
            assertThat(result((s, sp) -> Arithmetic.clz(s, sp - 4), y))
                    .isEqualTo(BigInteger.valueOf(256 - b.bitLength()));
        }
    }
}
