import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.TransformerConstants;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.prover.DecoderText;

/// Quantises what TextTrainer wrote to a `transformer-int8` model and measures both on the text that
/// was held back. Arguments: folder with the text, parameters, output file.
///
/// Weights: one scale a matrix part (Q, K, V, O, gate, up, down, head). Activations: scales from the
/// largest absolute values over 64 windows of the training text.
public final class TextModelBuilder {
    static final int CALIBRATION_WINDOWS = 64;

    /// int8 unit of a normalised activation, of a gate and of its SiLU.
    static final double UNIT = 32;

    /// Steps of the exponential table a nat.
    static final double EXPONENT_STEPS = 16;

    static final int HEADROOM = 16_000;

    final TextTrainer trainer = new TextTrainer();
    final double[] query = new double[TextTrainer.LAYERS];
    final double[] key = new double[TextTrainer.LAYERS];
    final double[] value = new double[TextTrainer.LAYERS];
    final double[] up = new double[TextTrainer.LAYERS];
    final double[] hidden = new double[TextTrainer.LAYERS];
    double residual;

    static double max(float[] values, int from, int to, int stride, int rows) {
        double max = 0;
        for (int row = 0; row < rows; row++) {
            for (int i = from; i < to; i++) {
                max = Math.max(max, Math.abs(values[row * stride + i]));
            }
        }
        return max;
    }

    void calibrate(byte[] text) {
        int rows = TextTrainer.CONTEXT;
        int queries = TextTrainer.HEADS * TextTrainer.HEAD;
        int keys = queries + TextTrainer.KV_HEADS * TextTrainer.HEAD;
        for (int window = 0; window < CALIBRATION_WINDOWS; window++) {
            int spacing = (text.length - rows - 1) / CALIBRATION_WINDOWS;
            trainer.forward(text, window * spacing);
            for (int l = 0; l < TextTrainer.LAYERS; l++) {
                TextTrainer.Layer layer = trainer.layers[l];
                int qkv = TextTrainer.QKV;
                query[l] = Math.max(query[l], max(layer.y, 0, queries, qkv, rows));
                key[l] = Math.max(key[l], max(layer.y, queries, keys, qkv, rows));
                value[l] = Math.max(value[l], max(layer.y, keys, qkv, qkv, rows));
                int gu = 2 * TextTrainer.HIDDEN;
                up[l] = Math.max(up[l], max(layer.gu, TextTrainer.HIDDEN, gu, gu, rows));
                int width = TextTrainer.HIDDEN;
                hidden[l] = Math.max(hidden[l], max(layer.hidden, 0, width, width, rows));
                residual = Math.max(residual, max(layer.x, 0, layer.x.length, 0, 1));
                residual = Math.max(residual, max(layer.middle, 0, layer.x.length, 0, 1));
            }
            residual = Math.max(residual, max(trainer.last, 0, trainer.last.length, 0, 1));
        }
    }

    /// A part of a matrix in int8: columns [from, to), one scale.
    static double quantise(TextTrainer.Matrix matrix, int from, int to, byte[] into) {
        double scale = 127 / max(matrix.w, from, to, matrix.n, matrix.k);
        for (int i = 0; i < matrix.k; i++) {
            for (int j = from; j < to; j++) {
                into[i * matrix.n + j] = (byte) Math.round(matrix.w[i * matrix.n + j] * scale);
            }
        }
        return scale;
    }

    static void putShort(ByteArrayOutputStream out, int value) {
        out.write(value);
        out.write(value >> 8);
    }

    static void putRequantise(ByteArrayOutputStream out, double factor) {
        int shift = 1;
        while (factor * (1L << (shift + 1)) < 1L << 31 && shift < 62) {
            shift++;
        }
        byte[] bytes = new byte[5];
        LittleEndian.putInt(bytes, 0, (int) Math.round(factor * (1L << shift)));
        bytes[4] = (byte) shift;
        out.writeBytes(bytes);
    }

