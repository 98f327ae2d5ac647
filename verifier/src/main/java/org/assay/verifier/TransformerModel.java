package org.assay.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// A [TransformerInt8] with weights. Matrices, in order: for each layer QKV `[width, qkvWidth]`,
/// O `[attentionWidth, width]`, gate and up `[width, 2·hidden]`, down `[hidden, width]`; last the
/// head `[width, vocabulary]`.
public final class TransformerModel implements Model {
    public static final int QKV = 0;
    public static final int OUT = 1;
    public static final int GATE_UP = 2;
    public static final int DOWN = 3;
    public static final int PER_LAYER = 4;

    private final TransformerInt8 template;
    private final List<byte[]> weights;
    private final TransformerConstants constants;

    private TransformerModel(
            TransformerInt8 template, List<byte[]> weights, TransformerConstants constants) {
        this.template = template;
        this.weights = weights;
        this.constants = constants;
    }

    /// A model of these parts; its modelRoot is computed. Takes ownership of the arrays.
    public static TransformerModel of(
            TransformerInt8 unrooted, List<byte[]> weights, TransformerConstants constants) {
        TransformerModel model = new TransformerModel(unrooted, weights, constants);
        for (int i = 0; i < model.matrices(); i++) {
            if (weights.get(i).length != (long) model.inputs(i) * model.outputs(i)
                    || !Model.inRange(weights.get(i))) {
                throw new IllegalArgumentException("matrix " + i + " does not fit the shape");
            }
        }
        TransformerInt8 rooted =
                new TransformerInt8(
                        model.computeRoot(), unrooted.shape(), unrooted.eos(), unrooted.sampled());
        return new TransformerModel(rooted, weights, constants);
    }

    @Override
    public TransformerInt8 template() {
        return template;
    }

    public TransformerInt8.Shape shape() {
        return template.shape();
    }

    public TransformerConstants parts() {
        return constants;
    }

    /// Index of the head's matrix.
    public int head() {
        return PER_LAYER * shape().layers();
    }

    @Override
    public int matrices() {
        return head() + 1;
    }

    @Override
    public int inputs(int matrix) {
        if (matrix == head()) {
            return shape().width();
        }
        return switch (matrix % PER_LAYER) {
            case OUT -> shape().attentionWidth();
            case DOWN -> shape().hidden();
            default -> shape().width();
        };
    }

    @Override
    public int outputs(int matrix) {
        if (matrix == head()) {
            return shape().vocabulary();
        }
        return switch (matrix % PER_LAYER) {
            case QKV -> shape().qkvWidth();
            case GATE_UP -> 2 * shape().hidden();
            default -> shape().width();
        };
    }

    @Override
    public byte[] weights(int matrix) {
        return weights.get(matrix);
    }

    @Override
    public Bytes constants() {
        return constants.encoded();
    }

    static Optional<TransformerModel> decode(TransformerInt8 template, Bytes file, int offset) {
        TransformerModel shapeOnly = new TransformerModel(template, List.of(), NONE);
        long expected = offset + TransformerConstants.size(template.shape());
        for (int i = 0; i < shapeOnly.matrices(); i++) {
            expected += (long) shapeOnly.inputs(i) * shapeOnly.outputs(i);
        }
        if (expected != file.size()) {
            return Optional.empty();
        }
        List<byte[]> weights = new ArrayList<>();
        int at = offset;
        for (int i = 0; i < shapeOnly.matrices(); i++) {
            int size = shapeOnly.inputs(i) * shapeOnly.outputs(i);
            weights.add(Arrays.copyOfRange(file.unsafeArray(), at, at + size));
            at += size;
        }
        if (!weights.stream().allMatch(Model::inRange)) {
            return Optional.empty();
        }
        return TransformerConstants.decode(template.shape(), file.slice(at, file.size()))
                .map(constants -> new TransformerModel(template, weights, constants));
    }

    /// Constants of the smallest shape, for an object that only answers questions of shape.
    private static final TransformerConstants NONE = none();

    private static TransformerConstants none() {
        TransformerInt8.Shape one = new TransformerInt8.Shape(1, 1, 1, 1, 1, 2, 1, 1);
        byte[] bytes = new byte[(int) TransformerConstants.size(one)];
        Arrays.fill(bytes, (byte) 1);
        return TransformerConstants.decode(one, Bytes.wrap(bytes)).orElseThrow();
    }

    /// For tests and tools: the template without a root.
    public static TransformerInt8 unrooted(TransformerInt8.Shape shape, int eos, boolean sampled) {
        return new TransformerInt8(Hash.ZERO, shape, eos, sampled);
    }
}
