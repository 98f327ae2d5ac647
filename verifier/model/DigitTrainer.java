import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Trains the digit classifier of the demo and quantises it: 784 → 128 → 64 → 10, ReLU between.
///
/// Floats here, and only here: what comes out are integers. One thread, a fixed seed and no fused or
/// reordered sums, so that every JVM writes the same bytes. Arguments: folder with the four IDX
/// files of MNIST, output folder. Writes `digits.parameters` (read by DigitModelBuilder) and
/// `digits-sample.bin` (the first 200 test images and labels).
public final class DigitTrainer {
    static final int[] WIDTHS = {784, 128, 64, 10};
    static final int LAYERS = 3;
    static final int EPOCHS = 20;
    static final int BATCH = 50;
    static final int SAMPLE = 200;

    final float[][] w = new float[LAYERS][];
    final float[][] b = new float[LAYERS][];
    final float[][] dw = new float[LAYERS][];
    final float[][] db = new float[LAYERS][];
    final float[][] mw = new float[LAYERS][];
    final float[][] mb = new float[LAYERS][];
    final float[][] act = new float[LAYERS + 1][];
    final float[][] grad = new float[LAYERS + 1][];
    final SplittableRandom random = new SplittableRandom(20250101);

    DigitTrainer() {
        for (int l = 0; l < LAYERS; l++) {
            int k = WIDTHS[l];
            int n = WIDTHS[l + 1];
            w[l] = new float[k * n];
            dw[l] = new float[k * n];
            mw[l] = new float[k * n];
            b[l] = new float[n];
            db[l] = new float[n];
            mb[l] = new float[n];
            float limit = (float) StrictMath.sqrt(6.0 / k);
            for (int i = 0; i < k * n; i++) {
                w[l][i] = (float) (random.nextDouble() * 2 - 1) * limit;
            }
        }
        for (int l = 0; l <= LAYERS; l++) {
            act[l] = new float[WIDTHS[l]];
            grad[l] = new float[WIDTHS[l]];
        }
    }

    /// Activations of every layer for the input in act[0].
    void forward() {
        for (int l = 0; l < LAYERS; l++) {
            float[] x = act[l];
            float[] y = act[l + 1];
            int n = y.length;
            System.arraycopy(b[l], 0, y, 0, n);
            for (int i = 0; i < x.length; i++) {
                float xi = x[i];
                if (xi != 0) {
                    axpy(xi, w[l], i * n, y, n);
                }
            }
            if (l < LAYERS - 1) {
                for (int j = 0; j < n; j++) {
                    y[j] = Math.max(0, y[j]);
                }
            }
        }
    }

