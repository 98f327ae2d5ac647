package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// `transformer-int8`: a Llama-shaped decoder in integers (RMSNorm, RoPE, grouped attention,
/// SwiGLU).
///
/// `eos`: the token that ends a sequence, −1 for none. `sampled`: tokens are drawn by the job's
/// seed instead of argmax. dims: u32 vocabulary | u32 width | u16 layers | u16 heads | u16
/// kvHeads
/// | u16 headSize | u32 hidden | u32 contextMax | u32 eos | u8 stride = 1 | u8 sampled.
public record TransformerInt8(Hash modelRoot, Shape shape, int eos, boolean sampled)
        implements Template {
    private static final int DIMS_SIZE = 30;

    /// Sizes of a decoder. `width` is the residual's, `hidden` the feed-forward's.
    public record Shape(
            int vocabulary,
            int width,
            int layers,
            int heads,
            int kvHeads,
            int headSize,
            int hidden,
            int contextMax) {
        public static final int WIDTH_MAX = 65_536;
        public static final int VOCABULARY_MAX = 1 << 18;
        public static final int CONTEXT_MAX = 1 << 17;
        public static final int LAYERS_MAX = 256;

        /// Linear MACs of a token: keeps every sum of work below 2^63.
        public static final long MACS_MAX = 1L << 40;

        boolean valid() {
            return in(vocabulary, VOCABULARY_MAX)
                    && in(width, WIDTH_MAX)
                    && in(layers, LAYERS_MAX)
                    && in(heads, 1024)
                    && in(kvHeads, 255)
                    && in(headSize, 256)
                    && headSize % 2 == 0
                    && heads % kvHeads == 0
                    && in(attentionWidth(), WIDTH_MAX)
                    && in(hidden, WIDTH_MAX)
                    && layers * linearMacs() <= MACS_MAX
                    && in(contextMax, CONTEXT_MAX);
        }

        private static boolean in(int value, int max) {
            return value >= 1 && value <= max;
        }

        /// Columns of all query heads.
        public int attentionWidth() {
            return heads * headSize;
        }

        /// Query heads that share one KV head.
        public int headsPerGroup() {
            return heads / kvHeads;
        }

        /// Columns of Q, K and V together.
        public int qkvWidth() {
            return (heads + 2 * kvHeads) * headSize;
        }

        /// MACs of a layer's four matrices for one token.
        public long linearMacs() {
            return (long) width * qkvWidth()
                    + (long) attentionWidth() * width
                    + 3L * width * hidden;
        }

        /// MACs of one group's attention for each earlier or equal position.
        public long groupMacs() {
            return 2L * headsPerGroup() * headSize;
        }

        public long headMacs() {
            return (long) width * vocabulary;
        }
    }

    public TransformerInt8 {
        if (!shape.valid() || eos < -1 || eos >= shape.vocabulary()) {
            throw new IllegalArgumentException("shape " + shape + ", eos " + eos);
        }
    }

    @Override
    public int kind() {
        return KIND_TRANSFORMER;
    }

    /// The linear part; attention and heads follow from the lengths.
    @Override
    public long macsPerRow() {
        return shape.layers() * shape.linearMacs();
    }

    @Override
    public Bytes dims() {
        byte[] dims = new byte[DIMS_SIZE];
        LittleEndian.putInt(dims, 0, shape.vocabulary());
        LittleEndian.putInt(dims, 4, shape.width());
        LittleEndian.putShort(dims, 8, shape.layers());
        LittleEndian.putShort(dims, 10, shape.heads());
        LittleEndian.putShort(dims, 12, shape.kvHeads());
        LittleEndian.putShort(dims, 14, shape.headSize());
        LittleEndian.putInt(dims, 16, shape.hidden());
        LittleEndian.putInt(dims, 20, shape.contextMax());
        LittleEndian.putInt(dims, 24, eos);
        dims[28] = 1;
        dims[29] = (byte) (sampled ? 1 : 0);
        return Bytes.wrap(dims);
    }

    static Optional<TransformerInt8> decode(Hash modelRoot, Bytes dims) {
        byte[] array = dims.unsafeArray();
        if (array.length != DIMS_SIZE) {
            return Optional.empty();
        }
        Shape shape =
                new Shape(
                        LittleEndian.getInt(array, 0),
                        LittleEndian.getInt(array, 4),
                        LittleEndian.getShort(array, 8) & 0xffff,
                        LittleEndian.getShort(array, 10) & 0xffff,
                        LittleEndian.getShort(array, 12) & 0xffff,
                        LittleEndian.getShort(array, 14) & 0xffff,
                        LittleEndian.getInt(array, 16),
                        LittleEndian.getInt(array, 20));
        int eos = LittleEndian.getInt(array, 24);
        if (!shape.valid() || eos < -1 || eos >= shape.vocabulary()) {
            return Optional.empty();
        }
        return Optional.of(new TransformerInt8(modelRoot, shape, eos, array[29] == 1));
    }
}
