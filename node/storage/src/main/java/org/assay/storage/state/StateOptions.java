package org.assay.storage.state;

/// How much past and how much memory a [WorldState] keeps.
///
/// @param historyBlocks blocks behind the head whose state can be read; at least 1. Rounded up
/// to
///     whole segments on disk.
/// @param archive keep every block's state; chosen when the database is made
/// @param cacheBytes for decoded trie nodes and for code, each
public record StateOptions(int historyBlocks, boolean archive, long cacheBytes) {
    public static final int HISTORY_BLOCKS = 512;
    public static final long CACHE_BYTES = 16L << 20;

    public static StateOptions bounded() {
        return new StateOptions(HISTORY_BLOCKS, false, CACHE_BYTES);
    }

    public static StateOptions unlimited() {
        return new StateOptions(HISTORY_BLOCKS, true, CACHE_BYTES);
    }
}
