package org.assay.primitives;

/// Always-on invariants: a violated one is a bug, and stopping beats forking.
public final class Invariant {
    private Invariant() {}

    /// Throws [IllegalStateException] with `message` unless `holds`.
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException("invariant violated: " + message);
        }
    }
}
