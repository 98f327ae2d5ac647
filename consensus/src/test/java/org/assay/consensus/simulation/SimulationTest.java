package org.assay.consensus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assay.primitives.Hash;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Injected by each seed, in a mix of its own (see [Scenario]): delays up to 1.5 s with
/// reordering, loss up to 30 %, copies, partitions in two, clock skew, slow signers, verdicts
/// that cannot be given, crashes between any two effects of a step and restarts from what was
/// synced, a validator set that changes, and up to f Byzantine validators (twins with one key,
/// selective silence, conflicting proposals, forged and stale round changes, votes for
/// everything, replays, garbage). `-Dseeds=20000` soaks, `-Dseed=N` replays one. Consensus alone:
/// in module `app` the nodes execute blocks of transactions as well.
@Tag("simulation")
final class SimulationTest {
    @Seeds(60)
    void staysSafeInChaosAndRecovers(long seed) {
        assertThat(Simulation.run(seed)).isInstanceOf(Outcome.Passed.class);
    }

    /// Here two adversaries met each other's commits, forwarded by honest nodes, and the network
    /// was full of their ambushes for good.
    @Test
    void adversariesDoNotStormThroughHonestForwarders() {
        assertThat(Simulation.run(477)).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void aSeedReplaysExactly() {
        for (long seed = 100; seed < 110; seed++) {
            assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
        }
    }

    @Test
    void countsSeedsAndTellsFailures() throws Exception {
        Outcome passed = new Outcome.Passed(7, Hash.ZERO, 90);
        Outcome failed = new Outcome.Failed(5, "two blocks at a height");
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Simulations.Summary all =
                Simulations.run(seed -> seed == 4 ? failed : passed, 3, 3, 2, told::add);
        assertThat(all).isEqualTo(new Simulations.Summary(2, 1, 14, 90));
        assertThat(told).containsExactly("seed 4 failed at 5 ms: two blocks at a height");
    }
}
