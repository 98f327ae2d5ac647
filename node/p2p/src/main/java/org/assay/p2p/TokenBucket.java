package org.assay.p2p;

/// Pays for what a peer does: `perSecond` tokens come in each second, at most `burst` are kept.
/// One owner.
final class TokenBucket {
    private final long perSecond;
    private final long burst;
    private long tokens;
    private long filledAtMillis;

    TokenBucket(long perSecond, long burst, long nowMillis) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filledAtMillis = nowMillis;
    }

    /// Takes `cost` and answers how long the payer must wait for it, in milliseconds.
    long pay(long cost, long nowMillis) {
        long passed = Math.clamp(nowMillis - filledAtMillis, 0, 60_000);
        tokens = Math.min(burst, tokens + perSecond * passed / 1_000);
        filledAtMillis = nowMillis;
        tokens -= Math.min(cost, burst);
        return tokens >= 0 ? 0 : (-tokens * 1_000 + perSecond - 1) / perSecond;
    }
}
