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

    /// Runs the prompt, then generates until eos or until `capacity` tokens.
    void run(Hash jobSeed) {
        for (int pos = 0; pos < tokens.length; pos++) {
            short[] x = new short[shape.width()];
            TransformerSteps.embed(model, tokens[pos], x);
            store(0, pos, x);
            for (int layer = 0; layer < shape.layers(); layer++) {
                block(layer, pos, x);
                store(layer + 1, pos, x);
            }
            length = pos + 1;
            boolean generated = pos >= prompt;
            if (generated && tokens[pos] == model.template().eos()) {
                return;
            }
            if (pos + 1 >= prompt && pos + 1 < tokens.length) {
                tokens[pos + 1] =
                        TransformerSteps.nextToken(model, logits(x), jobSeed, seq, pos + 1);
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
        int[] y = new int[model.outputs(matrix)];
        rowProduct.multiply(x, at, model.inputs(matrix), model.weights(matrix), y);
        return y;
    }

    int[] qkv(int layer, short[] x) {
        byte[] normal = new byte[x.length];
        TransformerSteps.normalise(x, model.parts().attentionGains[layer], normal);
        return product(TransformerModel.PER_LAYER * layer, normal, 0);
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
        short[] x = residual(layer, pos);
        int[] qkv = qkv(layer, x);
        return feedForward(layer, pos, x, qkv);
    }

    private Products feedForward(int layer, int pos, short[] x, int[] qkv) {
        TransformerConstants parts = model.parts();
        int matrix = TransformerModel.PER_LAYER * layer;
        int[] out =
                product(
                        matrix + TransformerModel.OUT,
                        attention[layer],
                        pos * shape.attentionWidth());
        TransformerSteps.addResidual(
                x, out, parts.requants[layer][TransformerConstants.ATTENTION_OUT]);
        byte[] normal = new byte[x.length];
        TransformerSteps.normalise(x, parts.feedForwardGains[layer], normal);
        int[] gateUp = product(matrix + TransformerModel.GATE_UP, normal, 0);
        byte[] hidden = new byte[shape.hidden()];
        TransformerSteps.gate(model, layer, gateUp, hidden);
        int[] down = product(matrix + TransformerModel.DOWN, hidden, 0);
        TransformerSteps.addResidual(x, down, parts.requants[layer][TransformerConstants.DOWN]);
        return new Products(qkv, out, gateUp, down);
    }

    /// One layer at one position; `x` becomes the residual after it.
    private void block(int layer, int pos, short[] x) {
        int size = shape.headSize();
        int[] y = qkv(layer, x);
        byte[] qkv = new byte[y.length];
        TransformerSteps.split(model, layer, pos, y, qkv);
        for (int head = 0; head < shape.kvHeads(); head++) {
            byte[] kv = keyValues[layer * shape.kvHeads() + head];
            int k = shape.attentionWidth() + head * size;
            System.arraycopy(qkv, k, kv, pos * 2 * size, size);
            System.arraycopy(qkv, k + shape.kvHeads() * size, kv, (pos * 2 + 1) * size, size);
            attend(layer, pos, head, qkv, kv);
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
