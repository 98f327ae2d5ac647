package org.assay.verifier;

import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;

/// The exact steps of a decoder between its matrix products, shared by executor and verifier.
/// Pure functions over arrays; every rounding is written down here and nowhere else.
public final class TransformerSteps {
    /// A gain of 1.0.
    public static final int GAIN_ONE = 1024;

    /// A normalised 1.0 is 32 in int8, so ±127 is about ±4 standard deviations: with q in
    /// sixteenths, the divisor is 1024·q / (16·32).
    private static final int NORM_DIVISOR = GAIN_ONE / (16 * 32);

    /// Fraction bits of the divisor's inverse.
    private static final int NORM_BITS = 48;

    /// Fraction bits of RoPE's cosines and sines.
    public static final int ROPE_BITS = 14;

    private static final byte[] DRAW_TAG = {'D', 'R', 'A', 'W'};

    private TransformerSteps() {}

    /// ⌊√value⌋ for value ≥ 0, by Newton's method from above; never through a double.
    public static long floorSqrt(long value) {
        if (value < 2) {
            return value;
        }
        long root = 1L << ((Long.SIZE - Long.numberOfLeadingZeros(value) + 1) / 2);
        while (true) {
            long next = (root + value / root) >> 1;
            if (next >= root) {
                return root;
            }
            root = next;
        }
    }

    /// floorDiv(2a + b, 2b), b > 0: the nearest integer, halves up.
    public static long divideRounded(long a, long b) {
        return Math.floorDiv(2 * a + b, 2 * b);
    }

    /// RMSNorm to int8: q = max(1, ⌊√(⌊2^8·Σx²/n⌋)⌋) is 16 times the root mean square;
    /// y_j = clamp(round(x_j·gain_j·16·32 / (1024·q)), −127, 127), halves up.
    ///
    /// The fraction shortens to ⌊(x·gain + q) / 2q⌋. Clamped first, n = x·gain + q + 127·2q lies
    /// in [0, 256·2q) and 2q ≤ 2^20, so that ⌊n·⌈2^48 / 2q⌉ / 2^48⌋ is the exact quotient: the
    /// excess n·(2q − 1) / (2q·2^48) stays below 1/2q.
    public static void normalise(short[] x, short[] gain, byte[] y) {
        long squares = 0;
        for (short value : x) {
            squares += (long) value * value;
        }
        long q = Math.max(1, floorSqrt((squares << 8) / x.length));
        long divisor = NORM_DIVISOR * q;
        long inverse = Math.ceilDiv(1L << NORM_BITS, divisor);
        long least = -127 * divisor;
        long most = 127 * divisor + divisor - 1;
        for (int j = 0; j < x.length; j++) {
            long numerator = Math.clamp((long) x[j] * gain[j] + q, least, most);
            y[j] = (byte) ((((numerator - least) * inverse) >>> NORM_BITS) - 127);
        }
    }

    /// x_j + ((y_j·M + 2^(S−1)) >> S), saturated to int16.
    public static void addResidual(short[] x, int[] y, Requantise requant) {
        for (int j = 0; j < x.length; j++) {
            x[j] = (short) Math.clamp(x[j] + requant.wide(y[j]), Short.MIN_VALUE, Short.MAX_VALUE);
        }
    }

    /// Q, K and V of one position from y = QKV: requantised, Q and K rotated in place by RoPE.
    public static void split(TransformerModel model, int layer, int pos, int[] y, byte[] qkv) {
        TransformerInt8.Shape shape = model.shape();
        Requantise[] requants = model.parts().requants[layer];
        int queries = shape.attentionWidth();
        int keys = queries + shape.kvHeads() * shape.headSize();
        apply(requants[TransformerConstants.QUERY], y, 0, queries, qkv);
        apply(requants[TransformerConstants.KEY], y, queries, keys, qkv);
        apply(requants[TransformerConstants.VALUE], y, keys, y.length, qkv);
        for (int at = 0; at < keys; at += shape.headSize()) {
            rotate(model, pos, qkv, at);
        }
    }

    private static void apply(Requantise requant, int[] y, int from, int to, byte[] out) {
        for (int j = from; j < to; j++) {
            out[j] = (byte) requant.apply(y[j]);
        }
    }

    /// RoPE on neighbouring pairs: (a, b) → (a·cos − b·sin, a·sin + b·cos) in 2^-14, rounded,
    /// clamped to ±127.
    private static void rotate(TransformerModel model, int pos, byte[] qkv, int at) {
        int size = model.shape().headSize();
        short[] rope = model.parts().rope;
        for (int i = 0; i < size; i += 2) {
            int cos = rope[pos * size + i];
            int sin = rope[pos * size + i + 1];
            int a = qkv[at + i];
            int b = qkv[at + i + 1];
            qkv[at + i] = rounded(a * cos - b * sin);
            qkv[at + i + 1] = rounded(a * sin + b * cos);
        }
    }

