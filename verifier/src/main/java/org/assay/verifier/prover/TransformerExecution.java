package org.assay.verifier.prover;

import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.verifier.TransformerConstants;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerSteps;

/// The executor of `transformer-int8` for one sequence, exact: the reference with plain products,
/// the fast one with those of the Vector API. Keeps what the leaves need: residuals, attention
/// outputs, keys and values.
final class TransformerExecution {
    private final TransformerModel model;
    private final RowProduct rowProduct;
    private final TransformerInt8.Shape shape;
    final int seq;
    final int prompt;
    int length;
    final int[] tokens;

    /// i16 residual before layer l (and after the last), `[layers + 1][capacity · width]`.
    final short[][] residuals;

    /// i8 attention outputs, `[layers][capacity · attentionWidth]`.
    final byte[][] attention;

    /// k ‖ v of each position, `[layers · kvHeads][capacity · 2·headSize]`, capacity a multiple
    /// of
    /// 4.
    final byte[][] keyValues;

    TransformerExecution(TransformerModel model, int seq, int[] prompt, int capacity) {
        this(model, seq, prompt, capacity, RowProduct.fastest());
    }

    TransformerExecution(
            TransformerModel model, int seq, int[] prompt, int capacity, RowProduct rowProduct) {
        this.model = model;
        this.rowProduct = rowProduct;
        this.shape = model.shape();
        this.seq = seq;
        this.prompt = prompt.length;
        this.tokens = Arrays.copyOf(prompt, capacity);
        int padded = Math.ceilDiv(capacity, 4) * 4;
        residuals = new short[shape.layers() + 1][capacity * shape.width()];
        attention = new byte[shape.layers()][capacity * shape.attentionWidth()];
        keyValues = new byte[shape.layers() * shape.kvHeads()][padded * 2 * shape.headSize()];
    }

    /// Runs the prompt, then generates until eos or until `capacity` tokens. Positions of the
    /// prompt share passes over the weights where the products can.
    void run(Hash jobSeed) {
        for (int pos = 0; pos < tokens.length; ) {
            int together = pos < prompt ? Math.min(rowProduct.batchRows(), prompt - pos) : 1;
            short[][] x = new short[together][shape.width()];
            for (int i = 0; i < together; i++) {
                TransformerSteps.embed(model, tokens[pos + i], x[i]);
                store(0, pos + i, x[i]);
            }
            for (int layer = 0; layer < shape.layers(); layer++) {
                block(layer, pos, x);
                for (int i = 0; i < together; i++) {
                    store(layer + 1, pos + i, x[i]);
                }
            }
            pos += together;
            length = pos;
            if (pos > prompt && tokens[pos - 1] == model.template().eos()) {
                return;
            }
            if (pos >= prompt && pos < tokens.length) {
                int[] logits = logits(x[together - 1]);
                tokens[pos] = TransformerSteps.nextToken(model, logits, jobSeed, seq, pos);
            }
        }
    }

    private void store(int layer, int pos, short[] x) {
        System.arraycopy(x, 0, residuals[layer], pos * x.length, x.length);
    }

    short[] residual(int layer, int pos) {
        int width = shape.width();
        return Arrays.copyOfRange(residuals[layer], pos * width, (pos + 1) * width);
    }

    int[] logits(short[] x) {
        byte[] normal = new byte[x.length];
        TransformerSteps.normalise(x, model.parts().lastGain, normal);
        return product(model.head(), normal, 0);
    }

    /// y = x·W; x at `x[at..]`.
    private int[] product(int matrix, byte[] x, int at) {
        return products(matrix, x, at, 1)[0];
    }

    /// y of each of `count` rows of x, the first at `x[at..]`.
    private int[][] products(int matrix, byte[] x, int at, int count) {
        int inputs = model.inputs(matrix);
        int outputs = model.outputs(matrix);
        int[] all = new int[count * outputs];
        if (count == 1) {
            rowProduct.multiply(x, at, inputs, model.weights(matrix), all);
            return new int[][] {all};
        }
        rowProduct.multiply(x, at, count, inputs, model.weights(matrix), all);
        int[][] y = new int[count][];
        for (int i = 0; i < count; i++) {
            y[i] = Arrays.copyOfRange(all, i * outputs, (i + 1) * outputs);
        }
        return y;
    }

