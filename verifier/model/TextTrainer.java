import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Trains the byte-level decoder of the demo on Moby Dick, in floats: width 64, 4 layers, 4 query
/// heads on 2 KV heads of 16, feed-forward 176, context 128, vocabulary 256.
///
/// The steps are those of `transformer-int8` with its clamps, so that quantising loses little. One
/// thread, a fixed seed, no fused or reordered sums and an exponential of its own, so that every JVM
/// writes the same bytes. Arguments: folder with the chapters as text files, output file, steps.
/// Writes the parameters as float32, which TextModelBuilder quantises.
public final class TextTrainer {
    static final int VOCABULARY = 256;
    static final int WIDTH = 64;
    static final int LAYERS = 4;
    static final int HEADS = 4;
    static final int KV_HEADS = 2;
    static final int HEAD = 16;
    static final int HIDDEN = 176;
    static final int CONTEXT = 128;
    static final int QKV = (HEADS + 2 * KV_HEADS) * HEAD;
    static final int BATCH = 8;

    /// ±127 in the int8 of a normalised activation (unit 1/32); also the range of a gate.
    static final float CLAMP = 127f / 32;

    /// A parameter matrix [k, n] with its gradient and Adam's moments; `t` is its transpose.
    static final class Matrix {
        final int k;
        final int n;
        final float[] w;
        final float[] t;
        final float[] d;
        final float[] m;
        final float[] v;

        Matrix(int k, int n, float spread, SplittableRandom random) {
            this.k = k;
            this.n = n;
            w = new float[k * n];
            t = new float[k * n];
            d = new float[k * n];
            m = new float[k * n];
            v = new float[k * n];
            for (int i = 0; i < w.length; i++) {
                double sum = 0;
                for (int j = 0; j < 12; j++) {
                    sum += random.nextDouble();
                }
                w[i] = (float) ((sum - 6) * spread);
            }
            transpose();
        }

