package org.assay.app.simulate;

import java.util.concurrent.Callable;
import java.util.function.Function;
import org.assay.app.Output;
import org.assay.consensus.simulation.Ledgers;
import org.assay.consensus.simulation.Network;
import org.assay.consensus.simulation.Outcome;
import org.assay.consensus.simulation.Planted;
import org.assay.consensus.simulation.Simulation;
import org.assay.consensus.simulation.Simulations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay simulate`: networks of whole nodes under seeded faults.
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Run networks of validators on one thread with simulated clock, network and disk:",
            "delay, loss, duplication, partitions, skew, crashes that lose unsynced writes, and up",
            "to f Byzantine validators. The nodes build and execute blocks of transactions. Safety",
            "is checked at every step, then the network must recover, and the chain is executed",
            "again from genesis. A seed replays exactly. Exit code 1 if any failed."
        })
public final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--seeds",
            defaultValue = "200",
            description = "How many seeds (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--from",
            defaultValue = "0",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Seeds run at once, each on one thread (default: the processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--consensus-only",
            description =
                    "Blocks carry no transactions and nothing is executed: about twice as fast.")
    private boolean consensusOnly;

    @Option(
            names = "--assay",
            description = {
                "Seeds of Assay's rules run a chain with staking, prologues and emission, which",
                "costs three times as much. Without it all run a plain QBFT chain."
            })
    private boolean assay;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Simulations.Summary all =
                Simulations.run(this::simulate, from, seeds, Math.max(1, threads), this::tell);
        output.print(
                Output.object()
                        .put("passed", all.passed())
                        .put("failed", all.failed())
                        .put("blocks", all.blocks())
                        .put("slowestRecoveryMillis", all.slowestMillis()),
                "%d blocks; slowest recovery %d ms simulated%n%d passed, %d failed"
                        .formatted(all.blocks(), all.slowestMillis(), all.passed(), all.failed()));
        return all.failed() == 0 ? 0 : 1;
    }

    private Outcome simulate(long seed) {
        Function<Network, Ledgers> ledgers = assay ? SimulatedChain::ofAssay : SimulatedChain::of;
        return consensusOnly
                ? Simulation.run(seed)
                : Simulation.run(seed, Planted.NOTHING, ledgers);
    }

    private void tell(String text) {
        output.print(Output.object().put("text", text), text);
    }
}
