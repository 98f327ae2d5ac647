package org.assay.verifier.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.verifier.cpu.Digits;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.Field;
import org.assay.verifier.cpu.PlainProjection;
import org.assay.verifier.cpu.Projection;
import org.assay.verifier.cpu.Sig16;
import org.assay.verifier.cpu.VectorProjection;
import org.junit.jupiter.api.Test;

/// Identical residues between plain Java, the Vector API and the kernels' arithmetic, on random
/// and boundary cases. A part runs in every build; the soak is
///
///     ./mvnw -pl verifier -am test -Dtest=ExactnessTest -Dassay.cases=1000000000
///         -Dsurefire.failIfNoSpecifiedTests=false
class ExactnessTest {
    /// Residues compared, by field operations and by projections together.
    private static final long CASES = Long.getLong("assay.cases", 2_000_000);

    private static final long SEED = Long.getLong("assay.cases.seed", 1);
    private static final int BATCH = 1 << 16;
    private static final long[] EDGES = {
        0,
        1,
        2,
        127,
        128,
        255,
        256,
        1L << 31,
        (1L << 31) - 1,
        1L << 60,
        (1L << 60) - 1,
        Field.P - 1,
        Field.P - 2,
        0x1f7f7f7f7f7f7f7fL,
        0x1f80808080808080L
    };

    private static final RandomGenerator RANDOM =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    private static long element() {
        return RANDOM.nextInt(8) == 0
                ? EDGES[RANDOM.nextInt(EDGES.length)]
                : RANDOM.nextLong(Field.P);
    }

    /// Java's own field against wide integers of another kind: the twin in C++ on this CPU.
    @Test
    void fieldOperationsAgreeWithTheKernels() {
        try (HostDevice device = HostKernels.device();
                Arena arena = Arena.ofConfined()) {
            HostField host = new HostField(device, arena, BATCH);
            long[] a = new long[BATCH];
            long[] b = new long[BATCH];
            long[] expected = new long[BATCH];
            long compared = 0;
            while (compared < CASES * 9 / 10) {
                int op = (int) (compared / BATCH % HostField.OPS);
                for (int i = 0; i < BATCH; i++) {
                    a[i] = op == HostField.REDUCE ? anyLong() : element();
                    b[i] = op == HostField.SHIFT ? RANDOM.nextInt(61) : element();
                    expected[i] = plain(op, a[i], b[i]);
                }
                assertThat(Arrays.mismatch(host.run(op, a, b), expected))
                        .as("op " + op)
                        .isEqualTo(-1);
                compared += BATCH;
            }
            System.out.printf("field operations: %,d residues identical%n", compared);
        }
    }

    private static long anyLong() {
        return RANDOM.nextInt(8) == 0
                ? new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1, Field.P, -Field.P, 2 * Field.P}
                        [RANDOM.nextInt(6)]
                : RANDOM.nextLong();
    }

    private static long plain(int op, long a, long b) {
        return switch (op) {
            case HostField.MULTIPLY -> Field.multiply(a, b);
            case HostField.ADD -> Field.add(a, b);
            case HostField.SUBTRACT -> Field.subtract(a, b);
            case HostField.REDUCE -> Field.reduce(a);
            case HostField.SHIFT -> Field.shiftLeft(a, (int) b);
            default -> {
                byte[] digits = new byte[Digits.PER_ELEMENT];
                Digits.write(a, digits, 0);
                int[] wide = new int[Digits.PER_ELEMENT];
                for (int i = 0; i < wide.length; i++) {
                    wide[i] = digits[i];
                }
                yield Digits.recombine(wide, 0);
            }
        };
    }

    /// Four implementations of a row times a vector over K.
    @Test
    void projectionsAgreeWithTheKernels() {
        Optional<HostDevice> host = Optional.of(HostKernels.device());
        try (HostDevice device = host.orElseThrow()) {
            long compared = 0;
            while (compared < CASES / 10) {
                int terms = 1 + RANDOM.nextInt(RANDOM.nextInt(20) == 0 ? 700 : 40);
                compared += compare(device, terms, 256, false);
            }
            System.out.printf("projections: %,d residues identical%n", compared);
        }
    }

    @Test
    void theLargestRowsAgreeWithTheWorstAccumulators() {
        try (HostDevice device = HostKernels.device()) {
            for (int terms : new int[] {1, 31, 32, 33, 131_007, Sig16.TERMS_MAX}) {
                compare(device, terms, 3, true);
                compare(device, terms, 3, false);
            }
            // Beyond the kernel's limit the device works in two parts.
            compare(device, Sig16.TERMS_MAX + 1, 2, true);
        }
    }

    /// Compares all implementations on `rows` rows; answers how many residues.
    private static long compare(HostDevice device, int terms, int rows, boolean worst) {
        byte[] w = new byte[rows * terms];
        RANDOM.nextBytes(w);
        ExtensionVector r = new ExtensionVector(terms);
        for (int j = 0; j < terms; j++) {
            // All digits −128 but the last: the element whose columns sum to the largest values.
            r.set(j, worst ? EDGES[14] : element(), worst ? EDGES[14] : element());
        }
        r.prepared();
        if (worst) {
            Arrays.fill(w, (byte) -128);
        }
        ExtensionVector expected = new ExtensionVector(rows);
        new PlainProjection().project(w, 0, rows, r, expected);
        Projection[] others = {new VectorProjection(), new DeviceProjection(device)};
        for (Projection other : others) {
            ExtensionVector got = new ExtensionVector(rows);
            other.project(w, 0, rows, r, got);
            for (int i = 0; i < rows; i++) {
                Extension want = expected.get(i);
                if (!got.get(i).equals(want)) {
                    fail("%s, %d terms: %s, not %s", other.getClass(), terms, got.get(i), want);
                }
            }
        }
        if (terms <= Sig16.TERMS_MAX) {
            int[] sums = new int[rows * Digits.PER_EXTENSION];
            Sig16.multiply(w, rows, terms, r.digits(), sums);
            for (int i = 0; i < rows; i++) {
                if (!Sig16.recombine(sums, i).equals(expected.get(i))) {
                    fail("SIG16 of %d terms differs", terms);
                }
            }
        }
        return 2L * rows;
    }
}
