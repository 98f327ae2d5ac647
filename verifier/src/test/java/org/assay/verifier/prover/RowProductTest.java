package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.assay.primitives.Hash;
import org.assay.testkit.Seeds;
import org.assay.verifier.TransformerModel;
import org.junit.jupiter.api.Test;

class RowProductTest {
    private static final int[] SIZES = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100};

    @Seeds(100)
    void vectorsGiveThePlainIntegers(RandomGenerator random) {
        int inputs = SIZES[random.nextInt(SIZES.length)];
        int outputs = SIZES[random.nextInt(SIZES.length)];
        int at = random.nextInt(5);
        byte[] x = new byte[at + inputs];
        byte[] w = new byte[inputs * outputs];
        random.nextBytes(x);
        random.nextBytes(w);
        int[] plain = new int[outputs];
        int[] fast = new int[outputs];
        Arrays.fill(fast, 7);
        RowProduct.PLAIN.multiply(x, at, inputs, w, plain);
        new VectorRowProduct().multiply(x, at, inputs, w, fast);
        assertThat(fast).isEqualTo(plain);
    }

    @Test
    void theLargestSumsAreExact() {
        byte[] x = new byte[131_008];
        byte[] w = new byte[131_008 * 16];
        Arrays.fill(x, (byte) -128);
        Arrays.fill(w, (byte) -128);
        int[] y = new int[16];
        new VectorRowProduct().multiply(x, 0, x.length, w, y);
        assertThat(y).containsOnly(2_146_435_072);
    }

    /// The fast executor's residuals, attention and tokens are the reference's, byte for byte.
    @Test
    void theFastExecutorIsBitIdentical() {
        TransformerModel model = TextModel.model();
        int[] prompt = "There she blows! ".chars().toArray();
        TransformerExecution reference =
                new TransformerExecution(model, 0, prompt, 60, RowProduct.PLAIN);
        TransformerExecution fast =
                new TransformerExecution(model, 0, prompt, 60, new VectorRowProduct());
        reference.run(Hash.ZERO);
        fast.run(Hash.ZERO);
        assertThat(fast.tokens).isEqualTo(reference.tokens);
        assertThat(fast.residuals).isDeepEqualTo(reference.residuals);
        assertThat(fast.attention).isDeepEqualTo(reference.attention);
        assertThat(fast.keyValues).isDeepEqualTo(reference.keyValues);
    }
}
