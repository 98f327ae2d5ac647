package org.assay.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// `mlp-int8`: dense layers with ReLU between and argmax at the end, on rows of bytes.
///
/// x_0 = byte >> 1; y_l = x_l · W_l; z_l = y_l + bias_l, saturated to int32;
/// x_{l+1} = max(0, requant_l(z_l)); the answer is the lowest index of the largest z of the last
/// layer, one byte. `widths`: inputs, hidden widths, outputs. `requants`: one a hidden layer.
/// dims: u8 layers | u32 widths[layers + 1] | {u32 M, u8 S}[layers − 1].
public record MlpInt8(Hash modelRoot, List<Integer> widths, List<Requantise> requants)
        implements Template {
    public static final int LAYERS_MAX = 16;
    public static final int WIDTH_MAX = 65_536;
    public static final int OUTPUTS_MAX = 256;

    public MlpInt8 {
        widths = List.copyOf(widths);
        requants = List.copyOf(requants);
        if (!valid(widths) || requants.size() != widths.size() - 2) {
            throw new IllegalArgumentException("widths " + widths);
        }
    }

    private static boolean valid(List<Integer> widths) {
        int layers = widths.size() - 1;
        return layers >= 1
                && layers <= LAYERS_MAX
                && widths.stream().allMatch(width -> width >= 1 && width <= WIDTH_MAX)
                && widths.getLast() <= OUTPUTS_MAX;
    }

    @Override
    public int kind() {
        return KIND_MLP;
    }

    public int layers() {
        return widths.size() - 1;
    }

    /// k of layer's matrix.
    public int inputs(int layer) {
        return widths.get(layer);
    }

    /// n of layer's matrix.
    public int outputs(int layer) {
        return widths.get(layer + 1);
    }

    public long macs(int layer) {
        return (long) inputs(layer) * outputs(layer);
    }

    /// int8 planes of y_l.
    public int planes(int layer) {
        return Planes.count(inputs(layer));
    }

    @Override
    public long macsPerRow() {
        long macs = 0;
        for (int layer = 0; layer < layers(); layer++) {
            macs += macs(layer);
        }
        return macs;
    }

    @Override
    public Bytes dims() {
        byte[] dims = new byte[1 + 4 * widths.size() + 5 * requants.size()];
        dims[0] = (byte) layers();
        int at = 1;
        for (int width : widths) {
            LittleEndian.putInt(dims, at, width);
            at += 4;
        }
        for (Requantise requant : requants) {
            LittleEndian.putInt(dims, at, requant.multiplier());
            dims[at + 4] = (byte) requant.shift();
            at += 5;
        }
        return Bytes.wrap(dims);
    }

    static Optional<MlpInt8> decode(Hash modelRoot, Bytes dims) {
        byte[] array = dims.unsafeArray();
        int layers = array.length == 0 ? 0 : array[0];
        if (layers < 1 || layers > LAYERS_MAX || array.length != 9 * layers) {
            return Optional.empty();
        }
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i <= layers; i++) {
            widths.add(LittleEndian.getInt(array, 1 + 4 * i));
        }
        List<Requantise> requants = new ArrayList<>();
        for (int i = 0; i < layers - 1; i++) {
            int at = 1 + 4 * (layers + 1) + 5 * i;
            int multiplier = LittleEndian.getInt(array, at);
            int shift = array[at + 4];
            if (!Requantise.valid(multiplier, shift)) {
                return Optional.empty();
            }
            requants.add(new Requantise(multiplier, shift));
        }
        return valid(widths)
                ? Optional.of(new MlpInt8(modelRoot, widths, requants))
                : Optional.empty();
    }
}
