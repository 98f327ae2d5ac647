package org.assay.evm.precompile;

import static org.assay.evm.precompile.Contracts.at;
import static org.assay.evm.precompile.Contracts.call;
import static org.assay.evm.precompile.Contracts.succeed;
import static org.assay.evm.precompile.Contracts.word;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.assay.evm.Fork;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hex;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class ModExpTest {
    private static final String HUGE = "ff".repeat(32);

    private static String digits(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] operand(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(80)];
        if (random.nextInt(4) > 0) {
            random.nextBytes(bytes);
        }
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[bytes.length - 1] &= (byte) 0xf0;
        }
        return bytes;
    }

    @Seeds(300)
    void powersAsRepeatedSquaringDoes(RandomGenerator random) {
        byte[] base = operand(random);
        byte[] exponent = operand(random);
        byte[] modulus = operand(random);
        Bytes output =
                succeed(
                        5,
                        Fork.OSAKA,
                        word(base.length),
                        word(exponent.length),
                        word(modulus.length),
                        digits(base),
                        digits(exponent),
                        digits(modulus));
        assertThat(output.size()).isEqualTo(modulus.length);
        assertThat(new BigInteger(1, output.toArray()))
                .isEqualTo(
                        power(
                                new BigInteger(1, base),
                                new BigInteger(1, exponent),
                                new BigInteger(1, modulus)));
    }

    private static BigInteger power(BigInteger base, BigInteger exponent, BigInteger modulus) {
        if (modulus.signum() == 0) {
            return BigInteger.ZERO;
        }
        BigInteger result = BigInteger.ONE.mod(modulus);
        for (int bit = exponent.bitLength() - 1; bit >= 0; bit--) {
            result = result.multiply(result).mod(modulus);
            if (exponent.testBit(bit)) {
                result = result.multiply(base).mod(modulus);
            }
        }
        return result;
    }

    @Test
    void readsZerosPastTheEndOfTheInput() {
        // 3^(0x0200) mod 0x8000: the second byte of the exponent is missing, and so is all of the
        // modulus in the second call.
        assertThat(call(5, Fork.BERLIN, word(1), word(1), word(2), "03", "02", "80"))
                .hasToString("0x0009");
        assertThat(call(5, Fork.BERLIN, word(1), word(2), word(2), "03", "02"))
                .hasToString("0x0000");
        assertThat(call(5, Fork.BERLIN)).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void hugeLengthsCostEverythingOrNothing() {
        byte[] hugeBase = Hex.decode(HUGE + word(1) + word(1));
        byte[] hugeModulus = Hex.decode(word(1) + word(1) + HUGE);
        byte[] hugeExponent = Hex.decode(word(0) + HUGE + word(1));
        byte[] onlyExponent = Hex.decode(word(0) + HUGE + word(0));
        for (Fork fork : new Fork[] {Fork.BYZANTIUM, Fork.BERLIN}) {
            assertThat(at(5, fork).gas(hugeBase, fork)).isEqualTo(Long.MAX_VALUE);
            assertThat(at(5, fork).gas(hugeModulus, fork)).isEqualTo(Long.MAX_VALUE);
            assertThat(at(5, fork).gas(hugeExponent, fork)).isEqualTo(Long.MAX_VALUE);
        }
        assertThat(at(5, Fork.BYZANTIUM).gas(onlyExponent, Fork.BYZANTIUM)).isZero();
        assertThat(at(5, Fork.BERLIN).gas(onlyExponent, Fork.BERLIN)).isEqualTo(200);
        assertThat(at(5, Fork.BERLIN).run(onlyExponent)).isEmpty();
    }

    @Test
    void osakaBoundsEveryLengthAt1024Bytes() {
        for (int place = 0; place < 3; place++) {
            String[] lengths = {word(1), word(1), word(1)};
            lengths[place] = word(1024);
            byte[] largest = Hex.decode(String.join("", lengths));
            assertThat(at(5, Fork.OSAKA).gas(largest, Fork.OSAKA)).isPositive();
            lengths[place] = word(1025);
            byte[] larger = Hex.decode(String.join("", lengths));
            assertThat(at(5, Fork.OSAKA).gas(larger, Fork.OSAKA)).isEqualTo(-1);
            assertThat(at(5, Fork.OSAKA).gas(larger, Fork.PRAGUE)).isPositive();
        }
    }
}
