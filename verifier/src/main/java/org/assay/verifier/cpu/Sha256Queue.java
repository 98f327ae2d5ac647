package org.assay.verifier.cpu;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;

/// SHA-256 of many messages, hashed sixteen of a size at a time where the CPU has vectors of 512
/// bits, one by one elsewhere; the same digests either way. Messages wait until sixteen of their
/// size are there or [#finish] is called: their bytes must stay as they are till then. Owned by
/// one thread.
public final class Sha256Queue {
    /// Longest head of a message, bytes.
    public static final int HEAD_BYTES_MAX = 64;

    /// From this many messages on sixteen lanes beat one message after the other.
    private static final int VECTOR_MIN = 9;

    /// Sizes that wait at once.
    private static final int SIZES_MAX = 4;

    private final MessageDigest one = Sha256.digest();
    private final Optional<VectorSha256> vector;
    private final List<VectorSha256.Batch> batches = new ArrayList<>();
    private int oldest;

    public Sha256Queue() {
        vector = Vectors.wide() ? Optional.of(new VectorSha256()) : Optional.empty();
    }

    /// Queues `head[0, headSize)` ‖ `from[offset, offset + size)`, whose digest goes to
    /// `to[32·slot..]`. The head is copied.
    public void add(
            byte[] head, int headSize, byte[] from, int offset, int size, byte[] to, int slot) {
        VectorSha256.Batch batch = batchOf(headSize, size);
        int lane = batch.count++;
        System.arraycopy(head, 0, batch.heads, lane * HEAD_BYTES_MAX, headSize);
        batch.from[lane] = from;
        batch.at[lane] = offset;
        batch.to[lane] = to;
        batch.toAt[lane] = slot * Hash.SIZE;
        if (batch.count == VectorSha256.LANES) {
            flush(batch);
        }
    }

    private VectorSha256.Batch batchOf(int headSize, int size) {
        for (VectorSha256.Batch batch : batches) {
            if (batch.size == size && batch.headSize == headSize) {
                return batch;
            }
        }
        VectorSha256.Batch batch;
        if (batches.size() < SIZES_MAX) {
            batch = new VectorSha256.Batch();
            batches.add(batch);
        } else {
            batch = batches.get(oldest++ % SIZES_MAX);
            flush(batch);
        }
        batch.headSize = headSize;
        batch.size = size;
        return batch;
    }

    /// Hashes what still waits.
    public void finish() {
        batches.forEach(this::flush);
    }

    private void flush(VectorSha256.Batch batch) {
        int count = batch.count;
        batch.count = 0;
        if (vector.isPresent() && count >= VECTOR_MIN) {
            // Lanes without a message repeat the first one's.
            for (int lane = count; lane < VectorSha256.LANES; lane++) {
                batch.from[lane] = batch.from[0];
                batch.at[lane] = batch.at[0];
            }
            VectorSha256 lanes = vector.get();
            lanes.hash(batch);
            for (int lane = 0; lane < count; lane++) {
                lanes.digest(lane, batch.to[lane], batch.toAt[lane]);
            }
            return;
        }
        for (int lane = 0; lane < count; lane++) {
            one.update(batch.heads, lane * HEAD_BYTES_MAX, batch.headSize);
            one.update(batch.from[lane], batch.at[lane], batch.size);
            try {
                one.digest(batch.to[lane], batch.toAt[lane], Hash.SIZE);
            } catch (DigestException e) {
                throw new IllegalStateException("32 bytes hold a SHA-256", e);
            }
        }
    }
}
