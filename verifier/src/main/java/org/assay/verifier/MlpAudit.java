package org.assay.verifier;

import java.util.List;
import java.util.function.Supplier;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Projection;

/// The checks of one opened `mlp-int8` proof whose facts, signatures and size already hold:
/// answers, then cell by cell hashes before algebra before exact steps. Owned by one thread.
final class MlpAudit {
    private final ProofTask task;
    private final MlpModel model;
    private final MlpInt8 template;
    private final MlpTrace trace;
    private final List<CellId> cells;
    private final byte[] sidecar;
    private final Leaf leaf;

    MlpAudit(ProofTask task, MlpModel model, List<CellId> cells) {
        this.task = task;
        this.model = model;
        this.template = model.template();
        this.trace = new MlpTrace(template, task.job().rows());
        this.cells = cells;
        this.sidecar = task.sidecar().unsafeArray();
        JobFacts job = task.job();
        this.leaf = Leaf.of(job);
    }

    /// Empty detail and NONE if everything holds. `key` is asked for once the hashes do.
    Verdict check(Projection projection, Supplier<VerificationKey> key) {
        if (trace.sidecarSize(cells) != sidecar.length) {
            return Verdict.failed(Reason.BAD_ENCODING, "sidecar of " + sidecar.length + " bytes");
        }
        Reason head = checkAnswers();
        if (head != Reason.NONE) {
            return Verdict.failed(head, "answers");
        }
        int at = trace.headSize();
        for (CellId cell : cells) {
            Reason framed = checkHashes(cell, at);
            if (framed != Reason.NONE) {
                return Verdict.failed(framed, cell.toString());
            }
            at += CellId.FRAME_SIZE + trace.size(cell);
        }
        VerificationKey epochKey = key.get();
        at = trace.headSize();
        for (CellId cell : cells) {
            Reason row = checkRow(cell, at + CellId.FRAME_SIZE, projection, epochKey);
            if (row != Reason.NONE) {
                return Verdict.failed(row, cell.toString());
            }
            at += CellId.FRAME_SIZE + trace.size(cell);
        }
        return Verdict.passed(0);
    }

    private Hash traceRoot() {
        return task.commit().facts().traceRoot();
    }

    private Reason checkAnswers() {
        int rows = trace.rows();
        Bytes answers = task.sidecar().slice(0, rows);
        if (!Sha256.hash(answers.unsafeArray()).equals(task.commit().facts().outputRoot())) {
            return Reason.BAD_OUTPUT;
        }
        byte[] hashes = new byte[rows * Hash.SIZE];
        for (int row = 0; row < rows; row++) {
            leaf.later(MlpTrace.answerPlace(row), sidecar, row, 1, hashes, row);
        }
        leaf.finish();
        Hash root = Merkle.rootOf(trace.answerLeaves(), hashes, trace.depth(), sidecar, rows);
        return root.equals(traceRoot()) ? Reason.NONE : Reason.BAD_PATH;
    }

    /// Frame, trace leaves and, for layer 0, the input row.
    private Reason checkHashes(CellId cell, int at) {
        if (!cell.isNamedAt(sidecar, at)) {
            return Reason.BAD_CELLS;
        }
        if (LittleEndian.getInt(sidecar, at + 12) != trace.size(cell)) {
            return Reason.BAD_ENCODING;
        }
        int body = at + CellId.FRAME_SIZE;
        int proof = body + trace.bodySize(cell);
        int[] leaves = trace.leaves(cell);
        byte[] hashes = new byte[2 * Hash.SIZE];
        int slot = 0;
        int row = cell.seq();
        int layer = cell.layer();
        int result = body + trace.resultAt(cell);
        if (trace.isHead(cell)) {
            leaf.hash(MlpTrace.answerPlace(row), sidecar, result, 1, hashes, slot++);
        }
        if (layer > 0) {
            leaf.hash(
                    MlpTrace.hiddenPlace(row, layer),
                    sidecar,
                    body,
                    template.inputs(layer),
                    hashes,
                    slot++);
        }
        if (!trace.isHead(cell)) {
            leaf.hash(
                    MlpTrace.hiddenPlace(row, layer + 1),
                    sidecar,
                    result,
                    template.outputs(layer),
                    hashes,
                    slot);
        }
        if (!Merkle.rootOf(leaves, hashes, trace.depth(), sidecar, proof).equals(traceRoot())) {
            return Reason.BAD_PATH;
        }
        return layer == 0 ? checkInput(cell, body, proof + trace.proofSize(cell)) : Reason.NONE;
    }

    private Reason checkInput(CellId cell, int body, int proof) {
        byte[] hash = new byte[Hash.SIZE];
        int row = cell.seq();
        Leaf.inputHash(row, sidecar, body, template.inputs(0), hash, 0);
        Hash root = Merkle.rootOf(new int[] {row}, hash, trace.inputDepth(), sidecar, proof);
        return root.equals(task.job().inputRoot()) ? Reason.NONE : Reason.BAD_INPUT;
    }

    /// The product under the projection, then the exact step from y to x or the answer.
    private Reason checkRow(CellId cell, int body, Projection projection, VerificationKey key) {
        int layer = cell.layer();
        int[] y = new int[template.outputs(layer)];
        int planesAt = body + trace.planesAt(cell);
        long bound = Planes.bound(template.inputs(layer));
        if (!Planes.read(sidecar, planesAt, template.planes(layer), bound, y)) {
            return Reason.BAD_ENCODING;
        }
        byte[] x = sidecar;
        int xAt = body;
        if (layer == 0) {
            x = new byte[template.inputs(0)];
            xAt = 0;
            quantise(sidecar, body, x, 0, x.length);
        }
        if (!key.rowHolds(projection, layer, x, xAt, sidecar, planesAt)) {
            return Reason.BAD_ROW;
        }
        int result = body + trace.resultAt(cell);
        if (trace.isHead(cell)) {
            boolean same = model.answer(y) == sidecar[result];
            return same ? Reason.NONE : Reason.BAD_OUTPUT;
        }
        byte[] next = new byte[y.length];
        model.activate(layer, y, next, 0);
        return Bytes.wrap(next).equals(task.sidecar().slice(result, result + next.length))
                ? Reason.NONE
                : Reason.BAD_GLUE;
    }

    /// x_0 from input bytes: byte >> 1, so 0..127.
    public static void quantise(byte[] from, int offset, byte[] to, int toOffset, int size) {
        for (int i = 0; i < size; i++) {
            to[toOffset + i] = (byte) ((from[offset + i] & 0xff) >> 1);
        }
    }
}
