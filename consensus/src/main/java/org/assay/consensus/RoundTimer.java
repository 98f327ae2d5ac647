package org.assay.consensus;

/// How long a round may last: `requestTimeout · 2^round`, at most `requestTimeout · factorMax`.
/// Besu has no cap, and its networks are known to wait hours after an outage.
public record RoundTimer(long factorMax) {
    /// Timers of 2^30 request timeouts and more are all the same: never.
    private static final int EXPONENT_MAX = 30;

    public static final RoundTimer BESU = new RoundTimer(1L << EXPONENT_MAX);
    public static final RoundTimer ASSAY = new RoundTimer(8);

    /// Milliseconds that `round` ≥ 0 may last.
    public long delayMillis(long requestTimeoutMillis, int round) {
        long factor = Math.min(1L << Math.min(round, EXPONENT_MAX), factorMax);
        return Math.multiplyExact(requestTimeoutMillis, factor);
    }
}
