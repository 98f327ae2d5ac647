package org.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// The fast forms of the exact steps against the formulas of PROOFS section 2, word by word.
class TransformerStepsTest {
    /// clamp(round(x·gain·16·32 / (1024·q)), −127, 127) with q from the residual.
    private static byte[] plainNorm(short[] x, short[] gain) {
        long squares = 0;
        for (short value : x) {
            squares += (long) value * value;
        }
        long q = Math.max(1, TransformerSteps.floorSqrt((squares << 8) / x.length));
        byte[] y = new byte[x.length];
        for (int j = 0; j < x.length; j++) {
            long scaled = (long) x[j] * gain[j] * 512;
            long rounded = TransformerSteps.divideRounded(scaled, 1024 * q);
            y[j] = (byte) Math.clamp(rounded, -127, 127);
        }
        return y;
    }

    private static void assertNorm(short[] x, short[] gain) {
        byte[] y = new byte[x.length];
        TransformerSteps.normalise(x, gain, y);
        assertThat(y).isEqualTo(plainNorm(x, gain));
    }

    @Seeds(300)
    void normaliseIsTheFormula(RandomGenerator random) {
        int size = 1 + random.nextInt(300);
        int spread = 1 << random.nextInt(17);
        short[] x = new short[size];
        short[] gain = new short[size];
        for (int j = 0; j < size; j++) {
            x[j] = (short) Math.clamp(random.nextInt(-spread, spread + 1), -32768, 32767);
            gain[j] = random.nextBoolean() ? (short) random.nextInt() : 1024;
        }
        assertNorm(x, gain);
    }

    /// The smallest and the largest divisor, and gains that clamp both ways.
    @Test
    void normaliseHoldsAtItsEnds() {
        short[] gains = {-32768, -1, 0, 1, 1024, 32767};
        for (int value : new int[] {-32768, -32767, -1, 0, 1, 32767}) {
            short[] x = new short[gains.length];
            java.util.Arrays.fill(x, (short) value);
            assertNorm(x, gains);
        }
        short[] zeros = new short[6];
        assertNorm(zeros, gains);
        short[] single = new short[1 << 12];
        single[0] = 1;
        short[] wide = new short[1 << 12];
        java.util.Arrays.fill(wide, (short) 32767);
        assertNorm(single, wide);
    }

    @Seeds(200)
    void planesReadAsThePlainSum(RandomGenerator random) {
        int count = random.nextInt(80);
        int planes = 1 + random.nextInt(4);
        byte[] from = new byte[3 + planes * count];
        random.nextBytes(from);
        long bound = 1 + random.nextLong(1L << random.nextInt(1, 31));
        int[] values = new int[count];
        boolean within = Planes.read(from, 3, planes, bound, values);
        boolean expected = true;
        for (int j = 0; j < count; j++) {
            long value = 0;
            for (int i = planes - 1; i >= 0; i--) {
                value = 256 * value + from[3 + i * count + j];
            }
            assertThat(values[j]).isEqualTo((int) value);
            expected &= Math.abs(value) <= bound;
        }
        assertThat(within).isEqualTo(expected);
    }
}
