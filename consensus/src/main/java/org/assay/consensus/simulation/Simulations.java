package org.assay.consensus.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// Many seeds, for `assay simulate --seeds N [--from SEED]`. A seed runs on one thread; several
/// threads take one seed after the other.
public final class Simulations {
    private static final long REPORT_EVERY = 500;

    private final LongFunction<Outcome> simulation;
    private final long from;
    private final long count;
    private final PrintStream out;
    private final AtomicLong next = new AtomicLong();
    private long done;
    private long failed;
    private long blocks;
    private long slowestMillis;

    private Simulations(LongFunction<Outcome> simulation, long from, long count, PrintStream out) {
        this.simulation = simulation;
        this.from = from;
        this.count = count;
        this.out = out;
    }

    /// Runs `count` seeds from `from` on; a line for each failure, a closing line
    /// `N passed, M failed`. True where none failed.
    public static boolean run(long from, long count, int threads, PrintStream out)
            throws InterruptedException {
        return run(Simulation::run, from, count, threads, out);
    }

    /// The same of another simulation.
    public static boolean run(
            LongFunction<Outcome> simulation, long from, long count, int threads, PrintStream out)
            throws InterruptedException {
        Simulations all = new Simulations(simulation, from, count, out);
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
            case Outcome.Passed(long seedBlocks, long recoveryMillis) -> {
                blocks += seedBlocks;
                slowestMillis = Math.max(slowestMillis, recoveryMillis);
            }
            case Outcome.Failed(long atMillis, String what) -> {
                failed++;
                out.println("seed " + seed + " failed at " + atMillis + " ms: " + what);
            }
        }
        done++;
        if (done % REPORT_EVERY == 0 && done < count) {
            out.println(done + " seeds, " + failed + " failed, " + blocks + " blocks");
        }
    }

    private synchronized boolean report() {
        out.println(blocks + " blocks; slowest recovery " + slowestMillis + " ms simulated");
        out.println((count - failed) + " passed, " + failed + " failed");
        return failed == 0;
    }
}
