package org.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.verifier.ModelChecks.Fault;
import org.assay.verifier.cpu.Field;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.TextModel;
import org.junit.jupiter.api.Test;

class ModelChecksTest {
    private static final int WIDTH = 300;

    /// A model of two layers, the first given, the second random.
    private static MlpModel model(byte[] first) {
        List<byte[]> weights = new ArrayList<>(List.of(first, random(WIDTH * 10, 2)));
        List<int[]> biases = List.of(new int[WIDTH], new int[10]);
        return MlpModel.of(
                List.of(WIDTH, WIDTH, 10), List.of(new Requantise(1, 8)), weights, biases);
    }

    private static byte[] random(int size, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] weights = new byte[size];
        for (int i = 0; i < size; i++) {
            weights[i] = (byte) random.nextInt(-127, 128);
        }
        return weights;
    }

    private static List<Fault> faults(Model model) {
        return ModelChecks.check(model, Scene.hash("seed", 1)).stream()
                .filter(finding -> !finding.holds())
                .map(ModelChecks.Finding::fault)
                .toList();
    }

    @Test
    void passesTheModelsThatComeWithTheProgramAndRandomOnes() {
        assertThat(faults(Digits.model())).isEmpty();
        assertThat(faults(model(random(WIDTH * WIDTH, 1)))).isEmpty();
    }

    @Test
    void refusesSparseWeights() {
        byte[] weights = random(WIDTH * WIDTH, 1);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 8 == 0 ? weights[i] : 0;
        }
        assertThat(faults(model(weights))).contains(Fault.SPARSE);
    }

    @Test
    void refusesRepeatedRows() {
        byte[] weights = random(WIDTH * WIDTH, 1);
        for (int row = 0; row < WIDTH; row++) {
            System.arraycopy(weights, row % 50 * WIDTH, weights, row * WIDTH, WIDTH);
        }
        assertThat(faults(model(weights))).contains(Fault.REPEATED_ROWS, Fault.LOW_RANK);
    }

    @Test
    void refusesAProductOfThinMatrices() {
        int rank = 20;
        byte[] left = random(WIDTH * rank, 3);
        byte[] right = random(rank * WIDTH, 4);
        byte[] weights = new byte[WIDTH * WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            for (int j = 0; j < WIDTH; j++) {
                int sum = 0;
                for (int t = 0; t < rank; t++) {
                    sum += left[i * rank + t] % 2 * (right[t * WIDTH + j] % 2);
                }
                weights[i * WIDTH + j] = (byte) sum;
            }
        }
        assertThat(faults(model(weights))).containsExactly(Fault.LOW_RANK);
    }

    @Test
    void refusesZeroWeights() {
        byte[] weights = new byte[WIDTH * WIDTH];
        Arrays.fill(weights, 0, WIDTH, (byte) 1);
        assertThat(faults(model(weights)))
                .containsExactly(Fault.SPARSE, Fault.REPEATED_ROWS, Fault.LOW_RANK);
    }

    /// At the end of its context an attention cell opens every KV leaf of a head.
    @Test
    void longContextsMakeCellsAboveTheLimit() {
        TransformerInt8.Shape fits = new TransformerInt8.Shape(256, 512, 2, 8, 2, 64, 1024, 8192);
        TransformerInt8.Shape tooLong =
                new TransformerInt8.Shape(256, 512, 2, 8, 2, 64, 1024, 32_768);
        assertThat(ModelChecks.largestCell(fits)).isLessThan(ModelChecks.CELL_BYTES_MAX);
        assertThat(ModelChecks.largestCell(tooLong)).isGreaterThan(ModelChecks.CELL_BYTES_MAX);
    }

    /// PROOFS section 5: the floors of rare ops make κ up to 8/7, and it is 1 without them.
    @Test
    void kappaStaysBelowEightSevenths() {
        assertThat(ModelChecks.kappaMillionths(Digits.model())).isBetween(1_000_000L, 1_062_500L);
        assertThat(ModelChecks.kappaMillionths(TextModel.model()))
                .isBetween(1_000_000L, 8_000_000L / 7 + 1);
    }

    @Test
    void invertsInTheField() {
        for (long a : new long[] {1, 2, 12345, Field.P - 1}) {
            assertThat(Field.multiply(a, Field.invert(a))).isEqualTo(1);
        }
    }
}