    static void axpy(float a, float[] x, int offset, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            y[j] += a * x[offset + j];
        }
    }

    /// Adds the gradient of the cross-entropy at the current activations.
    void backward(int label) {
        float[] out = act[LAYERS];
        float max = out[0];
        for (float value : out) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (float value : out) {
            sum += StrictMath.exp(value - max);
        }
        for (int j = 0; j < out.length; j++) {
            grad[LAYERS][j] = (float) (StrictMath.exp(out[j] - max) / sum) - (j == label ? 1 : 0);
        }
        for (int l = LAYERS - 1; l >= 0; l--) {
            float[] g = grad[l + 1];
            int n = g.length;
            axpy(1, g, 0, db[l], n);
            for (int i = 0; i < WIDTHS[l]; i++) {
                float xi = act[l][i];
                if (xi == 0) {
                    grad[l][i] = 0;
                    continue;
                }
                int row = i * n;
                for (int j = 0; j < n; j++) {
                    dw[l][row + j] += xi * g[j];
                }
                if (l > 0) {
                    float back = 0;
                    for (int j = 0; j < n; j++) {
                        back += w[l][row + j] * g[j];
                    }
                    grad[l][i] = back;
                }
            }
        }
    }

    void step(float rate) {
        for (int l = 0; l < LAYERS; l++) {
            update(w[l], dw[l], mw[l], rate, 1e-4f);
            update(b[l], db[l], mb[l], rate, 0);
        }
    }

    static void update(float[] p, float[] d, float[] m, float rate, float decay) {
        for (int i = 0; i < p.length; i++) {
            m[i] = 0.9f * m[i] + d[i] / BATCH + decay * p[i];
            p[i] -= rate * m[i];
            d[i] = 0;
        }
    }

    /// The model's own reading of a pixel: 0..255 halved to int8, then scaled to about 0..1.
    static void load(byte[] images, int index, int dx, int dy, float[] x) {
        for (int r = 0; r < 28; r++) {
            for (int c = 0; c < 28; c++) {
                int sr = r + dy;
                int sc = c + dx;
                boolean inside = sr >= 0 && sr < 28 && sc >= 0 && sc < 28;
                x[r * 28 + c] =
                        inside ? ((images[16 + index * 784 + sr * 28 + sc] & 255) >> 1) / 127f : 0;
            }
        }
    }

    void train(byte[] images, byte[] labels) {
        int count = labels.length - 8;
        int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            for (int i = count - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
            float rate = epoch < 12 ? 0.05f : epoch < 17 ? 0.01f : 0.002f;
            int right = 0;
            for (int i = 0; i < count; i++) {
                boolean shifted = random.nextInt(2) == 0;
                int dx = shifted ? random.nextInt(3) - 1 : 0;
                int dy = shifted ? random.nextInt(3) - 1 : 0;
                load(images, order[i], dx, dy, act[0]);
                forward();
                int label = labels[8 + order[i]];
                right += argmax(act[LAYERS]) == label ? 1 : 0;
                backward(label);
                if ((i + 1) % BATCH == 0) {
                    step(rate);
                }
            }
            System.out.printf("epoch %d: training accuracy %.2f %%%n", epoch + 1, 100.0 * right / count);
        }
    }

    static int argmax(float[] v) {
        int best = 0;
        for (int i = 1; i < v.length; i++) {
            best = v[i] > v[best] ? i : best;
        }
        return best;
    }

    int correct(byte[] images, byte[] labels) {
        int right = 0;
        for (int i = 0; i < labels.length - 8; i++) {
            load(images, i, 0, 0, act[0]);
            forward();
            right += argmax(act[LAYERS]) == labels[8 + i] ? 1 : 0;
        }
        return right;
    }

    /// A scale under which the largest activation of 10,000 training images becomes 127.
    float[] activationScales(byte[] images) {
        float[] max = new float[LAYERS];
        for (int i = 0; i < 10_000; i++) {
            load(images, i, 0, 0, act[0]);
            forward();
            for (int l = 1; l < LAYERS; l++) {
                for (float value : act[l]) {
                    max[l] = Math.max(max[l], value);
                }
            }
        }
        float[] scales = new float[LAYERS];
        scales[0] = 127;
        for (int l = 1; l < LAYERS; l++) {
            scales[l] = 127 / (0.8f * max[l]); // A little saturation buys resolution.
        }
        return scales;
    }

    /// u8 layers, u32 widths, then per layer: i8 weights [k, n] row-major, i32 biases, and for hidden
    /// layers u32 multiplier and u8 shift. Little-endian.
    byte[] quantise(float[] scales) {
        ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) LAYERS);
        for (int width : WIDTHS) {
            out.putInt(width);
        }
        for (int l = 0; l < LAYERS; l++) {
            float max = 0;
            for (float value : w[l]) {
                max = Math.max(max, Math.abs(value));
            }
            double weightScale = 127.0 / max;
            for (float value : w[l]) {
                out.put((byte) Math.round(value * weightScale));
            }
            double inputScale = scales[l] * weightScale;
            for (float value : b[l]) {
                out.putInt((int) Math.round(value * inputScale));
            }
            if (l < LAYERS - 1) {
                double factor = scales[l + 1] / inputScale;
                int shift = 0;
                while (factor * (1L << (shift + 1)) < 1L << 31) {
                    shift++;
                }
                out.putInt((int) Math.round(factor * (1L << shift)));
                out.put((byte) shift);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    public static void main(String[] arguments) throws IOException {
        Path from = Path.of(arguments[0]);
        Path to = Path.of(arguments[1]);
        byte[] images = Files.readAllBytes(from.resolve("train-images-idx3-ubyte"));
        byte[] labels = Files.readAllBytes(from.resolve("train-labels-idx1-ubyte"));
        byte[] testImages = Files.readAllBytes(from.resolve("t10k-images-idx3-ubyte"));
        byte[] testLabels = Files.readAllBytes(from.resolve("t10k-labels-idx1-ubyte"));
        DigitTrainer trainer = new DigitTrainer();
        trainer.train(images, labels);
        System.out.printf(
                "float model: %d of 10000 test images%n", trainer.correct(testImages, testLabels));
        byte[] parameters = trainer.quantise(trainer.activationScales(images));
        Files.write(to.resolve("digits.parameters"), parameters);
        try (OutputStream sample = Files.newOutputStream(to.resolve("digits-sample.bin"))) {
            sample.write(testImages, 16, SAMPLE * 784);
            sample.write(testLabels, 8, SAMPLE);
        }
    }
}
