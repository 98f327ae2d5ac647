package org.assay.verifier.prover;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.Leaf;
import org.assay.verifier.MatmulInt8;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Planes;

/// A `matmul-int8`: a leaf is 64 KiB of A ‖ B ‖ planes of C, and follows from the rows it
/// overlaps.
final class HonestMatmul implements HonestTrace {
    private final Source source;
    private final MatmulInt8 template;
    private final byte[] inputs;
    private final long size;
    private final Leaf leaf;

    private HonestMatmul(Source source, MatmulInt8 template, Bytes inputs) {
        this.source = source;
        this.template = template;
        this.inputs = inputs.unsafeArray();
        this.size = template.sidecarBytes(source.rows());
        this.leaf = Leaf.of(source.job());
    }

    static Optional<HonestMatmul> of(Source source, MatmulModel model) {
        MatmulInt8 template = model.template();
        long size = template.inputBytes(source.rows());
        if (source.rows() < 1 || size > source.sidecar().size()) {
            return Optional.empty();
        }
        Bytes inputs = source.sidecar().slice(0, (int) size);
        return Leaf.inputRoot(inputs).equals(source.job().inputRoot())
                ? Optional.of(new HonestMatmul(source, template, inputs))
                : Optional.empty();
    }

    @Override
    public int leafCount() {
        return Math.toIntExact(Math.ceilDiv(size, Leaf.CHUNK_BYTES));
    }

    @Override
    public Hash leaf(int index) {
        if (index >= leafCount()) {
            return Hash.ZERO;
        }
        int from = index * Leaf.CHUNK_BYTES;
        int length = (int) Math.min(Leaf.CHUNK_BYTES, size - from);
        byte[] chunk = new byte[length];
        int fromInputs = Math.clamp((long) inputs.length - from, 0, length);
        System.arraycopy(inputs, Math.min(from, inputs.length), chunk, 0, fromInputs);
        if (fromInputs < length) {
            fillPlanes(from, chunk, fromInputs);
        }
        byte[] hash = new byte[Hash.SIZE];
        leaf.hash(new Leaf.Place(Leaf.RESIDUAL, 0, index, 0, 0), chunk, 0, length, hash, 0);
        return Hash.of(hash);
    }

    /// `chunk[at..]` from the rows of planes that it overlaps; `from`: the chunk's own offset.
    private void fillPlanes(int from, byte[] chunk, int at) {
        int rowBytes = template.outputs() * template.planes();
        byte[] row = new byte[rowBytes];
        int filled = at;
        while (filled < chunk.length) {
            int offset = from + filled - inputs.length;
            int[] c = MatmulRun.product(template, inputs, offset / rowBytes, source.rows());
            Planes.write(c, template.planes(), row, 0);
            int skipped = offset % rowBytes;
            int copied = Math.min(rowBytes - skipped, chunk.length - filled);
            System.arraycopy(row, skipped, chunk, filled, copied);
            filled += copied;
        }
    }

    @Override
    public String nameOf(int index) {
        return index < leafCount() ? "64 KiB chunk " + index : "padding";
    }
}