        void transpose() {
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < n; j++) {
                    t[j * k + i] = w[i * n + j];
                }
            }
        }

        void step(float rate, float correction1, float correction2) {
            for (int i = 0; i < w.length; i++) {
                float g = d[i];
                m[i] = 0.9f * m[i] + 0.1f * g;
                v[i] = 0.98f * v[i] + 0.02f * g * g;
                float root = (float) Math.sqrt(v[i] * correction2);
                w[i] -= rate * (m[i] * correction1 / (root + 1e-8f) + 0.05f * w[i]);
                d[i] = 0;
            }
            transpose();
        }
    }

    /// What one layer remembers of a forward pass, for the backward one.
    static final class Layer {
        final Matrix qkv;
        final Matrix out;
        final Matrix gateUp;
        final Matrix down;
        final float[] x = new float[CONTEXT * WIDTH];
        final float[] n1 = new float[CONTEXT * WIDTH];
        final float[] rms1 = new float[CONTEXT];
        final float[] y = new float[CONTEXT * QKV];
        final float[] probabilities = new float[HEADS * CONTEXT * CONTEXT];
        final float[] attention = new float[CONTEXT * WIDTH];
        final float[] middle = new float[CONTEXT * WIDTH];
        final float[] n2 = new float[CONTEXT * WIDTH];
        final float[] rms2 = new float[CONTEXT];
        final float[] gu = new float[CONTEXT * 2 * HIDDEN];
        final float[] hidden = new float[CONTEXT * HIDDEN];

        Layer(SplittableRandom random) {
            float narrow = (float) (1 / Math.sqrt(WIDTH));
            qkv = new Matrix(WIDTH, QKV, narrow, random);
            out = new Matrix(WIDTH, WIDTH, narrow / 3, random);
            gateUp = new Matrix(WIDTH, 2 * HIDDEN, narrow, random);
            down = new Matrix(HIDDEN, WIDTH, (float) (1 / Math.sqrt(HIDDEN)) / 3, random);
        }
    }

    final SplittableRandom random = new SplittableRandom(20250102);
    final Matrix embedding = new Matrix(VOCABULARY, WIDTH, 0.5f, random);
    final Layer[] layers = new Layer[LAYERS];
    final Matrix head = new Matrix(WIDTH, VOCABULARY, (float) (1 / Math.sqrt(WIDTH)), random);
    final float[] last = new float[CONTEXT * WIDTH];
    final float[] lastNormal = new float[CONTEXT * WIDTH];
    final float[] lastRms = new float[CONTEXT];
    final float[] logits = new float[CONTEXT * VOCABULARY];
    final float[] dLogits = new float[CONTEXT * VOCABULARY];
    final float[] cos = new float[CONTEXT * HEAD / 2];
    final float[] sin = new float[CONTEXT * HEAD / 2];
    final float[] dx = new float[CONTEXT * WIDTH];
    final float[] dn = new float[CONTEXT * WIDTH];
    final float[] dGu = new float[CONTEXT * 2 * HIDDEN];
    final float[] dHidden = new float[CONTEXT * HIDDEN];
    final float[] dAttention = new float[CONTEXT * WIDTH];
    final float[] dQkv = new float[CONTEXT * QKV];
    final float[] row = new float[CONTEXT];

    TextTrainer() {
        for (int l = 0; l < LAYERS; l++) {
            layers[l] = new Layer(random);
        }
        for (int pos = 0; pos < CONTEXT; pos++) {
            for (int i = 0; i < HEAD / 2; i++) {
                double angle = pos * StrictMath.pow(10_000, -2.0 * i / HEAD);
                cos[pos * HEAD / 2 + i] = (float) StrictMath.cos(angle);
                sin[pos * HEAD / 2 + i] = (float) StrictMath.sin(angle);
            }
        }
    }

    /// e^x by 2^k and a polynomial: the same bits everywhere, relative error below 1e-6.
    static float exp(float x) {
        float t = Math.max(-80f, Math.min(80f, x)) * 1.44269504f;
        int k = (int) (t + 127.5f) - 127; // Rounded: t + 127.5 is positive.
        float f = (t - k) * 0.69314718f;
        float p = 1 + f * (1 + f * (0.5f + f * (1 / 6f + f * (1 / 24f + f * (1 / 120f + f / 720f)))));
        return Float.intBitsToFloat((k + 127) << 23) * p;
    }

    /// y[rows, n] += x[rows, k] · w[k, n]: four rows of w at a time, in a fixed order.
    static void multiply(float[] x, float[] w, float[] y, int rows, int k, int n) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < k; i += 4) {
                axpy4(x, r * k + i, w, i * n, y, r * n, n);
            }
        }
    }

    static void axpy4(float[] x, int xAt, float[] w, int wAt, float[] y, int yAt, int n) {
        float a = x[xAt];
        float b = x[xAt + 1];
        float c = x[xAt + 2];
        float d = x[xAt + 3];
        int w1 = wAt + n;
        int w2 = wAt + 2 * n;
        int w3 = wAt + 3 * n;
        for (int j = 0; j < n; j++) {
            y[yAt + j] += (a * w[wAt + j] + b * w[w1 + j]) + (c * w[w2 + j] + d * w[w3 + j]);
        }
    }

    /// d[k, n] += xᵀ[k, rows] · dy[rows, n], four rows of dy at a time.
    static void gradient(float[] x, float[] dy, float[] d, int rows, int k, int n) {
        for (int r = 0; r < rows; r += 4) {
            for (int i = 0; i < k; i++) {
                float a = x[r * k + i];
                float b = x[(r + 1) * k + i];
                float c = x[(r + 2) * k + i];
                float e = x[(r + 3) * k + i];
                int at = r * n;
                for (int j = 0; j < n; j++) {
                    d[i * n + j] +=
                            (a * dy[at + j] + b * dy[at + n + j])
                                    + (c * dy[at + 2 * n + j] + e * dy[at + 3 * n + j]);
                }
            }
        }
    }

    /// y = clamp(x / rms(x)).
    static void normalise(float[] x, float[] y, float[] rms) {
        for (int r = 0; r < CONTEXT; r++) {
            float sum = 0;
            for (int j = 0; j < WIDTH; j++) {
                sum += x[r * WIDTH + j] * x[r * WIDTH + j];
            }
            rms[r] = (float) Math.sqrt(sum / WIDTH + 1e-6f);
            for (int j = 0; j < WIDTH; j++) {
                y[r * WIDTH + j] = Math.max(-CLAMP, Math.min(CLAMP, x[r * WIDTH + j] / rms[r]));
            }
        }
    }

    /// dx += the gradient through normalise; `dy` is overwritten with what passes the clamp.
    static void normaliseBack(float[] x, float[] y, float[] rms, float[] dy, float[] dx) {
        for (int r = 0; r < CONTEXT; r++) {
            float dot = 0;
            for (int j = 0; j < WIDTH; j++) {
                int at = r * WIDTH + j;
                dy[at] = Math.abs(y[at]) >= CLAMP ? 0 : dy[at];
                dot += dy[at] * x[at];
            }
            float scale = dot / (WIDTH * rms[r] * rms[r] * rms[r]);
            for (int j = 0; j < WIDTH; j++) {
                int at = r * WIDTH + j;
                dx[at] += dy[at] / rms[r] - x[at] * scale;
            }
        }
    }

    /// RoPE on the neighbouring pairs of all Q and K heads; `sign` −1 turns back.
    void rotate(float[] y, float sign) {
        for (int pos = 0; pos < CONTEXT; pos++) {
            for (int at = 0; at < (HEADS + KV_HEADS) * HEAD; at += 2) {
                int angle = pos * HEAD / 2 + at % HEAD / 2;
                float a = y[pos * QKV + at];
                float b = y[pos * QKV + at + 1];
                float s = sign * sin[angle];
                y[pos * QKV + at] = a * cos[angle] - b * s;
                y[pos * QKV + at + 1] = a * s + b * cos[angle];
            }
        }
    }

    void attend(Layer layer) {
        float scale = (float) (1 / Math.sqrt(HEAD));
        for (int h = 0; h < HEADS; h++) {
            int q = h * HEAD;
            int k = (HEADS + h / (HEADS / KV_HEADS)) * HEAD;
            int v = k + KV_HEADS * HEAD;
            for (int pos = 0; pos < CONTEXT; pos++) {
                int to = (h * CONTEXT + pos) * CONTEXT;
                float max = Float.NEGATIVE_INFINITY;
                for (int t = 0; t <= pos; t++) {
                    float sum = 0;
                    for (int i = 0; i < HEAD; i++) {
                        sum += layer.y[pos * QKV + q + i] * layer.y[t * QKV + k + i];
                    }
                    layer.probabilities[to + t] = sum * scale;
                    max = Math.max(max, sum * scale);
                }
                float total = 0;
                for (int t = 0; t <= pos; t++) {
                    float e = exp(layer.probabilities[to + t] - max);
                    layer.probabilities[to + t] = e;
                    total += e;
                }
                for (int i = 0; i < HEAD; i++) {
                    layer.attention[pos * WIDTH + q + i] = 0;
                }
                for (int t = 0; t <= pos; t++) {
                    float p = layer.probabilities[to + t] / total;
                    layer.probabilities[to + t] = p;
                    for (int i = 0; i < HEAD; i++) {
                        layer.attention[pos * WIDTH + q + i] += p * layer.y[t * QKV + v + i];
                    }
                }
            }
        }
    }

    void attendBack(Layer layer) {
        float scale = (float) (1 / Math.sqrt(HEAD));
        Arrays.fill(dQkv, 0);
        for (int h = 0; h < HEADS; h++) {
            int q = h * HEAD;
            int k = (HEADS + h / (HEADS / KV_HEADS)) * HEAD;
            int v = k + KV_HEADS * HEAD;
            for (int pos = 0; pos < CONTEXT; pos++) {
                int from = (h * CONTEXT + pos) * CONTEXT;
                float dot = 0;
                for (int t = 0; t <= pos; t++) {
                    float sum = 0;
                    float p = layer.probabilities[from + t];
                    for (int i = 0; i < HEAD; i++) {
                        float g = dAttention[pos * WIDTH + q + i];
                        sum += g * layer.y[t * QKV + v + i];
                        dQkv[t * QKV + v + i] += p * g;
                    }
                    row[t] = sum;
                    dot += p * sum;
                }
                for (int t = 0; t <= pos; t++) {
                    float g = layer.probabilities[from + t] * (row[t] - dot) * scale;
                    for (int i = 0; i < HEAD; i++) {
                        dQkv[pos * QKV + q + i] += g * layer.y[t * QKV + k + i];
                        dQkv[t * QKV + k + i] += g * layer.y[pos * QKV + q + i];
                    }
                }
            }
        }
        rotate(dQkv, -1);
    }

    static float silu(float gate) {
        return gate / (1 + exp(-gate));
    }

    void forward(byte[] text, int at) {
        float[] x = layers[0].x;
        for (int pos = 0; pos < CONTEXT; pos++) {
            System.arraycopy(embedding.w, (text[at + pos] & 255) * WIDTH, x, pos * WIDTH, WIDTH);
        }
        for (int l = 0; l < LAYERS; l++) {
            Layer layer = layers[l];
            normalise(layer.x, layer.n1, layer.rms1);
            Arrays.fill(layer.y, 0);
            multiply(layer.n1, layer.qkv.w, layer.y, CONTEXT, WIDTH, QKV);
            rotate(layer.y, 1);
            attend(layer);
            System.arraycopy(layer.x, 0, layer.middle, 0, layer.x.length);
            multiply(layer.attention, layer.out.w, layer.middle, CONTEXT, WIDTH, WIDTH);
            normalise(layer.middle, layer.n2, layer.rms2);
            Arrays.fill(layer.gu, 0);
            multiply(layer.n2, layer.gateUp.w, layer.gu, CONTEXT, WIDTH, 2 * HIDDEN);
            for (int pos = 0; pos < CONTEXT; pos++) {
                for (int j = 0; j < HIDDEN; j++) {
                    float gate = layer.gu[pos * 2 * HIDDEN + j];
                    float up = layer.gu[pos * 2 * HIDDEN + HIDDEN + j];
                    gate = Math.max(-CLAMP, Math.min(CLAMP, gate));
                    layer.hidden[pos * HIDDEN + j] = silu(gate) * up;
                }
            }
            float[] next = l + 1 < LAYERS ? layers[l + 1].x : last;
            System.arraycopy(layer.middle, 0, next, 0, next.length);
            multiply(layer.hidden, layer.down.w, next, CONTEXT, HIDDEN, WIDTH);
        }
        normalise(last, lastNormal, lastRms);
        Arrays.fill(logits, 0);
        multiply(lastNormal, head.w, logits, CONTEXT, WIDTH, VOCABULARY);
    }

    /// Nats over the window's predictions; fills dLogits.
    double loss(byte[] text, int at) {
        double nats = 0;
        for (int pos = 0; pos < CONTEXT; pos++) {
            int from = pos * VOCABULARY;
            float max = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < VOCABULARY; j++) {
                max = Math.max(max, logits[from + j]);
            }
            float total = 0;
            for (int j = 0; j < VOCABULARY; j++) {
                dLogits[from + j] = exp(logits[from + j] - max);
                total += dLogits[from + j];
            }
            int target = text[at + pos + 1] & 255;
            nats -= logits[from + target] - max - StrictMath.log(total);
            float scale = 1f / (BATCH * CONTEXT);
            for (int j = 0; j < VOCABULARY; j++) {
                dLogits[from + j] *= scale / total;
            }
            dLogits[from + target] -= scale;
        }
        return nats;
    }

    void backward(byte[] text, int at) {
        gradient(lastNormal, dLogits, head.d, CONTEXT, WIDTH, VOCABULARY);
        Arrays.fill(dn, 0);
        multiply(dLogits, head.t, dn, CONTEXT, VOCABULARY, WIDTH);
        Arrays.fill(dx, 0);
        normaliseBack(last, lastNormal, lastRms, dn, dx);
        for (int l = LAYERS - 1; l >= 0; l--) {
            layerBack(layers[l]);
        }
        for (int pos = 0; pos < CONTEXT; pos++) {
            int to = (text[at + pos] & 255) * WIDTH;
            for (int j = 0; j < WIDTH; j++) {
                embedding.d[to + j] += dx[pos * WIDTH + j];
            }
        }
    }

    private void layerBack(Layer layer) {
        gradient(layer.hidden, dx, layer.down.d, CONTEXT, HIDDEN, WIDTH);
        Arrays.fill(dHidden, 0);
        multiply(dx, layer.down.t, dHidden, CONTEXT, WIDTH, HIDDEN);
        for (int pos = 0; pos < CONTEXT; pos++) {
            for (int j = 0; j < HIDDEN; j++) {
                int at = pos * 2 * HIDDEN + j;
                float raw = layer.gu[at];
                float gate = Math.max(-CLAMP, Math.min(CLAMP, raw));
                float up = layer.gu[at + HIDDEN];
                float g = dHidden[pos * HIDDEN + j];
                float sigmoid = 1 / (1 + exp(-gate));
                float slope = sigmoid * (1 + gate * (1 - sigmoid));
                dGu[at] = raw == gate ? g * up * slope : 0;
                dGu[at + HIDDEN] = g * gate * sigmoid;
            }
        }
        gradient(layer.n2, dGu, layer.gateUp.d, CONTEXT, WIDTH, 2 * HIDDEN);
        Arrays.fill(dn, 0);
        multiply(dGu, layer.gateUp.t, dn, CONTEXT, 2 * HIDDEN, WIDTH);
        normaliseBack(layer.middle, layer.n2, layer.rms2, dn, dx);
        gradient(layer.attention, dx, layer.out.d, CONTEXT, WIDTH, WIDTH);
        Arrays.fill(dAttention, 0);
        multiply(dx, layer.out.t, dAttention, CONTEXT, WIDTH, WIDTH);
        attendBack(layer);
        gradient(layer.n1, dQkv, layer.qkv.d, CONTEXT, WIDTH, QKV);
        Arrays.fill(dn, 0);
        multiply(dQkv, layer.qkv.t, dn, CONTEXT, QKV, WIDTH);
        normaliseBack(layer.x, layer.n1, layer.rms1, dn, dx);
    }

    Matrix[] matrices() {
        Matrix[] all = new Matrix[2 + 4 * LAYERS];
        all[0] = embedding;
        for (int l = 0; l < LAYERS; l++) {
            all[1 + 4 * l] = layers[l].qkv;
            all[2 + 4 * l] = layers[l].out;
            all[3 + 4 * l] = layers[l].gateUp;
            all[4 + 4 * l] = layers[l].down;
        }
        all[all.length - 1] = head;
        return all;
    }

    void train(byte[] text, int steps) {
        double nats = 0;
        double power1 = 1;
        double power2 = 1;
        for (int step = 1; step <= steps; step++) {
            for (int b = 0; b < BATCH; b++) {
                int at = random.nextInt(text.length - CONTEXT - 1);
                forward(text, at);
                nats += loss(text, at);
                backward(text, at);
            }
            double progress = (double) step / steps;
            double shape = 0.5 + 0.5 * StrictMath.cos(StrictMath.PI * progress);
            float rate = (float) (4e-3 * Math.min(1, step / 100.0) * (0.03 + 0.97 * shape));
            power1 *= 0.9;
            power2 *= 0.98;
            for (Matrix matrix : matrices()) {
                matrix.step(rate, (float) (1 / (1 - power1)), (float) (1 / (1 - power2)));
            }
            if (step % 200 == 0) {
                double bits = nats / (200.0 * BATCH * CONTEXT) / StrictMath.log(2);
                System.out.printf("step %d of %d: %.3f bits a byte%n", step, steps, bits);
                nats = 0;
            }
        }
    }

    /// Bits a byte over windows of `text`, the first 16 predictions of each left out.
    double bitsAByte(byte[] text, int windows) {
        double nats = 0;
        int counted = 0;
        for (int i = 0; i < windows; i++) {
            int at = i * CONTEXT;
            forward(text, at);
            for (int pos = 16; pos < CONTEXT; pos++) {
                nats -= logProbability(pos, text[at + pos + 1] & 255);
                counted++;
            }
        }
        return nats / counted / StrictMath.log(2);
    }

    private double logProbability(int pos, int target) {
        double max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < VOCABULARY; j++) {
            max = Math.max(max, logits[pos * VOCABULARY + j]);
        }
        double total = 0;
        for (int j = 0; j < VOCABULARY; j++) {
            total += StrictMath.exp(logits[pos * VOCABULARY + j] - max);
        }
        return logits[pos * VOCABULARY + target] - max - StrictMath.log(total);
    }

    /// All matrices as little-endian float32, in the order of `matrices`.
    byte[] parameters() {
        int size = 0;
        for (Matrix matrix : matrices()) {
            size += matrix.w.length;
        }
        ByteBuffer out = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        for (Matrix matrix : matrices()) {
            for (float value : matrix.w) {
                out.putFloat(value);
            }
        }
        return out.array();
    }

    /// The novel as bytes of ASCII; chapters from 122 on are held back for measuring.
    static byte[] text(Path file) throws IOException {
        return Files.readString(file).getBytes(StandardCharsets.US_ASCII);
    }

    public static void main(String[] arguments) throws IOException {
        byte[] training = text(Path.of(arguments[0], "training.txt"));
        byte[] held = text(Path.of(arguments[0], "held.txt"));
        TextTrainer trainer = new TextTrainer();
        trainer.train(training, Integer.parseInt(arguments[2]));
        System.out.printf(
                "float model: %.3f bits a byte of %d held back%n",
                trainer.bitsAByte(held, (held.length - 1) / CONTEXT), held.length);
        Files.write(Path.of(arguments[1]), trainer.parameters());
    }
}
