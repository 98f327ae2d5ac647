package org.assay.p2p.rlpx;

import java.util.ArrayDeque;

/// Bytes that all connections together may hold of messages that are still arriving or waiting to
/// be handled. Safe for many threads.
public final class Budget {
    private final long bytesMax;
    private final ArrayDeque<Runnable> waiters = new ArrayDeque<>();
    private long used;

    public Budget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Takes `bytes`, or keeps `retry` to be run once when some have come back, and says false.
    /// `retry` runs on the thread that gives them back.
    synchronized boolean tryTake(long bytes, Runnable retry) {
        if (used + bytes > bytesMax && used > 0) {
            waiters.add(retry);
            return false;
        }
        used += bytes;
        return true;
    }

    /// Takes `bytes` that are already there.
    synchronized void take(long bytes) {
        used += bytes;
    }

    void giveBack(long bytes) {
        ArrayDeque<Runnable> woken;
        synchronized (this) {
            used -= bytes;
            woken = new ArrayDeque<>(waiters);
            waiters.clear();
        }
        woken.forEach(Runnable::run);
    }

    public synchronized long used() {
        return used;
    }
}
