package org.assay.verifier;

/// The name of one checkable piece of a trace. `group` is the KV head of an attention cell, else
/// 0.
public record CellId(int seq, int pos, int layer, int op, int group) {
    /// A layer's matrix products and the exact steps between them.
    public static final int LINEAR = 0;

    /// One head's scores, softmax and weighted sum.
    public static final int ATTENTION = 1;

    /// A token's row of the embedding.
    public static final int EMBED = 2;

    /// The last product and the choice of the output.
    public static final int HEAD = 3;

    /// Bytes of a cell's frame: seq, pos, layer, op, group, len.
    public static final int FRAME_SIZE = 16;

    /// Writes the frame; `size` is the bytes that follow it.
    public void write(int size, byte[] to, int offset) {
        LittleEndian.putInt(to, offset, seq);
        LittleEndian.putInt(to, offset + 4, pos);
        LittleEndian.putShort(to, offset + 8, layer);
        to[offset + 10] = (byte) op;
        to[offset + 11] = (byte) group;
        LittleEndian.putInt(to, offset + 12, size);
    }

    /// Whether the frame at `from[offset..]` names this cell.
    boolean isNamedAt(byte[] from, int offset) {
        return LittleEndian.getInt(from, offset) == seq
                && LittleEndian.getInt(from, offset + 4) == pos
                && LittleEndian.getShort(from, offset + 8) == (short) layer
                && from[offset + 10] == (byte) op
                && from[offset + 11] == (byte) group;
    }
}
