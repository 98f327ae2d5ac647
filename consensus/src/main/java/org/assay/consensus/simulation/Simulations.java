package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// Many seeds, for `assay simulate --seeds N [--from SEED]`. A seed runs on one thread; several
/// threads take one seed after the other.
public final class Simulations {
    private static final long REPORT_EVERY = 500;

    private final LongFunction<Outcome> simulation;
    private final long from;
    private final long count;
    private final Consumer<String> told;
    private final AtomicLong next = new AtomicLong();
    private long done;
    private long failed;
    private long blocks;
    private long slowestMillis;

    private Simulations(
            LongFunction<Outcome> simulation, long from, long count, Consumer<String> told) {
        this.simulation = simulation;
        this.from = from;
        this.count = count;
        this.told = told;
    }

    /// How many seeds passed and failed, the blocks of those that passed, and the longest that
    /// one of them took to recover, in simulated milliseconds.
    public record Summary(long passed, long failed, long blocks, long slowestMillis) {}

    /// Runs `count` seeds from `from` on; tells a line for each failure and now and then how far
    /// it is.
    public static Summary run(long from, long count, int threads, Consumer<String> told)
            throws InterruptedException {
        return run(Simulation::run, from, count, threads, told);
    }

    /// The same of another simulation.
    public static Summary run(
            LongFunction<Outcome> simulation,
            long from,
            long count,
            int threads,
            Consumer<String> told)
            throws InterruptedException {
        Simulations all = new Simulations(simulation, from, count, told);
        List<Thread> workers = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            workers.add(Thread.ofPlatform().daemon().name("simulation-" + i).start(all::work));
        }
        all.work();
        for (Thread worker : workers) {
            worker.join();
        }
        return all.report();
    }

    private void work() {
        for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            add(from + i, simulation.apply(from + i));
        }
    }

    private synchronized void add(long seed, Outcome outcome) {
        switch (outcome) {
            case Outcome.Passed(long seedBlocks, var head, long recoveryMillis) -> {
                blocks += seedBlocks;
                slowestMillis = Math.max(slowestMillis, recoveryMillis);
            }
            case Outcome.Failed(long atMillis, String what) -> {
                failed++;
                told.accept("seed " + seed + " failed at " + atMillis + " ms: " + what);
            }
        }
        done++;
        if (done % REPORT_EVERY == 0 && done < count) {
            told.accept(done + " seeds, " + failed + " failed, " + blocks + " blocks");
        }
    }

    private synchronized Summary report() {
        return new Summary(count - failed, failed, blocks, slowestMillis);
    }
}
