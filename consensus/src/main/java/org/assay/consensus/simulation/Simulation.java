package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assay.primitives.Address;

/// One seed: chaos first, in which safety must hold at every step, then a healed network in which
/// every honest validator must make progress within [Scenario#recoveryMillisMax].
public final class Simulation {
    /// Blocks that each honest node must have above the highest one at the healing.
    private static final int PROGRESS_BLOCKS = 3;

    private final World world;
    private final List<Ledger> honest = new ArrayList<>();

    private Simulation(long seed, Planted planted, Function<Network, Ledgers> ledgers) {
        world = new World(seed, ledgers);
        int count = world.scenario.validators();
        for (int i = 0; i < count; i++) {
            boolean byzantine = i >= count - world.scenario.byzantine();
            Address address = world.addresses.get(i);
            if (byzantine) {
                world.safety.declareByzantine(address);
                world.participants.add(new Adversary(world, i));
            } else {
                Conduct conduct = new Conduct.Honest(world, address);
                SimulatedNode node = new SimulatedNode(world, i, planted, conduct);
                world.participants.add(node);
                honest.add(node.ledger());
            }
        }
    }

    public static Outcome run(long seed) {
        return run(seed, Planted.NOTHING);
    }

    /// Consensus alone, on blocks without transactions.
    public static Outcome run(long seed, Planted planted) {
        return run(seed, planted, PlainLedger::of);
    }

    /// Nodes that store and execute what `ledgers` makes of blocks.
    public static Outcome run(long seed, Planted planted, Function<Network, Ledgers> ledgers) {
        Simulation simulation = new Simulation(seed, planted, ledgers);
        try {
            return simulation.play();
        } catch (SafetyCheck.Violation violation) {
            return new Outcome.Failed(
                    simulation.world.elapsedMillis(), String.valueOf(violation.getMessage()));
        } catch (RuntimeException bug) { // a broken invariant stops a real node, too
            return new Outcome.Failed(simulation.world.elapsedMillis(), String.valueOf(bug));
        }
    }

    private Outcome play() {
        for (Participant participant : world.participants) {
            world.after(world.random.nextInt(300), participant::start);
        }
        world.submit();
        if (world.scenario.partitions()) {
            world.after(1_000, world::shufflePartitions);
        }
        long chaosEnd = World.GENESIS_MILLIS + world.scenario.chaosMillis();
        while (world.runNext(chaosEnd)) {
            // all the work is in the actions
        }
        world.heal();
        long target = highest() + PROGRESS_BLOCKS;
        long deadline = chaosEnd + world.scenario.recoveryMillisMax();
        while (lowest() < target) {
            if (!world.runNext(deadline)) {
                return new Outcome.Failed(
                        world.elapsedMillis(),
                        "no progress: heights "
                                + lowest()
                                + " to "
                                + highest()
                                + ", wanted "
                                + target
                                + "; "
                                + world.scenario);
            }
        }
        long recoveryMillis = world.nowMillis() - chaosEnd;
        Optional<String> wrong = world.ledgers.audit(honest);
        return wrong.isPresent()
                ? new Outcome.Failed(world.elapsedMillis(), wrong.get())
                : world.safety.passed(recoveryMillis);
    }

    private long lowest() {
        return honest.stream().mapToLong(Ledger::headNumber).min().orElse(0);
    }

    private long highest() {
        return honest.stream().mapToLong(Ledger::headNumber).max().orElse(0);
    }
}