    /// The normalised rows of x, one after the other.
    private static byte[] normals(short[][] x, short[] gain) {
        int width = x[0].length;
        byte[] all = new byte[x.length * width];
        byte[] one = new byte[width];
        for (int i = 0; i < x.length; i++) {
            TransformerSteps.normalise(x[i], gain, one);
            System.arraycopy(one, 0, all, i * width, width);
        }
        return all;
    }

    private int[][] qkv(int layer, short[][] x) {
        byte[] normals = normals(x, model.parts().attentionGains[layer]);
        return products(TransformerModel.PER_LAYER * layer, normals, 0, x.length);
    }

    int[] qkv(int layer, short[] x) {
        return qkv(layer, new short[][] {x})[0];
    }

    /// The four products of a layer at a position, from the residuals and attention as stored.
    static final class Products {
        final int[] qkv;
        final int[] out;
        final int[] gateUp;
        final int[] down;

        private Products(int[] qkv, int[] out, int[] gateUp, int[] down) {
            this.qkv = qkv;
            this.out = out;
            this.gateUp = gateUp;
            this.down = down;
        }
    }

    Products products(int layer, int pos) {
        short[][] x = {residual(layer, pos)};
        return feedForward(layer, pos, x, qkv(layer, x))[0];
    }

    /// From the attention of positions `pos` on to the residuals after the layer, in `x`.
    private Products[] feedForward(int layer, int pos, short[][] x, int[][] qkv) {
        int count = x.length;
        TransformerConstants parts = model.parts();
        int matrix = TransformerModel.PER_LAYER * layer;
        int at = pos * shape.attentionWidth();
        int[][] out = products(matrix + TransformerModel.OUT, attention[layer], at, count);
        for (int i = 0; i < count; i++) {
            TransformerSteps.addResidual(
                    x[i], out[i], parts.requants[layer][TransformerConstants.ATTENTION_OUT]);
        }
        byte[] normals = normals(x, parts.feedForwardGains[layer]);
        int[][] gateUp = products(matrix + TransformerModel.GATE_UP, normals, 0, count);
        byte[] hidden = new byte[count * shape.hidden()];
        byte[] one = new byte[shape.hidden()];
        for (int i = 0; i < count; i++) {
            TransformerSteps.gate(model, layer, gateUp[i], one);
            System.arraycopy(one, 0, hidden, i * one.length, one.length);
        }
        int[][] down = products(matrix + TransformerModel.DOWN, hidden, 0, count);
        Products[] all = new Products[count];
        for (int i = 0; i < count; i++) {
            TransformerSteps.addResidual(
                    x[i], down[i], parts.requants[layer][TransformerConstants.DOWN]);
            all[i] = new Products(qkv[i], out[i], gateUp[i], down[i]);
        }
        return all;
    }

    /// One layer at the positions from `pos` on, one for each row of `x`, which becomes the
    /// residual after it. Attention is causal, so a later position finds the keys of those before
    /// it.
    private void block(int layer, int pos, short[][] x) {
        int size = shape.headSize();
        int[][] y = qkv(layer, x);
        for (int i = 0; i < x.length; i++) {
            byte[] qkv = new byte[y[i].length];
            TransformerSteps.split(model, layer, pos + i, y[i], qkv);
            for (int head = 0; head < shape.kvHeads(); head++) {
                byte[] kv = keyValues[layer * shape.kvHeads() + head];
                int k = shape.attentionWidth() + head * size;
                int to = (pos + i) * 2 * size;
                System.arraycopy(qkv, k, kv, to, size);
                System.arraycopy(qkv, k + shape.kvHeads() * size, kv, to + size, size);
                attend(layer, pos + i, head, qkv, kv);
            }
        }
        feedForward(layer, pos, x, y);
    }

    private void attend(int layer, int pos, int head, byte[] qkv, byte[] kv) {
        int size = shape.headSize();
        TransformerSteps.Attention in = new TransformerSteps.Attention(model, layer, qkv, kv, 0);
        for (int i = 0; i < shape.headsPerGroup(); i++) {
            int at = (head * shape.headsPerGroup() + i) * size;
            TransformerSteps.attend(
                    in, at, pos + 1, attention[layer], pos * shape.attentionWidth() + at);
        }
    }
}
