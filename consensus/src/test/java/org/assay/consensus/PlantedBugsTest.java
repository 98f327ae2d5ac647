package org.assay.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import org.assay.consensus.simulation.Outcome;
import org.assay.consensus.simulation.Planted;
import org.assay.consensus.simulation.Simulation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The simulation is worth what it finds: four bugs, planted one at a time in every honest node,
/// must each show within 500 seeds, as a broken promise and not just as a stop.
@Tag("simulation")
final class PlantedBugsTest {
    private static final int SEEDS_MAX = 500;

    /// The first seed that fails with `finding`.
    private static long firstFinding(Planted planted, Predicate<String> finding) {
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            if (Simulation.run(seed, planted) instanceof Outcome.Failed(long atMillis, String what)
                    && finding.test(what)) {
                return seed;
            }
        }
        throw new AssertionError("not found within " + SEEDS_MAX + " seeds");
    }

    private static Planted flawed(Flaws flaws) {
        return new Planted((local, rules) -> new Qbft(local, rules, flaws), false, false);
    }

    @Test
    void findsASkippedJustificationCheckAsAFork() {
        Planted planted = flawed(new Flaws(true, 0));
        long seed = firstFinding(planted, what -> what.startsWith("two final blocks"));
        assertThat(Simulation.run(seed)).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void findsAWrongQuorum() {
        Planted planted = flawed(new Flaws(false, 1));
        long seed =
                firstFinding(
                        planted,
                        what ->
                                what.contains("without a quorum of seals")
                                        || what.startsWith("two final blocks"));
        assertThat(Simulation.run(seed)).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void findsAForgottenWatermark() {
        Planted planted = new Planted(Qbft::new, true, false);
        long seed = firstFinding(planted, what -> what.startsWith("two things said"));
        assertThat(Simulation.run(seed)).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void findsALockForgottenInACrash() {
        Planted planted = new Planted(Qbft::new, false, true);
        long seed =
                firstFinding(planted, what -> what.startsWith("a round change forgets a commit"));
        assertThat(Simulation.run(seed)).isInstanceOf(Outcome.Passed.class);
    }
}
