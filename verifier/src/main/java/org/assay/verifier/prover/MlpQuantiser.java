package org.assay.verifier.prover;

import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Requantise;

/// Makes an `mlp-int8` of a float network: dense layers with ReLU between, inputs byte/2 in units
/// of 1/127. One scale a matrix, and one for each hidden layer from the largest activation over
/// calibration rows. Floats here, and only here: what comes out are integers.
public final class MlpQuantiser {
    /// A little saturation of the largest activations buys resolution for the others.
    private static final double ACTIVATION_SHARE = 0.8;

    private final List<Integer> widths;
    private final List<float[]> weights;
    private final List<float[]> biases;

    /// `widths`: inputs, hidden widths, outputs. `weights`: `[k, n]` row-major for each layer.
    /// Throws [IllegalArgumentException] where they do not fit each other or are not finite.
    public MlpQuantiser(List<Integer> widths, List<float[]> weights, List<float[]> biases) {
        this.widths = List.copyOf(widths);
        this.weights = List.copyOf(weights);
        this.biases = List.copyOf(biases);
        int layers = widths.size() - 1;
        if (layers < 1 || weights.size() != layers || biases.size() != layers) {
            throw new IllegalArgumentException(
                    "%d widths, %d matrices, %d biases"
                            .formatted(widths.size(), weights.size(), biases.size()));
        }
        for (int l = 0; l < layers; l++) {
            long size = (long) widths.get(l) * widths.get(l + 1);
            if (widths.get(l) < 1
                    || widths.get(l + 1) < 1
                    || weights.get(l).length != size
                    || biases.get(l).length != widths.get(l + 1)) {
                throw new IllegalArgumentException("layer " + l + " does not fit its widths");
            }
            if (!finite(weights.get(l)) || !finite(biases.get(l))) {
                throw new IllegalArgumentException("layer " + l + " holds no finite number");
            }
        }
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private int layers() {
        return weights.size();
    }

    /// The activations of every layer for one row of bytes.
    private List<float[]> run(byte[] rows, int row) {
        int inputs = widths.getFirst();
        float[] x = new float[inputs];
        for (int i = 0; i < inputs; i++) {
            x[i] = ((rows[row * inputs + i] & 0xff) >> 1) / 127f;
        }
        List<float[]> all = new ArrayList<>();
        for (int l = 0; l < layers(); l++) {
            float[] y = biases.get(l).clone();
            float[] w = weights.get(l);
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < y.length; j++) {
                    y[j] += x[i] * w[i * y.length + j];
                }
            }
            for (int j = 0; l < layers() - 1 && j < y.length; j++) {
                y[j] = Math.max(0, y[j]);
            }
            all.add(y);
            x = y;
        }
        return all;
    }

    /// The float network's own answers, a byte a row.
    public Bytes answers(Bytes rows) {
        int count = rows.size() / widths.getFirst();
        byte[] answers = new byte[count];
        for (int row = 0; row < count; row++) {
            float[] y = run(rows.unsafeArray(), row).getLast();
            int best = 0;
            for (int j = 1; j < y.length; j++) {
                best = y[j] > y[best] ? j : best;
            }
            answers[row] = (byte) best;
        }
        return Bytes.wrap(answers);
    }

    /// The integer model; `calibration` holds at least one row of input bytes.
    public MlpModel quantise(Bytes calibration) {
        double[] scales = activationScales(calibration);
        List<byte[]> integers = new ArrayList<>();
        List<int[]> offsets = new ArrayList<>();
        List<Requantise> requants = new ArrayList<>();
        for (int l = 0; l < layers(); l++) {
            double max = Float.MIN_NORMAL;
            for (float value : weights.get(l)) {
                max = Math.max(max, Math.abs(value));
            }
            double weightScale = 127 / max;
            byte[] w = new byte[weights.get(l).length];
            for (int i = 0; i < w.length; i++) {
                w[i] = (byte) Math.round(weights.get(l)[i] * weightScale);
            }
            integers.add(w);
            double inputScale = scales[l] * weightScale;
            int[] bias = new int[biases.get(l).length];
            for (int j = 0; j < bias.length; j++) {
                double scaled = Math.rint(biases.get(l)[j] * inputScale);
                bias[j] = (int) Math.clamp(scaled, Integer.MIN_VALUE, Integer.MAX_VALUE);
            }
            offsets.add(bias);
            if (l < layers() - 1) {
                requants.add(requantise(scales[l + 1] / inputScale));
            }
        }
        return MlpModel.of(widths, requants, integers, offsets);
    }

    private double[] activationScales(Bytes calibration) {
        int count = calibration.size() / widths.getFirst();
        if (count < 1 || calibration.size() % widths.getFirst() != 0) {
            throw new IllegalArgumentException(
                    calibration.size() + " calibration bytes are no rows of " + widths.getFirst());
        }
        double[] max = new double[layers()];
        for (int row = 0; row < count; row++) {
            List<float[]> all = run(calibration.unsafeArray(), row);
            for (int l = 0; l < layers() - 1; l++) {
                for (float value : all.get(l)) {
                    max[l + 1] = Math.max(max[l + 1], value);
                }
            }
        }
        double[] scales = new double[layers()];
        scales[0] = 127;
        for (int l = 1; l < layers(); l++) {
            scales[l] = max[l] == 0 ? 1 : 127 / (ACTIVATION_SHARE * max[l]);
        }
        return scales;
    }

    /// The multiplier and shift nearest to `factor`.
    private static Requantise requantise(double factor) {
        int shift = 1;
        while (factor * (1L << (shift + 1)) < 1L << 31 && shift < 62) {
            shift++;
        }
        long multiplier = Math.clamp(Math.round(factor * (1L << shift)), 1, Integer.MAX_VALUE);
        return new Requantise((int) multiplier, shift);
    }
}
