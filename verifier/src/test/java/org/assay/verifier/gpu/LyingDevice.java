package org.assay.verifier.gpu;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.verifier.cpu.Digits;
import org.assay.verifier.cpu.Sig16;

/// A device that computes as the CPU does until it is told how to fail.
final class LyingDevice implements Device {
    /// How its results go wrong.
    enum Manner {
        HONEST,
        /// One bit of one sum.
        WRONG_SUM,
        /// Everything zero, so that every row seems to hold.
        ZERO,
        /// A driver's error.
        FAILING
    }

    private final Manner manner;
    private final int fromCall;
    private int calls;
    boolean closed;

    LyingDevice(Manner manner, int fromCall) {
        this.manner = manner;
        this.fromCall = fromCall;
    }

    private record HeldMatrix(Bytes content, int rows, int terms) implements Matrix {
        @Override
        public void close() {}
    }

    @Override
    public String name() {
        return "a fake that is " + manner;
    }

    @Override
    public long freeBytes() {
        return 8L << 30;
    }

    @Override
    public Matrix upload(byte[] from, int offset, int rows, int terms) {
        byte[] copy = java.util.Arrays.copyOfRange(from, offset, offset + rows * terms);
        return new HeldMatrix(Bytes.wrap(copy), rows, terms);
    }

    @Override
    public void sig16(Matrix a, byte[] digits, int stride, int[] out) {
        HeldMatrix matrix = (HeldMatrix) a;
        byte[] rowMajor = new byte[matrix.terms * Digits.PER_EXTENSION];
        for (int j = 0; j < matrix.terms; j++) {
            for (int c = 0; c < Digits.PER_EXTENSION; c++) {
                rowMajor[j * Digits.PER_EXTENSION + c] = digits[c * stride + j];
            }
        }
        Sig16.multiply(matrix.content.unsafeArray(), matrix.rows, matrix.terms, rowMajor, out);
        fail(out);
    }

    /// From the call on that was asked for.
    private void fail(int[] out) {
        if (++calls < fromCall) {
            return;
        }
        switch (manner) {
            case HONEST -> {}
            case WRONG_SUM -> out[0] ^= 1;
            case ZERO -> java.util.Arrays.fill(out, 0);
            case FAILING -> throw new GpuException("an illegal memory access was encountered");
        }
    }

    @Override
    public void product(byte[] x, int at, int rows, Matrix w, int[] y) {
        HeldMatrix matrix = (HeldMatrix) w;
        byte[] content = matrix.content.unsafeArray();
        for (int i = 0; i < y.length; i++) {
            int row = at + i / matrix.rows * matrix.terms;
            int column = i % matrix.rows * matrix.terms;
            y[i] = 0;
            for (int t = 0; t < matrix.terms; t++) {
                y[i] += x[row + t] * content[column + t];
            }
        }
        fail(y);
    }

    @Override
    public double sig16Seconds(Matrix a, byte[] digits, int runs) {
        throw new GpuException("not part of this fake");
    }

    @Override
    public void sha256Leaves(byte[] headers, byte[] data, int size, int count, byte[] hashes) {
        throw new GpuException("not part of this fake");
    }

    @Override
    public double sha256LeavesSeconds(int size, int count, int runs) {
        throw new GpuException("not part of this fake");
    }

    @Override
    public void sha256Nodes(byte[] children, int count, byte[] parents) {
        throw new GpuException("not part of this fake");
    }

    @Override
    public double copyBytesPerSecond(long bytes, int runs) {
        return 1e12;
    }

    @Override
    public void close() {
        closed = true;
    }

    /// A driver with this device and given facts, for the doctor.
    static final class Machine implements Driver {
        Optional<String> failure = Optional.empty();
        int version = 13_000;
        int devices = 1;
        Facts facts = new Facts("Fake 9000", 9, 0, 80L << 30);
        Optional<String> loadFailure = Optional.empty();
        Optional<String> cublas = Optional.of("libcublas.so.13");
        Device device;
        Device plain;

        Machine(Device device) {
            this.device = device;
            this.plain = device;
        }

        @Override
        public Optional<String> load() {
            return failure;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public int deviceCount() {
            return devices;
        }

        @Override
        public Facts facts(int index) {
            return facts;
        }

        @Override
        public Device open(int index, byte[] fatbin) {
            if (loadFailure.isPresent()) {
                throw new GpuException(loadFailure.get());
            }
            return device;
        }

        @Override
        public Device openPlain(int index, byte[] fatbin) {
            return plain;
        }

        @Override
        public Optional<String> cublas() {
            return cublas;
        }
    }
}
