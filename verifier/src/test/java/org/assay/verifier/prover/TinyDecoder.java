package org.assay.verifier.prover;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.TransformerConstants;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;

/// Decoders with random weights and plausible constants: every step runs, no text comes out.
final class TinyDecoder {
    private TinyDecoder() {}

    static TransformerModel of(
            TransformerInt8.Shape shape, int eos, boolean sampled, RandomGenerator random) {
        TransformerInt8 template = TransformerModel.unrooted(shape, eos, sampled);
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
        return TransformerModel.of(template, weights, constants);
    }

    private static byte[] matrix(int inputs, int outputs, RandomGenerator random) {
        byte[] weights = new byte[inputs * outputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) random.nextInt(-127, 128);
        }
        return weights;
    }

    private static Bytes constants(TransformerInt8.Shape shape, RandomGenerator random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(matrix(shape.vocabulary(), shape.width(), random));
        putShort(out, 8);
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int i = 0; i < 2 * shape.width(); i++) {
                putShort(out, 700 + random.nextInt(700));
            }
            // An output of a product over k terms has a spread of about 32·73·√k.
            int[] inputs = {shape.width(), shape.width(), shape.width()};
            for (int k : inputs) {
                putRequantise(out, 40 / (2336 * Math.sqrt(k)));
            }
            putRequantise(out, 200 / (2336 * Math.sqrt(shape.attentionWidth())));
            putRequantise(out, 40 / (2336 * Math.sqrt(shape.width())));
            putRequantise(out, 40 / (2336 * Math.sqrt(shape.width())));
            putRequantise(out, 1 / 40.0);
            putRequantise(out, 200 / (2336 * Math.sqrt(shape.hidden())));
            putRequantise(out, 20 / (1600 * Math.sqrt(shape.headSize())));
        }
        for (int i = 0; i < shape.width(); i++) {
            putShort(out, 1024);
        }
        putRequantise(out, 20 / (2336 * Math.sqrt(shape.width())));
        for (int i = 0; i < 256; i++) {
            putShort(out, (int) Math.round(32767 * StrictMath.exp(-i / 16.0)));
        }
        for (int i = -128; i < 128; i++) {
            double x = i / 32.0;
            out.write((int) Math.round(i / (1 + StrictMath.exp(-x))));
        }
        for (int pos = 0; pos < shape.contextMax(); pos++) {
            for (int i = 0; i < shape.headSize(); i += 2) {
                double angle = pos * StrictMath.pow(10_000, -(double) i / shape.headSize());
                putShort(out, (int) Math.round(16384 * StrictMath.cos(angle)));
                putShort(out, (int) Math.round(16384 * StrictMath.sin(angle)));
            }
        }
        return Bytes.wrap(out.toByteArray());
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

    /// A job's inputs: u32 count and tokens of each prompt.
    static Bytes inputs(List<int[]> prompts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] prompt : prompts) {
            byte[] count = new byte[4];
            LittleEndian.putInt(count, 0, prompt.length);
            out.writeBytes(count);
            out.writeBytes(org.assay.verifier.TransformerTokens.encode(prompt));
        }
        return Bytes.wrap(out.toByteArray());
    }
}
