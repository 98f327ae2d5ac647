package org.assay.verifier;

import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.verifier.cpu.Projection;

/// The algebra and the exact steps of a decoder's opened cells, whose leaves are already proven.
/// Owned by one thread.
final class TransformerCells {
    private final TransformerModel model;
    private final TransformerInt8.Shape shape;
    private final TransformerTrace trace;
    private final Hash jobSeed;
    private final Projection projection;
    private final VerificationKey key;

    TransformerCells(
            TransformerModel model,
            TransformerTrace trace,
            Hash jobSeed,
            Projection projection,
            VerificationKey key) {
        this.model = model;
        this.shape = model.shape();
        this.trace = trace;
        this.jobSeed = jobSeed;
        this.projection = projection;
        this.key = key;
    }

    /// `body` is the offset of the cell's body in `from`.
    Reason check(CellId cell, byte[] from, int body) {
        return switch (cell.op()) {
            case CellId.LINEAR -> checkLinear(cell, from, body);
            case CellId.ATTENTION -> checkAttention(cell, from, body);
            case CellId.EMBED -> checkEmbedding(from, body);
            default -> checkHead(cell, from, body);
        };
    }

    /// One product: planes in range into `y`, and their projection against x's.
    private Reason product(int matrix, byte[] x, int xAt, byte[] from, int planesAt, int[] y) {
        int inputs = model.inputs(matrix);
        if (!Planes.read(from, planesAt, Planes.count(inputs), Planes.bound(inputs), y)) {
            return Reason.BAD_ENCODING;
        }
        return key.rowHolds(projection, matrix, x, xAt, from, planesAt)
                ? Reason.NONE
                : Reason.BAD_ROW;
    }

    private short[] residual(byte[] from, int at) {
        short[] x = new short[shape.width()];
        for (int j = 0; j < x.length; j++) {
            x[j] = LittleEndian.getShort(from, at + 2 * j);
        }
        return x;
    }

    private Reason checkLinear(CellId cell, byte[] from, int body) {
        int layer = cell.layer();
        int matrix = TransformerModel.PER_LAYER * layer;
        TransformerConstants parts = model.parts();
        short[] x = residual(from, body);
        int attention = body + trace.residualBytes();
        int keyValues = attention + shape.attentionWidth();
        int qkvAt = keyValues + shape.kvHeads() * trace.keyValueBytes();
        int outAt = qkvAt + trace.qkvBytes();
        int gateUpAt = outAt + trace.outBytes();
        int downAt = gateUpAt + trace.gateUpBytes();
        int resultAt = downAt + trace.downBytes();

        byte[] normal = new byte[shape.width()];
        TransformerSteps.normalise(x, parts.attentionGains[layer], normal);
        int[] y = new int[shape.qkvWidth()];
        Reason reason = product(matrix, normal, 0, from, qkvAt, y);
        if (reason == Reason.NONE) {
            byte[] qkv = new byte[y.length];
            TransformerSteps.split(model, layer, cell.pos(), y, qkv);
            reason = checkKeyValues(cell, qkv, from, keyValues);
        }
        if (reason == Reason.NONE) {
            y = new int[shape.width()];
            reason = product(matrix + TransformerModel.OUT, from, attention, from, outAt, y);
        }
        if (reason == Reason.NONE) {
            Requantise[] requants = parts.requants[layer];
            TransformerSteps.addResidual(x, y, requants[TransformerConstants.ATTENTION_OUT]);
            TransformerSteps.normalise(x, parts.feedForwardGains[layer], normal);
            y = new int[2 * shape.hidden()];
            reason = product(matrix + TransformerModel.GATE_UP, normal, 0, from, gateUpAt, y);
        }
        if (reason == Reason.NONE) {
            byte[] hidden = new byte[shape.hidden()];
            TransformerSteps.gate(model, layer, y, hidden);
            y = new int[shape.width()];
            reason = product(matrix + TransformerModel.DOWN, hidden, 0, from, downAt, y);
        }
        if (reason == Reason.NONE) {
            TransformerSteps.addResidual(x, y, parts.requants[layer][TransformerConstants.DOWN]);
            reason = Arrays.equals(x, residual(from, resultAt)) ? Reason.NONE : Reason.BAD_GLUE;
        }
        return reason;
    }

