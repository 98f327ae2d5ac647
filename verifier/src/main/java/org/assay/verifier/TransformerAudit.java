package org.assay.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Projection;

/// The checks of one opened `transformer-int8` proof whose facts, signatures and lengths already
/// hold: tokens, then cell by cell hashes, then the steps. Owned by one thread.
final class TransformerAudit {
    private final ProofTask task;
    private final TransformerModel model;
    private final TransformerTrace trace;
    private final List<CellId> cells;
    private final byte[] sidecar;
    private final Leaf leaf;

    TransformerAudit(
            ProofTask task, TransformerModel model, TransformerTrace trace, List<CellId> cells) {
        this.task = task;
        this.model = model;
        this.trace = trace;
        this.cells = cells;
        this.sidecar = task.sidecar().unsafeArray();
        JobFacts job = task.job();
        this.leaf = Leaf.of(job);
    }

    Verdict check(Projection projection, Supplier<VerificationKey> key) {
        if (trace.sidecarSize(cells) != sidecar.length) {
            return Verdict.failed(Reason.BAD_ENCODING, "sidecar of " + sidecar.length + " bytes");
        }
        Reason tokens = checkTokens();
        if (tokens != Reason.NONE) {
            return Verdict.failed(tokens, "tokens");
        }
        Verdict hashes = checkHashes();
        if (!hashes.pass()) {
            return hashes;
        }
        TransformerCells steps =
                new TransformerCells(
                        model,
                        trace,
                        Challenge.jobSeed(task.job().jobId(), task.mixes().assignment()),
                        projection,
                        key.get());
        int at = trace.headSize();
        for (CellId cell : cells) {
            Reason step = steps.check(cell, sidecar, at + CellId.FRAME_SIZE);
            if (step != Reason.NONE) {
                return Verdict.failed(step, cell.toString());
            }
            at += CellId.FRAME_SIZE + trace.size(cell);
        }
        return Verdict.passed(0);
    }

    private int tokenAt(int index) {
        return LittleEndian.getInt(sidecar, trace.lengthsBytes() + 4 * index);
    }

    /// Prompts as the job's, ends where they may be, answers as committed, all under traceRoot.
    private Reason checkTokens() {
        int vocabulary = model.shape().vocabulary();
        for (int i = 0; i < trace.rows(); i++) {
            if (tokenAt(i) < 0 || tokenAt(i) >= vocabulary) {
                return Reason.BAD_ENCODING;
            }
        }
        byte[] tokens =
                task.sidecar()
                        .slice(trace.lengthsBytes(), trace.lengthsBytes() + 4 * trace.rows())
                        .unsafeArray();
        if (!TransformerTokens.inputRoot(trace, tokens).equals(task.job().inputRoot())) {
            return Reason.BAD_INPUT;
        }
        Bytes answers = TransformerTokens.answers(trace, tokens);
        if (!TransformerTokens.endsProperly(
                        trace, tokens, model.template().eos(), task.job().maxNew())
                || !Sha256.hash(answers.unsafeArray()).equals(task.commit().facts().outputRoot())) {
            return Reason.BAD_OUTPUT;
        }
        byte[] hashes = new byte[(1 + trace.rows()) * Hash.SIZE];
        leaf.later(TransformerTrace.lengthsPlace(), sidecar, 0, trace.lengthsBytes(), hashes, 0);
        int slot = 1;
        for (int seq = 0; seq < trace.seqs(); seq++) {
            for (int pos = 0; pos < trace.length(seq); pos++) {
                int at = trace.lengthsBytes() + 4 * (slot - 1);
                leaf.later(TransformerTrace.tokenPlace(seq, pos), sidecar, at, 4, hashes, slot++);
            }
        }
        leaf.finish();
        int proof = trace.lengthsBytes() + 4 * trace.rows();
        Hash root = Merkle.rootOf(trace.headLeaves(), hashes, trace.depth(), sidecar, proof);
        return root.equals(task.commit().facts().traceRoot()) ? Reason.NONE : Reason.BAD_PATH;
    }

