package org.assay.app.proof;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.TransformerConstants;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;

/// Decoders with generated weights, for figures: the shape and the work are a real model's, the
/// text is noise.
final class SampleDecoder {
    /// Sizes of Llama-3-8B, `layers` of its 32 layers and a small vocabulary of its 128,256.
    static TransformerInt8.Shape llama(int layers, int vocabulary) {
        return new TransformerInt8.Shape(vocabulary, 4096, layers, 32, 8, 128, 14336, 2048);
    }

    private SampleDecoder() {}

    static TransformerModel of(TransformerInt8.Shape shape, RandomGenerator random) {
        List<byte[]> weights = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            weights.add(matrix(shape.width(), shape.qkvWidth(), random));
            weights.add(matrix(shape.attentionWidth(), shape.width(), random));
            weights.add(matrix(shape.width(), 2 * shape.hidden(), random));
            weights.add(matrix(shape.hidden(), shape.width(), random));
        }
        weights.add(matrix(shape.width(), shape.vocabulary(), random));
        TransformerConstants constants =
                TransformerConstants.decode(shape, constants(shape, random)).orElseThrow();
        return TransformerModel.of(TransformerModel.unrooted(shape, -1, false), weights, constants);
    }

    static byte[] matrix(int inputs, int outputs, RandomGenerator random) {
        byte[] weights = new byte[Math.multiplyExact(inputs, outputs)];
        random.nextBytes(weights);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weights[i] == -128 ? 0 : weights[i];
        }
        return weights;
    }

    private static Bytes constants(TransformerInt8.Shape shape, RandomGenerator random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(matrix(shape.vocabulary(), shape.width(), random));
        putShort(out, 8);
        byte[] gains = new byte[4 * shape.width()];
        for (int i = 0; i < 2 * shape.width(); i++) {
            LittleEndian.putShort(gains, 2 * i, 1024);
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            out.writeBytes(gains);
            for (int k : new int[] {shape.width(), shape.width(), shape.width()}) {
                putRequantise(out, spread(40, k));
            }
            putRequantise(out, spread(200, shape.attentionWidth()));
            putRequantise(out, spread(40, shape.width()));
            putRequantise(out, spread(40, shape.width()));
            putRequantise(out, 1 / 40.0);
            putRequantise(out, spread(200, shape.hidden()));
            putRequantise(out, 20 / (1600 * Math.sqrt(shape.headSize())));
        }
        out.writeBytes(Arrays.copyOf(gains, 2 * shape.width()));
        putRequantise(out, spread(20, shape.width()));
        tables(shape, out);
        return Bytes.wrap(out.toByteArray());
    }

    private static void tables(TransformerInt8.Shape shape, ByteArrayOutputStream out) {
        for (int i = 0; i < 256; i++) {
            putShort(out, (int) Math.round(32767 * StrictMath.exp(-i / 16.0)));
        }
        for (int i = -128; i < 128; i++) {
            out.write((int) Math.round(i / (1 + StrictMath.exp(-i / 32.0))));
        }
        for (int pos = 0; pos < shape.contextMax(); pos++) {
            for (int i = 0; i < shape.headSize(); i += 2) {
                double angle = pos * StrictMath.pow(10_000, -(double) i / shape.headSize());
                putShort(out, (int) Math.round(16384 * StrictMath.cos(angle)));
                putShort(out, (int) Math.round(16384 * StrictMath.sin(angle)));
            }
        }
    }

    /// The factor that brings a product over `terms` random terms to a spread of `target`.
    private static double spread(double target, int terms) {
        return target / (2336 * Math.sqrt(terms));
    }

    private static void putShort(ByteArrayOutputStream out, int value) {
        out.write(value);
        out.write(value >> 8);
    }

    private static void putRequantise(ByteArrayOutputStream out, double factor) {
        int shift = 1;
        while (factor * (1L << (shift + 1)) < 1L << 31 && shift < 62) {
            shift++;
        }
        byte[] bytes = new byte[5];
        LittleEndian.putInt(bytes, 0, (int) Math.round(factor * (1L << shift)));
        bytes[4] = (byte) shift;
        out.writeBytes(bytes);
    }
}
