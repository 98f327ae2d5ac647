package org.assay.app.provider;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.assay.primitives.Hash;

/// The chain's height as the provider last saw it, and which of its jobs and commits an event was
/// about, for jobs that wait. Safe for many threads.
final class Heads {
    /// What a job waits for if no block comes, in seconds.
    private static final long WAIT_SECONDS_MAX = 30;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// Jobs and commits that somebody waits for, with the height at which an event was last about
    /// them.
    private final Map<Hash, Long> watched = new HashMap<>();

    private long number;

    long number() {
        lock.lock();
        try {
            return number;
        } finally {
            lock.unlock();
        }
    }

    /// The jobs and commits in work.
    Set<Hash> watched() {
        lock.lock();
        try {
            return new HashSet<>(watched.keySet());
        } finally {
            lock.unlock();
        }
    }

    /// From now on events about `id` end a wait for it.
    void watch(Hash id) {
        lock.lock();
        try {
            watched.putIfAbsent(id, -1L);
        } finally {
            lock.unlock();
        }
    }

    void forget(List<Hash> ids) {
        lock.lock();
        try {
            ids.forEach(watched::remove);
        } finally {
            lock.unlock();
        }
    }

    /// A new head; `touched` is what the events since the last one are about.
    void publish(long head, Set<Hash> touched) {
        lock.lock();
        try {
            if (head != number) {
                number = head;
                watched.replaceAll((id, height) -> touched.contains(id) ? head : height);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns when `blocks` have come after `head`, when an event after it is about one of
    /// `ids`, or after half a minute.
    void await(long head, long blocks, List<Hash> ids) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        lock.lock();
        try {
            while (number < head + blocks && !isTouched(head, ids) && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isTouched(long head, List<Hash> ids) {
        return ids.stream().anyMatch(id -> watched.getOrDefault(id, -1L) > head);
    }
}
