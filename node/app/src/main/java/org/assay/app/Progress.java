package org.assay.app;

import java.io.Console;
import java.io.PrintWriter;

/// A line about work under way that overwrites itself, a few times a second, for people: nothing
/// where the output is not a terminal, and nothing for work that ends at once.
public final class Progress {
    private static final long FIRST_NANOS = 1_000_000_000L;
    private static final long STEP_NANOS = 250_000_000L;
    private static final int WIDTH = 78;

    private final PrintWriter err;
    private final boolean shown;
    private long nextNanos;
    private boolean dirty;

    private Progress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
        this.nextNanos = System.nanoTime() + FIRST_NANOS;
    }

    /// `wanted`: the user did not ask for machine-readable output.
    public static Progress on(PrintWriter err, boolean wanted) {
        return new Progress(err, wanted && isTerminal());
    }

    /// Null still happens: where jdk.internal.le is not resolved and the output is a pipe.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Shows `text` if it is time to.
    public void show(String text) {
        if (shown && isDue()) {
            String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
            err.print("\r\u001b[K" + line);
            err.flush();
            dirty = true;
        }
    }

    /// Shows how much of `total` is done, and with what.
    public void show(long done, long total, String what) {
        if (shown && System.nanoTime() - nextNanos >= 0) {
            show(done + " of " + total + " (" + 100 * done / Math.max(1, total) + " %) " + what);
        }
    }

    private boolean isDue() {
        long now = System.nanoTime();
        if (now - nextNanos < 0) {
            return false;
        }
        nextNanos = now + STEP_NANOS;
        return true;
    }

    /// Removes the line.
    public void clear() {
        if (dirty) {
            err.print("\r\u001b[K");
            err.flush();
            dirty = false;
        }
    }
}
