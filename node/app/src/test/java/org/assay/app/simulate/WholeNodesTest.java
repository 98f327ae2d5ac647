package org.assay.app.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.assay.consensus.Qbft;
import org.assay.consensus.simulation.Outcome;
import org.assay.consensus.simulation.Planted;
import org.assay.consensus.simulation.Simulation;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What `assay simulate` runs: the seeds of `SimulationTest` (module `consensus`; there is the
/// list of what is injected) with nodes that build and execute blocks of transactions.
///
/// Injected besides: clients that send transfers, calls, reverts, creations and replacements,
/// whose copies to the single nodes are lost or late, so that no two pools are alike; crashes
/// that take back blocks which were fetched and not synced, and the pool; Byzantine proposals
/// with a wrong state root, transactions root or gas, or with a transaction that cannot be in the
/// block; a validator set that is read from a contract on every parent state where it changes,
/// and from headers where it does not.
///
/// Checked besides, at each step: every vote and every import executes the block and compares all
/// roots with its header. At the end: the chain, executed again from genesis on a new disk, has
/// the same roots; every honest node's state, rebuilt from its values, has that root; and no coin
/// came or went but for burned fees. `-Dseeds=20000` soaks, `-Dseed=N` replays one.
@Tag("simulation")
final class WholeNodesTest {
    private static final int SEEDS_MAX = 500;

    private static Outcome run(long seed, Planted planted) {
        return Simulation.run(seed, planted, SimulatedChain::of);
    }

    @Seeds(30)
    void executeTheSameBlocksInChaosAndRecover(long seed) {
        assertThat(run(seed, Planted.NOTHING)).isInstanceOf(Outcome.Passed.class);
    }

    @Seeds(8)
    void issueTheScheduledCoinsInChaos(long seed) {
        assertThat(Simulation.run(seed, Planted.NOTHING, SimulatedChain::ofAssay))
                .isInstanceOf(Outcome.Passed.class);
    }

    /// Here a faulty proposer's withdrawals made coins on a QBFT chain that has no emission.
    @Test
    void noProposerMintsOnAPlainChain() {
        assertThat(run(1, Planted.NOTHING)).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void aSeedReplaysExactly() {
        for (long seed = 100; seed < 105; seed++) {
            assertThat(run(seed, Planted.NOTHING)).isEqualTo(run(seed, Planted.NOTHING));
        }
    }

    @Test
    void findsVotesForBlocksThatWereNotExecuted() {
        Planted planted = new Planted(Qbft::new, false, false, true);
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            if (run(seed, planted) instanceof Outcome.Failed(long atMillis, String what)
                    && what.contains("a quorum sealed a block that is invalid here")) {
                assertThat(run(seed, Planted.NOTHING)).isInstanceOf(Outcome.Passed.class);
                return;
            }
        }
        throw new AssertionError("not found within " + SEEDS_MAX + " seeds");
    }
}
