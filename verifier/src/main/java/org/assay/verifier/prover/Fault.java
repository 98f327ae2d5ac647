package org.assay.verifier.prover;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A dishonest provider, for demonstrations and tests: which rows it fakes and how. Nothing in
/// the node runs with one unless told to by name.
public record Fault(Kind kind, int permille, long seed) {
    public static final Fault NONE = new Fault(Kind.NONE, 0, 0);

    /// What happens in a faked row.
    public enum Kind {
        NONE,
        /// Hidden activations (for a plain product: results) are guessed, then the true products
        /// are opened: BAD_GLUE (BAD_ROW).
        SKIPPED,
        /// As SKIPPED, but the opened products are bent to fit the guess: BAD_ROW.
        FORGED,
        /// The work is done and a wrong answer committed: BAD_OUTPUT.
        WRONG_ANSWER
    }

    /// Which of `rows` rows are faked: permille of them, at least one if any.
    boolean[] rows(int rows) {
        boolean[] faked = new boolean[rows];
        if (kind == Kind.NONE) {
            return faked;
        }
        int wanted = Math.max(1, (int) ((long) rows * permille / 1000));
        RandomGenerator random = random();
        for (int done = 0; done < wanted; ) {
            int row = random.nextInt(rows);
            if (!faked[row]) {
                faked[row] = true;
                done++;
            }
        }
        return faked;
    }

    RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
