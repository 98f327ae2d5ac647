package org.assay.verifier.prover;

import java.util.Arrays;
import org.assay.primitives.Bytes;
import org.assay.verifier.MlpInt8;
import org.assay.verifier.MlpModel;

/// The executor of `mlp-int8`, exact, with the fastest products. Keeps the activations of every
/// row, as the leaves need them; the products are computed again for the few cells that are
/// opened.
final class MlpExecution {
    private final RowProduct rowProduct;
    private final MlpModel model;
    private final MlpInt8 template;
    private final int rows;
    private final byte[][] x;
    private final byte[] answers;

    private MlpExecution(MlpModel model, int rows, RowProduct rowProduct) {
        this.rowProduct = rowProduct;
        this.model = model;
        this.template = model.template();
        this.rows = rows;
        this.x = new byte[template.layers()][];
        for (int layer = 0; layer < template.layers(); layer++) {
            x[layer] = new byte[Math.multiplyExact(rows, template.inputs(layer))];
        }
        this.answers = new byte[rows];
    }

    static MlpExecution run(MlpModel model, Bytes inputs) {
        return run(model, inputs, RowProduct.fastest());
    }

    /// Runs the model on `inputs`, rows of `template.inputs(0)` bytes.
    static MlpExecution run(MlpModel model, Bytes inputs, RowProduct product) {
        int rows = inputs.size() / model.template().inputs(0);
        MlpExecution execution = new MlpExecution(model, rows, product);
        byte[] raw = inputs.unsafeArray();
        for (int i = 0; i < raw.length; i++) {
            execution.x[0][i] = (byte) ((raw[i] & 0xff) >> 1);
        }
        for (int row = 0; row < rows; ) {
            int count = Math.min(product.batchRows(), rows - row);
            execution.runRows(row, count);
            row += count;
        }
        return execution;
    }

    private void runRows(int first, int count) {
        int last = template.layers() - 1;
        for (int layer = 0; layer <= last; layer++) {
            int inputs = template.inputs(layer);
            int outputs = template.outputs(layer);
            int[] all = new int[count * outputs];
            rowProduct.multiply(x[layer], first * inputs, count, inputs, model.weights(layer), all);
            for (int i = 0; i < count; i++) {
                int[] y = Arrays.copyOfRange(all, i * outputs, (i + 1) * outputs);
                if (layer == last) {
                    answers[first + i] = model.answer(y);
                } else {
                    model.activate(layer, y, x[layer + 1], (first + i) * outputs);
                }
            }
        }
    }

    /// Takes `y` for the product of a hidden `layer` of a row and computes the rest from it.
    void follow(int row, int layer, int[] y) {
        int last = template.layers() - 1;
        model.activate(layer, y, x[layer + 1], row * template.outputs(layer));
        for (int next = layer + 1; next < last; next++) {
            model.activate(next, product(row, next), x[next + 1], row * template.outputs(next));
        }
        answers[row] = model.answer(product(row, last));
    }

    /// y_l = x_l · W_l of one row.
    int[] product(int row, int layer) {
        int[] y = new int[template.outputs(layer)];
        int inputs = template.inputs(layer);
        rowProduct.multiply(x[layer], row * inputs, inputs, model.weights(layer), y);
        return y;
    }

    int rows() {
        return rows;
    }

    /// int8 x_l of all rows, `[rows, inputs(l)]`; a fault may write it before the commitment.
    byte[] x(int layer) {
        return x[layer];
    }

    /// One answer byte a row; as above.
    byte[] answers() {
        return answers;
    }
}