    private static byte rounded(int value) {
        return (byte) Math.clamp((value + (1L << (ROPE_BITS - 1))) >> ROPE_BITS, -127, 127);
    }

    /// Attention of one query head over `count` positions: integer softmax over exponentials,
    /// each output floorDiv(2a + b, 2b) with a = Σ w_t·v_tj and b = Σ w_t.
    public static void attend(Attention in, int queryAt, int count, byte[] out, int outAt) {
        int size = in.headSize;
        long[] scores = new long[count];
        long max = Long.MIN_VALUE;
        for (int t = 0; t < count; t++) {
            int sum = 0;
            int key = in.keyAt(t);
            for (int i = 0; i < size; i++) {
                sum += in.qkv[queryAt + i] * in.keyValues[key + i];
            }
            scores[t] = sum;
            max = Math.max(max, sum);
        }
        long total = 0;
        long[] sums = new long[size];
        for (int t = 0; t < count; t++) {
            long weight = in.exponentials[(int) in.score.index(max - scores[t])];
            total += weight;
            int value = in.keyAt(t) + size;
            for (int i = 0; i < size; i++) {
                sums[i] += weight * in.keyValues[value + i];
            }
        }
        for (int i = 0; i < size; i++) {
            out[outAt + i] = (byte) divideRounded(sums[i], total);
        }
    }

    /// What all heads of a group share: queries, and keys with values, `2·headSize` bytes a
    /// position from `keyValuesAt` on.
    public static final class Attention {
        private final byte[] qkv;
        private final byte[] keyValues;
        private final int keyValuesAt;
        private final int headSize;
        private final int[] exponentials;
        private final Requantise score;

        public Attention(
                TransformerModel model, int layer, byte[] qkv, byte[] keyValues, int keyValuesAt) {
            this.qkv = qkv;
            this.keyValues = keyValues;
            this.keyValuesAt = keyValuesAt;
            this.headSize = model.shape().headSize();
            this.exponentials = model.parts().exponentials;
            this.score = model.parts().requants[layer][TransformerConstants.SCORE];
        }

        private int keyAt(int position) {
            return keyValuesAt + 2 * headSize * position;
        }
    }

    /// The hidden int8 vector from y = gate ‖ up: requant(silu[gate]·up).
    public static void gate(TransformerModel model, int layer, int[] y, byte[] hidden) {
        Requantise[] requants = model.parts().requants[layer];
        byte[] silu = model.parts().silu;
        for (int j = 0; j < hidden.length; j++) {
            int gate = requants[TransformerConstants.GATE].apply(y[j]);
            int up = requants[TransformerConstants.UP].apply(y[hidden.length + j]);
            hidden[j] = (byte) requants[TransformerConstants.PRODUCT].apply(silu[gate + 128] * up);
        }
    }

    /// x_0 of a token: embedding · scale, saturated to int16.
    public static void embed(TransformerModel model, int token, short[] x) {
        TransformerConstants parts = model.parts();
        for (int j = 0; j < x.length; j++) {
            int value = parts.embedding[token * x.length + j] * parts.embeddingScale;
            x[j] = (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
        }
    }

    /// The token after position `pos`: argmax with ties to the lowest id, or the inverse CDF of
    /// exponentials at ⌊u·total / 2^64⌋, u the first little-endian word of
    /// keccak("DRAW"‖jobSeed‖u32 seq‖u32 pos).
    public static int nextToken(
            TransformerModel model, int[] logits, Hash jobSeed, int seq, int pos) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        if (!model.template().sampled()) {
            return best;
        }
        byte[] input = new byte[DRAW_TAG.length + Hash.SIZE + 8];
        System.arraycopy(DRAW_TAG, 0, input, 0, DRAW_TAG.length);
        jobSeed.writeTo(input, 4);
        LittleEndian.putInt(input, 36, seq);
        LittleEndian.putInt(input, 40, pos);
        long u = LittleEndian.getLong(Keccak.hash256(input).toArray(), 0);
        TransformerConstants parts = model.parts();
        long total = 0;
        for (int logit : logits) {
            total += weight(parts, (long) logits[best] - logit);
        }
        long point = Math.unsignedMultiplyHigh(u, total);
        int token = 0;
        for (long passed = weight(parts, (long) logits[best] - logits[0]); passed <= point; ) {
            token++;
            passed += weight(parts, (long) logits[best] - logits[token]);
        }
        return token;
    }

    private static long weight(TransformerConstants parts, long below) {
        return parts.exponentials[(int) parts.logits.index(below)];
    }
}
