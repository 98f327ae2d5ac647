package org.assay.consensus.simulation;

import java.util.random.RandomGenerator;
import org.assay.consensus.Rules;
import org.assay.consensus.Timing;

/// What a seed draws: the size of the network and how badly it is treated until it is healed.
/// Probabilities are in 1/1000 and for each message or check.
record Scenario(
        int validators,
        int byzantine,
        Rules rules,
        Timing timing,
        long chaosMillis,
        long delayMillisMax,
        int lossPerMille,
        int duplicatePerMille,
        int crashPerMille,
        int cannotCheckPerMille,
        long clockSkewMillisMax,
        long signerDelayMillisMax,
        boolean partitions,
        boolean changingSet) {
    private static final int[] SIZES = {4, 4, 4, 4, 5, 6, 7, 1};
    private static final int[] LOSSES = {0, 10, 50, 150, 300};
    private static final long[] DELAYS = {20, 100, 400, 1500};

    static Scenario draw(RandomGenerator random) {
        int validators = SIZES[random.nextInt(SIZES.length)];
        int faulty = (validators - 1) / 3;
        Rules rules = random.nextInt(8) == 0 ? Rules.BESU : Rules.ASSAY;
        long emptyPeriod = random.nextInt(6) == 0 ? 3_000 : 0;
        return new Scenario(
                validators,
                random.nextInt(faulty + 1),
                rules,
                new Timing(1_000, emptyPeriod, random.nextBoolean() ? 1_000 : 2_000),
                10_000 + random.nextInt(20_000),
                DELAYS[random.nextInt(DELAYS.length)],
                LOSSES[random.nextInt(LOSSES.length)],
                random.nextInt(100),
                random.nextInt(4) == 0 ? 0 : random.nextInt(30),
                random.nextInt(4) == 0 ? 100 : 0,
                random.nextInt(3) == 0 ? 500 : 0,
                random.nextInt(4) == 0 ? 50 : 0,
                random.nextInt(2) == 0,
                validators > 4 && random.nextInt(4) == 0);
    }

    /// How long after the healing every honest validator may take for three more blocks.
    ///
    /// Assay: one capped timeout until the rounds meet, one for each faulty proposer in a row,
    /// and twice as much in reserve. Besu's timers double with each round that was lost, so the
    /// bound is that of the rounds that fit into the chaos, several times over.
    long recoveryMillisMax() {
        int proposers = (validators - 1) / 3 + 2;
        long capMillis = rules.roundTimer().delayMillis(timing.requestTimeoutMillis(), 9);
        return rules.joinsEarly() ? proposers * 2L * capMillis + 20_000 : 64 * chaosMillis;
    }
}