    /// The position's K and V against its KV leaves, and zeros after the sequence's end.
    private Reason checkKeyValues(CellId cell, byte[] qkv, byte[] from, int keyValues) {
        int size = shape.headSize();
        int slot = cell.pos() % TransformerTrace.KV_POSITIONS;
        for (int head = 0; head < shape.kvHeads(); head++) {
            int leaf = keyValues + head * trace.keyValueBytes();
            int at = leaf + 2 * size * slot;
            int k = shape.attentionWidth() + head * size;
            int v = k + shape.kvHeads() * size;
            if (!Arrays.equals(qkv, k, k + size, from, at, at + size)
                    || !Arrays.equals(qkv, v, v + size, from, at + size, at + 2 * size)) {
                return Reason.BAD_GLUE;
            }
            if (!zeroAfterEnd(cell, from, leaf, cell.pos() - slot)) {
                return Reason.BAD_ENCODING;
            }
        }
        return Reason.NONE;
    }

    private boolean zeroAfterEnd(CellId cell, byte[] from, int leaf, int firstPosition) {
        int used = Math.min(4, trace.length(cell.seq()) - firstPosition);
        for (int i = 2 * shape.headSize() * used; i < trace.keyValueBytes(); i++) {
            if (from[leaf + i] != 0) {
                return false;
            }
        }
        return true;
    }

    private Reason checkAttention(CellId cell, byte[] from, int body) {
        int layer = cell.layer();
        short[] x = residual(from, body);
        byte[] normal = new byte[shape.width()];
        TransformerSteps.normalise(x, model.parts().attentionGains[layer], normal);
        int qkvAt = body + trace.residualBytes();
        int[] y = new int[shape.qkvWidth()];
        int matrix = TransformerModel.PER_LAYER * layer;
        Reason reason = product(matrix, normal, 0, from, qkvAt, y);
        if (reason != Reason.NONE) {
            return reason;
        }
        byte[] qkv = new byte[y.length];
        TransformerSteps.split(model, layer, cell.pos(), y, qkv);
        int keyValues = qkvAt + trace.qkvBytes();
        int blocks = TransformerTrace.keyValueLeaves(cell.pos());
        int last = keyValues + (blocks - 1) * trace.keyValueBytes();
        int first = (blocks - 1) * TransformerTrace.KV_POSITIONS;
        if (!zeroAfterEnd(cell, from, last, first)) {
            return Reason.BAD_ENCODING;
        }
        int attention = keyValues + blocks * trace.keyValueBytes();
        byte[] out = new byte[shape.attentionWidth()];
        int from0 = cell.group() * shape.headsPerGroup() * shape.headSize();
        int to = from0 + shape.headsPerGroup() * shape.headSize();
        TransformerSteps.Attention in =
                new TransformerSteps.Attention(model, layer, qkv, from, keyValues);
        for (int at = from0; at < to; at += shape.headSize()) {
            TransformerSteps.attend(in, at, cell.pos() + 1, out, at);
        }
        return Arrays.equals(out, from0, to, from, attention + from0, attention + to)
                ? Reason.NONE
                : Reason.BAD_GLUE;
    }

    private Reason checkEmbedding(byte[] from, int body) {
        short[] x = new short[shape.width()];
        TransformerSteps.embed(model, LittleEndian.getInt(from, body), x);
        return Arrays.equals(x, residual(from, body + 4)) ? Reason.NONE : Reason.BAD_GLUE;
    }

    private Reason checkHead(CellId cell, byte[] from, int body) {
        byte[] normal = new byte[shape.width()];
        TransformerSteps.normalise(residual(from, body), model.parts().lastGain, normal);
        int logitsAt = body + trace.residualBytes();
        int[] logits = new int[shape.vocabulary()];
        Reason reason = product(model.head(), normal, 0, from, logitsAt, logits);
        if (reason != Reason.NONE) {
            return reason;
        }
        int token = LittleEndian.getInt(from, logitsAt + trace.logitBytes());
        int produced = cell.pos() + 1;
        int expected = TransformerSteps.nextToken(model, logits, jobSeed, cell.seq(), produced);
        return token == expected ? Reason.NONE : Reason.BAD_OUTPUT;
    }
}
