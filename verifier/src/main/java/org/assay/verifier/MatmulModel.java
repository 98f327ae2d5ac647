package org.assay.verifier;

import org.assay.primitives.Bytes;

/// The empty model of a `matmul-int8`: both factors come with the job.
public record MatmulModel(MatmulInt8 template) implements Model {
    @Override
    public int matrices() {
        return 0;
    }

    @Override
    public int inputs(int matrix) {
        throw new IndexOutOfBoundsException(matrix);
    }

    @Override
    public int outputs(int matrix) {
        throw new IndexOutOfBoundsException(matrix);
    }

    @Override
    public byte[] weights(int matrix) {
        throw new IndexOutOfBoundsException(matrix);
    }

    @Override
    public Bytes constants() {
        return Bytes.EMPTY;
    }

    /// The root over the salted 64 KiB leaves of a sidecar: what its Commit names as traceRoot.
    public static Merkle traceTree(JobFacts job, byte[] sidecar) {
        Leaf leaf = Leaf.of(job);
        int count = Math.ceilDiv(sidecar.length, Leaf.CHUNK_BYTES);
        byte[] hashes = new byte[count * org.assay.primitives.Hash.SIZE];
        for (int i = 0; i < count; i++) {
            int from = i * Leaf.CHUNK_BYTES;
            int size = Math.min(Leaf.CHUNK_BYTES, sidecar.length - from);
            Leaf.Place place = new Leaf.Place(Leaf.RESIDUAL, 0, i, 0, 0);
            leaf.later(place, sidecar, from, size, hashes, i);
        }
        leaf.finish();
        return Merkle.of(hashes, count);
    }
}
