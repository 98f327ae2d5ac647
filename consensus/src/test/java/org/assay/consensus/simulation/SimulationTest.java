package org.assay.consensus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Injected by each seed, in a mix of its own (see [Scenario]): delays up to 1.5 s with
/// reordering, loss up to 30 %, copies, partitions in two, clock skew, slow signers, verdicts
/// that cannot be given, crashes between any two effects of a step and restarts from what was
/// synced, a validator set that changes, and up to f Byzantine validators (twins with one key,
/// selective silence, conflicting proposals, forged and stale round changes, votes for
/// everything, replays, garbage). `-Dseeds=20000` soaks, `-Dseed=N` replays one.
@Tag("simulation")
final class SimulationTest {
    @Seeds(60)
    void staysSafeInChaosAndRecovers(long seed) {
        assertThat(Simulation.run(seed)).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void aSeedReplaysExactly() {
        for (long seed = 100; seed < 110; seed++) {
            assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
        }
    }

    @Test
    void closingLineCountsSeeds() throws Exception {
        var bytes = new ByteArrayOutputStream();
        boolean passed =
                Simulations.run(3, 2, 2, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(passed).isTrue();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("2 passed, 0 failed\n");
    }
}
