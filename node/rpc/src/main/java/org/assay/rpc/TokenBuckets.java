package org.assay.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How many calls each client may still make: a bucket each, filled at a steady rate. Safe for
/// many threads.
final class TokenBuckets {
    /// Clients remembered; the one unseen for longest is forgotten, with a full bucket.
    private static final int CLIENTS_MAX = 10_000;

    private static final long NANOS = 1_000_000_000L;

    private final long perSecond;
    private final long burst;
    private final LongSupplier nanoClock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /// `perSecond` 0 for no limit; `burst` is at least a second's worth.
    TokenBuckets(long perSecond, long burst, LongSupplier nanoClock) {
        this.perSecond = perSecond;
        this.burst = Math.max(burst, perSecond);
        this.nanoClock = nanoClock;
    }

    /// `credit` in billionths of a call, as of `nanos`.
    private static final class Bucket {
        private long credit;
        private long nanos;

        private Bucket(long credit, long nanos) {
            this.credit = credit;
            this.nanos = nanos;
        }
    }

    /// Takes one call from the client's bucket; false when it is empty.
    boolean take(String client) {
        if (perSecond == 0) {
            return true;
        }
        long now = nanoClock.getAsLong();
        synchronized (buckets) {
            Bucket bucket = buckets.computeIfAbsent(client, name -> new Bucket(burst * NANOS, now));
            // A second's fill at most a step keeps the product far below overflow.
            long elapsed = Math.min(now - bucket.nanos, burst * NANOS / perSecond + 1);
            bucket.credit = Math.min(burst * NANOS, bucket.credit + elapsed * perSecond);
            bucket.nanos = now;
            if (buckets.size() > CLIENTS_MAX) {
                buckets.remove(buckets.keySet().iterator().next());
            }
            if (bucket.credit < NANOS) {
                return false;
            }
            bucket.credit -= NANOS;
            return true;
        }
    }
}
