package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Bytes;

/// What a decoder needs besides its matrices. Immutable; the arrays are for readers only.
///
///
/// Layout, all i8, i16 and u16 little-endian:
///
///     i8 embedding, a row of `width` for each token | u16 embeddingScale
///     for each layer: i16 attentionGain, i16 feedForwardGain, `width` each,
///      {u32 M, u8 S} of q, k, v, o, gate, up, product, down, score
///     i16 lastGain, `width` | {u32 M, u8 S} of sampled logits
///     u16 exponentials, 256 | i8 silu, 256
///     i16 rope: for each position headSize/2 pairs (cos, sin) in 2^-14
public final class TransformerConstants {
    /// Positions of a layer's requantisations.
    public static final int QUERY = 0;

    public static final int KEY = 1;
    public static final int VALUE = 2;
    public static final int ATTENTION_OUT = 3;
    public static final int GATE = 4;
    public static final int UP = 5;
    public static final int PRODUCT = 6;
    public static final int DOWN = 7;
    public static final int SCORE = 8;
    public static final int REQUANTS = 9;

    private static final int TABLE = 256;

    public final byte[] embedding;
    public final int embeddingScale;
    public final short[][] attentionGains;
    public final short[][] feedForwardGains;
    public final Requantise[][] requants;
    public final short[] lastGain;
    public final Requantise logits;
    public final int[] exponentials;
    public final byte[] silu;
    public final short[] rope;
    private final Bytes encoded;

    private TransformerConstants(TransformerInt8.Shape shape, Reader in, Bytes encoded) {
        int width = shape.width();
        this.encoded = encoded;
        embedding = in.bytes(shape.vocabulary() * width);
        embeddingScale = in.shorts(1)[0] & 0xffff;
        attentionGains = new short[shape.layers()][];
        feedForwardGains = new short[shape.layers()][];
        requants = new Requantise[shape.layers()][REQUANTS];
        for (int layer = 0; layer < shape.layers(); layer++) {
            attentionGains[layer] = in.shorts(width);
            feedForwardGains[layer] = in.shorts(width);
            for (int i = 0; i < REQUANTS; i++) {
                requants[layer][i] = in.requantise();
            }
        }
        lastGain = in.shorts(width);
        logits = in.requantise();
        short[] table = in.shorts(TABLE);
        exponentials = new int[TABLE];
        for (int i = 0; i < TABLE; i++) {
            exponentials[i] = table[i] & 0xffff;
        }
        silu = in.bytes(TABLE);
        rope = in.shorts(shape.contextMax() * shape.headSize());
    }

    /// Bytes of the constants of a shape.
    public static long size(TransformerInt8.Shape shape) {
        long width = shape.width();
        return (long) shape.vocabulary() * width
                + 2
                + shape.layers() * (4 * width + 5 * REQUANTS)
                + 2 * width
                + 5
                + 3 * TABLE
                + 2L * shape.contextMax() * shape.headSize();
    }

    /// Empty unless the size fits, every requantisation is valid and no softmax can divide by
    /// zero.
    public static Optional<TransformerConstants> decode(TransformerInt8.Shape shape, Bytes from) {
        if (from.size() != size(shape)) {
            return Optional.empty();
        }
        Reader in = new Reader(from.unsafeArray());
        TransformerConstants constants = new TransformerConstants(shape, in, from);
        return in.valid && constants.exponentials[0] > 0
                ? Optional.of(constants)
                : Optional.empty();
    }

    public Bytes encoded() {
        return encoded;
    }

    private static final class Reader {
        private final byte[] from;
        private int at;
        private boolean valid = true;

        Reader(byte[] from) {
            this.from = from;
        }

        byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            System.arraycopy(from, at, bytes, 0, count);
            at += count;
            return bytes;
        }

        short[] shorts(int count) {
            short[] shorts = new short[count];
            for (int i = 0; i < count; i++) {
                shorts[i] = LittleEndian.getShort(from, at);
                at += 2;
            }
            return shorts;
        }

        Requantise requantise() {
            int multiplier = LittleEndian.getInt(from, at);
            int shift = from[at + 4];
            at += 5;
            if (Requantise.valid(multiplier, shift)) {
                return new Requantise(multiplier, shift);
            }
            valid = false;
            return new Requantise(1, 1);
        }
    }
}
