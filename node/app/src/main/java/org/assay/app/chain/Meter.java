package org.assay.app.chain;

import java.util.Locale;

/// How far and how fast work on blocks is. One thread.
final class Meter {
    private static final int BAR_WIDTH = 20;
    private static final double NANOS = 1e9;

    private long beginNanos = System.nanoTime();
    private long blocks;
    private long gas;

    /// Time counts from now.
    void begin() {
        beginNanos = System.nanoTime();
    }

    void add(long gasUsed) {
        blocks++;
        gas += gasUsed;
    }

    long blocks() {
        return blocks;
    }

    long gas() {
        return gas;
    }

    double seconds() {
        return Math.max(1e-3, (System.nanoTime() - beginNanos) / NANOS);
    }

    double blocksPerSecond() {
        return blocks / seconds();
    }

    double megagasPerSecond() {
        return gas / 1e6 / seconds();
    }

    /// `done` of `total` units, whatever they are.
    String line(long done, long total, long number) {
        double part = total == 0 ? 0 : Math.min(1, (double) done / total);
        int filled = (int) (part * BAR_WIDTH);
        String left =
                part == 0
                        ? "?"
                        : String.format(Locale.ROOT, "%.0f s", seconds() / part * (1 - part));
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %%  block %d  %.0f blocks/s  %.1f Mgas/s  ETA %s",
                "#".repeat(filled),
                "-".repeat(BAR_WIDTH - filled),
                part * 100,
                number,
                blocksPerSecond(),
                megagasPerSecond(),
                left);
    }
}