    /// Frames and paths, in the order of the cells. All leaves are hashed together first, up to
    /// those of a cell whose frame is wrong.
    private Verdict checkHashes() {
        List<byte[]> hashes = new ArrayList<>();
        Reason framed = Reason.NONE;
        int at = trace.headSize();
        for (CellId cell : cells) {
            framed = checkFrame(cell, at);
            if (framed != Reason.NONE) {
                break;
            }
            int body = at + CellId.FRAME_SIZE;
            byte[] own = new byte[trace.leaves(cell).length * Hash.SIZE];
            hashLeaves(cell, body, body + trace.bodySize(cell), own);
            hashes.add(own);
            at += CellId.FRAME_SIZE + trace.size(cell);
        }
        leaf.finish();
        at = trace.headSize();
        for (int i = 0; i < hashes.size(); i++) {
            CellId cell = cells.get(i);
            int proof = at + CellId.FRAME_SIZE + trace.bodySize(cell);
            int[] leaves = trace.leaves(cell);
            Hash root = Merkle.rootOf(leaves, hashes.get(i), trace.depth(), sidecar, proof);
            if (!root.equals(task.commit().facts().traceRoot())) {
                return Verdict.failed(Reason.BAD_PATH, cell.toString());
            }
            at += CellId.FRAME_SIZE + trace.size(cell);
        }
        return framed == Reason.NONE
                ? Verdict.passed(0)
                : Verdict.failed(framed, cells.get(hashes.size()).toString());
    }

    private Reason checkFrame(CellId cell, int at) {
        if (!cell.isNamedAt(sidecar, at)) {
            return Reason.BAD_CELLS;
        }
        return LittleEndian.getInt(sidecar, at + 12) == trace.size(cell)
                ? Reason.NONE
                : Reason.BAD_ENCODING;
    }

    /// Queues the leaves in a body, in the order of `TransformerTrace.leaves`.
    private void hashLeaves(CellId cell, int body, int end, byte[] hashes) {
        int seq = cell.seq();
        int pos = cell.pos();
        int layer = cell.layer();
        int residual = trace.residualBytes();
        int attention = model.shape().attentionWidth();
        Leaf.Place x = TransformerTrace.residualPlace(seq, pos, layer);
        Leaf.Place a = TransformerTrace.attentionPlace(seq, pos, layer);
        switch (cell.op()) {
            case CellId.LINEAR -> {
                leaf.later(x, sidecar, body, residual, hashes, 0);
                Leaf.Place next = TransformerTrace.residualPlace(seq, pos, layer + 1);
                leaf.later(next, sidecar, end - residual, residual, hashes, 1);
                leaf.later(a, sidecar, body + residual, attention, hashes, 2);
                int from = body + residual + attention;
                for (int head = 0; head < model.shape().kvHeads(); head++) {
                    int block = pos / TransformerTrace.KV_POSITIONS;
                    keyValue(
                            TransformerTrace.keyValuePlace(seq, block, layer, head),
                            from,
                            hashes,
                            3 + head);
                    from += trace.keyValueBytes();
                }
            }
            case CellId.ATTENTION -> {
                leaf.later(x, sidecar, body, residual, hashes, 0);
                leaf.later(a, sidecar, end - attention, attention, hashes, 1);
                int from = body + residual + trace.qkvBytes();
                for (int block = 0; block < TransformerTrace.keyValueLeaves(pos); block++) {
                    keyValue(
                            TransformerTrace.keyValuePlace(seq, block, layer, cell.group()),
                            from,
                            hashes,
                            2 + block);
                    from += trace.keyValueBytes();
                }
            }
            case CellId.EMBED -> {
                leaf.later(TransformerTrace.tokenPlace(seq, pos), sidecar, body, 4, hashes, 0);
                leaf.later(x, sidecar, body + 4, residual, hashes, 1);
            }
            default -> {
                Leaf.Place token = TransformerTrace.tokenPlace(seq, pos + 1);
                leaf.later(token, sidecar, end - 4, 4, hashes, 0);
                Leaf.Place last = TransformerTrace.residualPlace(seq, pos, model.shape().layers());
                leaf.later(last, sidecar, body, residual, hashes, 1);
            }
        }
    }

    private void keyValue(Leaf.Place place, int from, byte[] hashes, int slot) {
        leaf.later(place, sidecar, from, trace.keyValueBytes(), hashes, slot);
    }
}
