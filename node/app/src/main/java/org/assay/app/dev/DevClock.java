package org.assay.app.dev;

import java.time.InstantSource;
import java.util.OptionalLong;

/// The time of a developer's chain: the machine's, moved by an offset. Seconds since 1970. Owned
/// by [DevChain].
final class DevClock {
    private final InstantSource source;
    private long offsetSeconds;
    private OptionalLong next = OptionalLong.empty();
    private OptionalLong interval = OptionalLong.empty();

    DevClock(InstantSource source, long offsetSeconds) {
        this.source = source;
        this.offsetSeconds = offsetSeconds;
    }

    /// What a snapshot keeps.
    record Setting(long offsetSeconds, OptionalLong next, OptionalLong interval) {}

    Setting setting() {
        return new Setting(offsetSeconds, next, interval);
    }

    void restore(Setting setting) {
        offsetSeconds = setting.offsetSeconds;
        next = setting.next;
        interval = setting.interval;
    }

    private long machineSeconds() {
        return source.millis() / 1000;
    }

    long now() {
        return machineSeconds() + offsetSeconds;
    }

    long offsetSeconds() {
        return offsetSeconds;
    }

    void increase(long seconds) {
        offsetSeconds = Math.addExact(offsetSeconds, seconds);
    }

    void set(long timestamp) {
        offsetSeconds = Math.subtractExact(timestamp, machineSeconds());
    }

    void setNext(long timestamp) {
        next = OptionalLong.of(timestamp);
    }

    void setInterval(OptionalLong seconds) {
        interval = seconds;
    }

    /// The timestamp of a block on a parent of `parentSeconds`, at least `stepSeconds` later. A
    /// timestamp that was set for the next block is used up, and the clock goes on from it.
    long take(long parentSeconds, long stepSeconds) {
        if (next.isPresent()) {
            long timestamp = next.getAsLong();
            next = OptionalLong.empty();
            set(timestamp);
            return timestamp;
        }
        if (interval.isPresent()) {
            return parentSeconds + Math.max(stepSeconds, interval.getAsLong());
        }
        return Math.max(now(), parentSeconds + stepSeconds);
    }
}
