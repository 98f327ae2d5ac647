package org.assay.consensus.simulation;

import java.io.PrintStream;

/// Many seeds, for `assay simulate --seeds N [--from SEED]`.
public final class Simulations {
    private static final long REPORT_EVERY = 500;

    private Simulations() {}

    /// Runs `count` seeds from `from` on; a line for each failure, a closing line
    /// `N passed, M failed`. True where none failed.
    public static boolean run(long from, long count, PrintStream out) {
        long failed = 0;
        long blocks = 0;
        long slowestMillis = 0;
        for (long seed = from; seed < from + count; seed++) {
            switch (Simulation.run(seed)) {
                case Outcome.Passed(long seedBlocks, long recoveryMillis) -> {
                    blocks += seedBlocks;
                    slowestMillis = Math.max(slowestMillis, recoveryMillis);
                }
                case Outcome.Failed(long atMillis, String what) -> {
                    failed++;
                    out.println("seed " + seed + " failed at " + atMillis + " ms: " + what);
                }
            }
            long done = seed - from + 1;
            if (done % REPORT_EVERY == 0 && done < count) {
                out.println(done + " seeds, " + failed + " failed, " + blocks + " blocks");
            }
        }
        out.println(blocks + " blocks; slowest recovery " + slowestMillis + " ms simulated");
        out.println((count - failed) + " passed, " + failed + " failed");
        return failed == 0;
    }
}
