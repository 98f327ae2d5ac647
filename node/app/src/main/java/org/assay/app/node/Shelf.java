package org.assay.app.node;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Words;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;
import org.assay.verifier.Leaf;
import org.jspecify.annotations.Nullable;

/// Sidecars and job inputs on disk, each under the root of its 64 KiB chunks and kept until a
/// block. Writes belong to the node loop; reads are safe for many threads.
///
/// Keys in the column SIDECARS: root (32 bytes) → content; "U" ‖ root → u64 block until which it
/// is kept; "E" ‖ u64 block ‖ root → nothing; "J" ‖ jobId → root of the job's inputs; "N" ‖ root
/// ‖ jobId → nothing. Big-endian.
final class Shelf {
    /// All job inputs kept at once, in bytes: above it no more are taken until some end. Sidecars
    /// are bounded by the Proofs contract, and are never refused for want of room.
    static final long INPUT_BYTES_MAX = 1L << 30;

    private static final byte UNTIL = 'U';
    private static final byte END = 'E';
    private static final byte JOB = 'J';
    private static final byte NAMED = 'N';
    private static final int JOB_KEY_BYTES = 1 + Hash.SIZE;
    private static final int ENDS_PER_BLOCK_MAX = 4_096;

    private final KeyValueStore store;
    private long inputBytes;

    Shelf(KeyValueStore store) {
        this.store = store;
        KeyRange jobs = KeyRange.prefix(Bytes.of(new byte[] {JOB}));
        try (Cursor all = store.scan(Column.SIDECARS, jobs)) {
            while (all.next()) {
                if (all.key().size() != JOB_KEY_BYTES) {
                    continue; // content whose root begins with the same byte
                }
                inputBytes += find(Hash.of(all.value())).map(Bytes::size).orElse(0);
            }
        }
    }

    /// Keeps `content` until `block` has passed, or for longer where it is wanted longer already.
    void keep(Bytes content, long block) {
        WriteBatch batch = new WriteBatch();
        Hash root = Leaf.sidecarRoot(content);
        batch.put(Column.SIDECARS, root.toBytes(), content);
        extend(batch, root, block);
        store.write(batch);
    }

    /// Keeps a job's inputs; false when there is no room.
    boolean keepInputs(Hash jobId, Bytes content, long block) {
        if (inputBytes + content.size() > INPUT_BYTES_MAX) {
            return false;
        }
        inputBytes += content.size();
        Hash root = Leaf.sidecarRoot(content);
        keep(content, block);
        Bytes name = key(NAMED, root.toBytes().concat(jobId.toBytes()));
        store.write(
                new WriteBatch()
                        .put(Column.SIDECARS, key(JOB, jobId.toBytes()), root.toBytes())
                        .put(Column.SIDECARS, name, Bytes.EMPTY));
        return true;
    }

    /// Keeps what is under `root`, if anything, until `block` has passed.
    void extend(Hash root, long block) {
        if (store.get(Column.SIDECARS, root.toBytes()) != null) {
            WriteBatch batch = new WriteBatch();
            extend(batch, root, block);
            store.write(batch);
        }
    }

    private void extend(WriteBatch batch, Hash root, long block) {
        Bytes untilKey = key(UNTIL, root.toBytes());
        long until = number(store.get(Column.SIDECARS, untilKey));
        if (block > until) {
            batch.put(Column.SIDECARS, untilKey, Bytes.wrap(number(block)));
            batch.put(Column.SIDECARS, endKey(block, root), Bytes.EMPTY);
        }
    }

    /// Forgets what is kept until before `block`.
    void prune(long block) {
        WriteBatch batch = new WriteBatch();
        KeyRange ended = KeyRange.of(key(END, Bytes.EMPTY), key(END, Bytes.wrap(number(block))));
        int count = 0;
        try (Cursor ends = store.scan(Column.SIDECARS, ended)) {
            while (count++ < ENDS_PER_BLOCK_MAX && ends.next()) {
                Bytes root = ends.key().slice(9, ends.key().size());
                batch.delete(Column.SIDECARS, ends.key());
                if (number(store.get(Column.SIDECARS, key(UNTIL, root))) < block) {
                    forgetNames(batch, root);
                    batch.delete(Column.SIDECARS, root);
                    batch.delete(Column.SIDECARS, key(UNTIL, root));
                }
            }
        }
        if (!batch.isEmpty()) {
            store.writeUnsynced(batch);
        }
    }

    private void forgetNames(WriteBatch batch, Bytes root) {
        Bytes content = store.get(Column.SIDECARS, root);
        try (Cursor names = store.scan(Column.SIDECARS, KeyRange.prefix(key(NAMED, root)))) {
            while (names.next()) {
                Bytes jobId = names.key().slice(1 + Hash.SIZE, names.key().size());
                batch.delete(Column.SIDECARS, key(JOB, jobId));
                batch.delete(Column.SIDECARS, names.key());
                inputBytes -= content == null ? 0 : content.size();
            }
        }
    }

    Optional<Bytes> find(Hash root) {
        return Optional.ofNullable(store.get(Column.SIDECARS, root.toBytes()));
    }

    boolean holds(Hash root) {
        return find(root).isPresent();
    }

    /// Keeps a job's inputs, if they are here, until `block` has passed.
    void extendInputs(Hash jobId, long block) {
        Bytes root = store.get(Column.SIDECARS, key(JOB, jobId.toBytes()));
        if (root != null) {
            extend(Hash.of(root), block);
        }
    }

    Optional<Bytes> inputsOf(Hash jobId) {
        return Optional.ofNullable(store.get(Column.SIDECARS, key(JOB, jobId.toBytes())))
                .map(Hash::of)
                .flatMap(this::find);
    }

    private static Bytes key(byte kind, Bytes rest) {
        return Bytes.of(new byte[] {kind}).concat(rest);
    }

    private static Bytes endKey(long block, Hash root) {
        return key(END, Bytes.wrap(number(block)).concat(root.toBytes()));
    }

    private static byte[] number(long value) {
        byte[] bytes = new byte[8];
        Words.putLong(bytes, 0, value);
        return bytes;
    }

    private static long number(@Nullable Bytes value) {
        return value == null ? -1 : Words.getLong(value.unsafeArray(), 0);
    }
}
