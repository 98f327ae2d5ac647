package org.assay.storage.state;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A cache of one entry a place, the place chosen by the key's hash: a newer key displaces an
/// older one. No order, no counters, no upkeep: a hit costs two memory reads, where a cache
/// with an eviction policy spent a quarter of a block's time on that (Caffeine, 10,000 changes
/// a block).
///
/// A reader that loads a missing value cannot overwrite one that was put meanwhile: it looks at
/// the place first ([#entry]) and [#offer]s its value only for what it saw there.
final class DirectCache<K, V> {
    /// What a place holds.
    record Entry<K, V>(K key, V value) {}

    private final AtomicReferenceArray<@Nullable Entry<K, V>> places;
    private final int shift;

    /// With at least `count` places.
    DirectCache(long count) {
        int bits = 64 - Long.numberOfLeadingZeros(Math.clamp(count, 2, 1 << 24) - 1);
        this.places = new AtomicReferenceArray<>(1 << bits);
        this.shift = Integer.SIZE - bits;
    }

    private int place(K key) {
        return (key.hashCode() * 0x9e3779b9) >>> shift;
    }

    /// Whatever is where `key` would be.
    @Nullable Entry<K, V> entry(K key) {
        return places.get(place(key));
    }

    @Nullable V get(K key) {
        return valueOf(entry(key), key);
    }

    /// The value in `entry` if that is of `key`.
    @Nullable V valueOf(@Nullable Entry<K, V> entry, K key) {
        return entry != null && entry.key.equals(key) ? entry.value : null;
    }

    void put(K key, V value) {
        places.set(place(key), new Entry<>(key, value));
    }

    /// Puts unless the place has changed since it held `seen`.
    void offer(@Nullable Entry<K, V> seen, K key, V value) {
        places.compareAndSet(place(key), seen, new Entry<>(key, value));
    }
}
