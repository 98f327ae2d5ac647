package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// `matmul-int8`: C = A·B, A int8 `[rows, k]`, B int8 `[k, n]`, both from the job, C int32
/// `[rows, n]`. dims: u32 k | u32 n.
public record MatmulInt8(int inputs, int outputs) implements Template {
    public static final int WIDTH_MAX = 65_536;

    public MatmulInt8 {
        if (!valid(inputs, outputs)) {
            throw new IllegalArgumentException(inputs + " x " + outputs);
        }
    }

    private static boolean valid(int inputs, int outputs) {
        return inputs >= 1 && inputs <= WIDTH_MAX && outputs >= 1 && outputs <= WIDTH_MAX;
    }

    @Override
    public int kind() {
        return KIND_MATMUL;
    }

    /// Zero: there is no model.
    @Override
    public Hash modelRoot() {
        return Hash.ZERO;
    }

    @Override
    public long macsPerRow() {
        return (long) inputs * outputs;
    }

    @Override
    public Bytes dims() {
        byte[] dims = new byte[8];
        LittleEndian.putInt(dims, 0, inputs);
        LittleEndian.putInt(dims, 4, outputs);
        return Bytes.wrap(dims);
    }

    /// Bytes of A and B together for `rows` rows.
    public long inputBytes(int rows) {
        return (long) rows * inputs + (long) inputs * outputs;
    }

    public int planes() {
        return Planes.count(inputs);
    }

    public long sidecarBytes(int rows) {
        return inputBytes(rows) + (long) rows * outputs * planes();
    }

    static Optional<MatmulInt8> decode(Bytes dims) {
        if (dims.size() != 8) {
            return Optional.empty();
        }
        int inputs = LittleEndian.getInt(dims.unsafeArray(), 0);
        int outputs = LittleEndian.getInt(dims.unsafeArray(), 4);
        return valid(inputs, outputs)
                ? Optional.of(new MatmulInt8(inputs, outputs))
                : Optional.empty();
    }
}
