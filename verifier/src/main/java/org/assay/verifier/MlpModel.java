package org.assay.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// An [MlpInt8] with weights and biases. Constants: i32 biases of layer after layer.
public final class MlpModel implements Model {
    private final MlpInt8 template;
    private final List<byte[]> weights;
    private final List<int[]> biases;

    private MlpModel(MlpInt8 template, List<byte[]> weights, List<int[]> biases) {
        this.template = template;
        this.weights = weights;
        this.biases = biases;
    }

    /// A model of these parts; its modelRoot is computed. Takes ownership of the arrays.
    public static MlpModel of(
            List<Integer> widths,
            List<Requantise> requants,
            List<byte[]> weights,
            List<int[]> biases) {
        MlpInt8 unrooted = new MlpInt8(Hash.ZERO, widths, requants);
        for (int i = 0; i < unrooted.layers(); i++) {
            if (weights.get(i).length != unrooted.macs(i)
                    || biases.get(i).length != unrooted.outputs(i)
                    || !Model.inRange(weights.get(i))) {
                throw new IllegalArgumentException("layer " + i + " does not fit its widths");
            }
        }
        Hash root = new MlpModel(unrooted, weights, biases).computeRoot();
        return new MlpModel(new MlpInt8(root, widths, requants), weights, biases);
    }

    @Override
    public MlpInt8 template() {
        return template;
    }

    @Override
    public int matrices() {
        return template.layers();
    }

    @Override
    public int inputs(int matrix) {
        return template.inputs(matrix);
    }

    @Override
    public int outputs(int matrix) {
        return template.outputs(matrix);
    }

    @Override
    public byte[] weights(int matrix) {
        return weights.get(matrix);
    }

    public int bias(int layer, int output) {
        return biases.get(layer)[output];
    }

    @Override
    public Bytes constants() {
        int size = biases.stream().mapToInt(bias -> 4 * bias.length).sum();
        byte[] bytes = new byte[size];
        int at = 0;
        for (int[] bias : biases) {
            for (int value : bias) {
                LittleEndian.putInt(bytes, at, value);
                at += 4;
            }
        }
        return Bytes.wrap(bytes);
    }

    /// z = y + bias, saturated to int32.
    public int biased(int layer, int output, int y) {
        return (int)
                Math.clamp((long) y + bias(layer, output), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// x_{l+1} from y_l, written to `to[offset..]`.
    public void activate(int layer, int[] y, byte[] to, int offset) {
        Requantise requant = template.requants().get(layer);
        for (int j = 0; j < y.length; j++) {
            to[offset + j] = (byte) Math.max(0, requant.apply(biased(layer, j, y[j])));
        }
    }

    /// The answer that the last layer's y yields: argmax, ties to the lowest index.
    public byte answer(int[] y) {
        int layer = template.layers() - 1;
        int best = 0;
        int bestValue = biased(layer, 0, y[0]);
        for (int j = 1; j < y.length; j++) {
            int value = biased(layer, j, y[j]);
            if (value > bestValue) {
                best = j;
                bestValue = value;
            }
        }
        return (byte) best;
    }

    /// The rest of a model file from `offset` on; empty unless its size and weights fit.
    static Optional<MlpModel> decode(MlpInt8 template, Bytes file, int offset) {
        byte[] array = file.unsafeArray();
        long expected = offset;
        for (int i = 0; i < template.layers(); i++) {
            expected += template.macs(i) + 4L * template.outputs(i);
        }
        if (expected != array.length) {
            return Optional.empty();
        }
        List<byte[]> weights = new ArrayList<>();
        int at = offset;
        for (int i = 0; i < template.layers(); i++) {
            int size = (int) template.macs(i);
            weights.add(Arrays.copyOfRange(array, at, at + size));
            at += size;
        }
        List<int[]> biases = new ArrayList<>();
        for (int i = 0; i < template.layers(); i++) {
            int[] bias = new int[template.outputs(i)];
            for (int j = 0; j < bias.length; j++) {
                bias[j] = LittleEndian.getInt(array, at);
                at += 4;
            }
            biases.add(bias);
        }
        return weights.stream().allMatch(Model::inRange)
                ? Optional.of(new MlpModel(template, weights, biases))
                : Optional.empty();
    }
}
