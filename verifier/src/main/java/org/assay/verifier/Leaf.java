package org.assay.verifier;

import java.security.DigestException;
import java.security.MessageDigest;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Sha256Queue;

/// Hashes of leaves, each kind under its own first byte: 0 trace, 2 sidecar chunk, 3 input row,
/// 4 model chunk (1 is a node). Owned by one thread.
public final class Leaf {
    /// Leaf types of a trace, in tree order.
    public static final int LENGTHS = 0;

    public static final int TOKEN = 1;
    public static final int RESIDUAL = 2;
    public static final int ATTENTION = 3;
    public static final int KEY_VALUE = 4;

    public static final int CHUNK_BYTES = 64 * 1024;

    private static final byte TRACE_TAG = 0;
    private static final byte CHUNK_TAG = 2;
    private static final byte INPUT_TAG = 3;
    private static final byte MODEL_TAG = 4;
    private static final int HEADER_SIZE = 50;

    private final Sha256Queue queue = new Sha256Queue();
    private final byte[] header = new byte[HEADER_SIZE];

    /// Hashes trace leaves under `salt`.
    public Leaf(Hash salt) {
        header[0] = TRACE_TAG;
        salt.writeTo(header, 1);
    }

    /// Hashes the leaves of a job's trace.
    public static Leaf of(JobFacts job) {
        return new Leaf(
                Challenge.salt(job.chainId(), job.jobId(), job.provider(), job.templateId()));
    }

    /// Where a leaf stands in the trace. `sub` is the KV head, else 0.
    public record Place(int type, int seq, int pos, int layer, int sub) {}

    /// SHA256(0‖salt‖type‖seq‖pos‖layer‖sub‖len‖data), written to `to[32·slot..]`.
    public void hash(Place place, byte[] from, int offset, int size, byte[] to, int slot) {
        later(place, from, offset, size, to, slot);
        finish();
    }

    /// As [#hash], together with others of its size: done once [#finish] was called, and `from`
    /// stays as it is till then.
    public void later(Place place, byte[] from, int offset, int size, byte[] to, int slot) {
        header[33] = (byte) place.type;
        LittleEndian.putInt(header, 34, place.seq);
        LittleEndian.putInt(header, 38, place.pos);
        LittleEndian.putShort(header, 42, place.layer);
        LittleEndian.putShort(header, 44, place.sub);
        LittleEndian.putInt(header, 46, size);
        queue.add(header, HEADER_SIZE, from, offset, size, to, slot);
    }

    public void finish() {
        queue.finish();
    }

    private static void digest(MessageDigest sha, byte[] to, int slot) {
        try {
            sha.digest(to, slot * Hash.SIZE, Hash.SIZE);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes hold a SHA-256", e);
        }
    }

    /// The root over the 64 KiB chunks of a sidecar; an empty one is a single empty chunk.
    public static Hash sidecarRoot(Bytes sidecar) {
        byte[] content = sidecar.unsafeArray();
        return chunkTree(CHUNK_TAG, new byte[0], content, CHUNK_BYTES).root();
    }

    /// The tree over a job's input rows of `rowBytes` each: what a customer computes.
    /// `inputs` holds at least one whole row.
    public static Merkle inputTree(Bytes inputs, int rowBytes) {
        Invariant.check(
                inputs.size() > 0 && inputs.size() % rowBytes == 0, "inputs are whole rows");
        return chunkTree(INPUT_TAG, new byte[0], inputs.unsafeArray(), rowBytes);
    }

    /// The root over the 64 KiB chunks of inputs that are opened whole.
    public static Hash inputRoot(Bytes inputs) {
        return chunkTree(INPUT_TAG, new byte[0], inputs.unsafeArray(), CHUNK_BYTES).root();
    }

    /// SHA256(3‖u32 row‖u32 len‖row) of one input row.
    static void inputHash(int row, byte[] from, int offset, int size, byte[] to, int slot) {
        MessageDigest sha = Sha256.digest();
        byte[] head = new byte[9];
        head[0] = INPUT_TAG;
        LittleEndian.putInt(head, 1, row);
        LittleEndian.putInt(head, 5, size);
        sha.update(head);
        sha.update(from, offset, size);
        digest(sha, to, slot);
    }

    /// The root over the 64 KiB chunks of a model's matrix, row-major.
    static Hash matrixRoot(int matrix, byte[] weights) {
        byte[] prefix = new byte[4];
        LittleEndian.putInt(prefix, 0, matrix);
        return chunkTree(MODEL_TAG, prefix, weights, CHUNK_BYTES).root();
    }

    private static Merkle chunkTree(byte tag, byte[] prefix, byte[] content, int chunkBytes) {
        int count = Math.max(1, Math.ceilDiv(content.length, chunkBytes));
        byte[] hashes = new byte[Math.multiplyExact(count, Hash.SIZE)];
        Sha256Queue queue = new Sha256Queue();
        int headSize = 1 + prefix.length + 8;
        byte[] head = new byte[headSize];
        head[0] = tag;
        System.arraycopy(prefix, 0, head, 1, prefix.length);
        for (int i = 0; i < count; i++) {
            int from = i * chunkBytes;
            int size = Math.min(chunkBytes, content.length - from);
            LittleEndian.putInt(head, headSize - 8, i);
            LittleEndian.putInt(head, headSize - 4, size);
            queue.add(head, headSize, content, from, size, hashes, i);
        }
        queue.finish();
        return Merkle.of(hashes, count);
    }
}
