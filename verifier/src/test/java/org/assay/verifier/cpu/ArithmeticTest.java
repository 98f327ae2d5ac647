package org.assay.verifier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;

/// The three forms of the arithmetic against BigInteger and each other.
class ArithmeticTest {
    private static final BigInteger P = BigInteger.valueOf(Field.P);
    private static final long[] EDGES = {0, 1, 2, 127, 128, 1L << 30, 1L << 31, Field.P - 1};

    private static long element(RandomGenerator random) {
        return random.nextInt(4) == 0
                ? EDGES[random.nextInt(EDGES.length)]
                : random.nextLong(Field.P);
    }

    @Seeds(20)
    void fieldMatchesBigInteger(RandomGenerator random) {
        for (int i = 0; i < 2_000; i++) {
            long a = element(random);
            long b = element(random);
            BigInteger bigA = BigInteger.valueOf(a);
            BigInteger bigB = BigInteger.valueOf(b);
            assertThat(Field.multiply(a, b)).isEqualTo(bigA.multiply(bigB).mod(P).longValue());
            assertThat(Field.add(a, b)).isEqualTo(bigA.add(bigB).mod(P).longValue());
            assertThat(Field.subtract(a, b)).isEqualTo(bigA.subtract(bigB).mod(P).longValue());
            int bits = random.nextInt(61);
            assertThat(Field.shiftLeft(a, bits)).isEqualTo(bigA.shiftLeft(bits).mod(P).longValue());
            long any = i < 4 ? Long.MIN_VALUE + i : random.nextLong();
            assertThat(Field.reduce(any)).isEqualTo(BigInteger.valueOf(any).mod(P).longValue());
        }
    }

    @Seeds(40)
    void projectionsAndSig16AgreeOnEveryShape(RandomGenerator random) {
        int[] shapes = {1, 7, 8, 9, 31, 32, 33, 127, 128, 1000, 4099};
        int cols = shapes[random.nextInt(shapes.length)];
        int rows = 1 + random.nextInt(5);
        byte[] w = new byte[rows * cols];
        random.nextBytes(w);
        ExtensionVector r = new ExtensionVector(cols);
        for (int j = 0; j < cols; j++) {
            r.set(j, element(random), element(random));
        }
        r.prepared();
        int[] accumulators = new int[16 * rows];
        Sig16.multiply(w, rows, cols, r.digits(), accumulators);
        ExtensionVector plain = new PlainProjection().project(w, rows, r);
        ExtensionVector vector = new VectorProjection().project(w, rows, r);
        for (int i = 0; i < rows; i++) {
            assertThat(plain.get(i)).isEqualTo(Sig16.recombine(accumulators, i));
            assertThat(vector.get(i)).isEqualTo(plain.get(i));
        }
    }

    @Seeds(40)
    void planesProjectAlikeForEveryCount(RandomGenerator random) {
        int cols = random.nextInt(3) == 0 ? 1 + random.nextInt(50) : 8 * (1 + random.nextInt(50));
        ExtensionVector r = new ExtensionVector(cols);
        for (int j = 0; j < cols; j++) {
            r.set(j, element(random), element(random));
        }
        r.prepared();
        byte[] planes = new byte[3 + 4 * cols];
        random.nextBytes(planes);
        for (int count = 1; count <= 4; count++) {
            assertThat(new VectorProjection().dotPlanes(planes, 3, count, r))
                    .isEqualTo(new PlainProjection().dotPlanes(planes, 3, count, r));
        }
    }
}