    TransformerModel build() {
        TransformerInt8.Shape shape =
                new TransformerInt8.Shape(
                        TextTrainer.VOCABULARY,
                        TextTrainer.WIDTH,
                        TextTrainer.LAYERS,
                        TextTrainer.HEADS,
                        TextTrainer.KV_HEADS,
                        TextTrainer.HEAD,
                        TextTrainer.HIDDEN,
                        TextTrainer.CONTEXT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextTrainer.Matrix embedding = trainer.embedding;
        byte[] rows = new byte[embedding.w.length];
        double embeddingScale = quantise(embedding, 0, embedding.n, rows);
        out.writeBytes(rows);
        // A residual of 1.0 is `unit` steps of the int16; the embedding's own scale divides it.
        int multiple = Math.max(1, (int) (HEADROOM / residual / embeddingScale));
        double unit = multiple * embeddingScale;
        putShort(out, multiple);
        List<byte[]> weights = new ArrayList<>();
        for (int l = 0; l < TextTrainer.LAYERS; l++) {
            layer(l, unit, weights, out);
        }
        gains(out);
        byte[] head = new byte[trainer.head.w.length];
        double headScale = quantise(trainer.head, 0, trainer.head.n, head);
        weights.add(head);
        putRequantise(out, EXPONENT_STEPS / (UNIT * headScale));
        tables(out);
        TransformerConstants constants =
                TransformerConstants.decode(shape, Bytes.wrap(out.toByteArray())).orElseThrow();
        return TransformerModel.of(
                TransformerModel.unrooted(shape, DecoderText.END, true), weights, constants);
    }

    static void gains(ByteArrayOutputStream out) {
        for (int i = 0; i < TextTrainer.WIDTH; i++) {
            putShort(out, 1024);
        }
    }

    void layer(int l, double unit, List<byte[]> weights, ByteArrayOutputStream out) {
        TextTrainer.Layer layer = trainer.layers[l];
        int queries = TextTrainer.HEADS * TextTrainer.HEAD;
        int keys = queries + TextTrainer.KV_HEADS * TextTrainer.HEAD;
        byte[] qkv = new byte[layer.qkv.w.length];
        double q = quantise(layer.qkv, 0, queries, qkv);
        double k = quantise(layer.qkv, queries, keys, qkv);
        double v = quantise(layer.qkv, keys, layer.qkv.n, qkv);
        byte[] o = new byte[layer.out.w.length];
        double out0 = quantise(layer.out, 0, layer.out.n, o);
        byte[] gateUp = new byte[layer.gateUp.w.length];
        double gate = quantise(layer.gateUp, 0, TextTrainer.HIDDEN, gateUp);
        double up0 = quantise(layer.gateUp, TextTrainer.HIDDEN, layer.gateUp.n, gateUp);
        byte[] down = new byte[layer.down.w.length];
        double down0 = quantise(layer.down, 0, layer.down.n, down);
        weights.addAll(List.of(qkv, o, gateUp, down));
        double queryScale = 127 / query[l];
        double keyScale = 127 / key[l];
        double valueScale = 127 / value[l];
        double upScale = 127 / up[l];
        double hiddenScale = 127 / hidden[l];
        gains(out);
        gains(out);
        putRequantise(out, queryScale / (UNIT * q));
        putRequantise(out, keyScale / (UNIT * k));
        putRequantise(out, valueScale / (UNIT * v));
        putRequantise(out, unit / (valueScale * out0));
        putRequantise(out, UNIT / (UNIT * gate));
        putRequantise(out, upScale / (UNIT * up0));
        putRequantise(out, hiddenScale / (UNIT * upScale));
        putRequantise(out, unit / (hiddenScale * down0));
        double root = Math.sqrt(TextTrainer.HEAD);
        putRequantise(out, EXPONENT_STEPS / (root * queryScale * keyScale));
    }

    static void tables(ByteArrayOutputStream out) {
        for (int i = 0; i < 256; i++) {
            putShort(out, (int) Math.round(65_535 * StrictMath.exp(-i / EXPONENT_STEPS)));
        }
        for (int i = -128; i < 128; i++) {
            out.write((int) Math.round(i / (1 + StrictMath.exp(-i / UNIT))));
        }
        for (int pos = 0; pos < TextTrainer.CONTEXT; pos++) {
            for (int i = 0; i < TextTrainer.HEAD; i += 2) {
                double angle = pos * StrictMath.pow(10_000, -(double) i / TextTrainer.HEAD);
                putShort(out, (int) Math.round(16384 * StrictMath.cos(angle)));
                putShort(out, (int) Math.round(16384 * StrictMath.sin(angle)));
            }
        }
    }

    void load(byte[] parameters) {
        ByteBuffer in = ByteBuffer.wrap(parameters).order(ByteOrder.LITTLE_ENDIAN);
        for (TextTrainer.Matrix matrix : trainer.matrices()) {
            for (int i = 0; i < matrix.w.length; i++) {
                matrix.w[i] = in.getFloat();
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        byte[] held = TextTrainer.text(Path.of(arguments[0], "held.txt"));
        TextModelBuilder builder = new TextModelBuilder();
        builder.load(Files.readAllBytes(Path.of(arguments[1])));
        builder.calibrate(TextTrainer.text(Path.of(arguments[0], "training.txt")));
        TransformerModel model = builder.build();
        int windows = (held.length - 1) / TextTrainer.CONTEXT;
        System.out.printf("float model: %.4f bits a byte%n", builder.trainer.bitsAByte(held, windows));
        System.out.printf(
                "int8 model:  %.4f bits a byte%n", DecoderText.bitsAByte(model, held, windows));
        System.out.println("templateId " + model.template().templateId());
        System.out.println("modelRoot " + model.template().modelRoot());
        for (String prompt : List.of("The whale ", "Captain Ahab ", "\"Aye, aye, sir,\" said ")) {
            byte[] bytes = prompt.getBytes(StandardCharsets.US_ASCII);
            byte[] more = DecoderText.generate(model, bytes, 90, Hash.ZERO);
            System.out.println(prompt + new String(more, StandardCharsets.US_ASCII).trim());
        }
        Files.write(Path.of(arguments[2]), model.encode().toArray());
        Files.write(
                Path.of(arguments[2]).resolveSibling("text-sample.txt"),
                Arrays.copyOf(held, 16 * TextTrainer.CONTEXT + 1));
    }
}
