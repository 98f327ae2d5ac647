package org.assay.consensus.simulation;

import org.assay.primitives.Address;

/// One seed: chaos first, in which safety must hold at every step, then a healed network in which
/// every honest validator must make progress within [Scenario#recoveryMillisMax].
public final class Simulation {
    /// Blocks that each honest node must have above the highest one at the healing.
    private static final int PROGRESS_BLOCKS = 3;

    private final World world;

    private Simulation(long seed, Planted planted) {
        world = new World(seed);
        int count = world.scenario.validators();
        for (int i = 0; i < count; i++) {
            boolean byzantine = i >= count - world.scenario.byzantine();
            Address address = world.addresses.get(i);
            if (byzantine) {
                world.safety.declareByzantine(address);
                world.participants.add(new Adversary(world, i));
            } else {
                world.participants.add(
                        new SimulatedNode(world, i, planted, new Conduct.Honest(world, address)));
            }
        }
    }

    public static Outcome run(long seed) {
        return run(seed, Planted.NOTHING);
    }

    public static Outcome run(long seed, Planted planted) {
        Simulation simulation = new Simulation(seed, planted);
        try {
            return simulation.play();
        } catch (SafetyCheck.Violation violation) {
            return new Outcome.Failed(
                    simulation.world.elapsedMillis(), String.valueOf(violation.getMessage()));
        } catch (IllegalStateException bug) { // a broken invariant stops a real node, too
            return new Outcome.Failed(simulation.world.elapsedMillis(), String.valueOf(bug));
        }
    }

    private Outcome play() {
        for (Participant participant : world.participants) {
            world.after(world.random.nextInt(300), participant::start);
        }
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
        return new Outcome.Passed(world.safety.finalBlocks(), world.nowMillis() - chaosEnd);
    }

    private long lowest() {
        return world.participants.stream()
                .filter(SimulatedNode.class::isInstance)
                .mapToLong(node -> ((SimulatedNode) node).headHeight())
                .min()
                .orElse(0);
    }

    private long highest() {
        return world.participants.stream()
                .filter(SimulatedNode.class::isInstance)
                .mapToLong(node -> ((SimulatedNode) node).headHeight())
                .max()
                .orElse(0);
    }
}
