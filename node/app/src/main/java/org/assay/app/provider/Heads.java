package org.assay.app.provider;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The chain's height as the provider last saw it, for jobs that wait for the next block. Safe
/// for many threads.
final class Heads {
    /// What a job waits for if no block comes, in seconds.
    private static final long WAIT_SECONDS_MAX = 6;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long number;

    long number() {
        lock.lock();
        try {
            return number;
        } finally {
            lock.unlock();
        }
    }

    void publish(long head) {
        lock.lock();
        try {
            if (head != number) {
                number = head;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns when a block above `head` is known, or after a few seconds.
    void awaitAfter(long head) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        lock.lock();
        try {
            while (number <= head && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
