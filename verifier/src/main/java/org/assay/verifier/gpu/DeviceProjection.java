package org.assay.verifier.gpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.assay.verifier.cpu.Digits;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.Projection;
import org.assay.verifier.cpu.Sig16;

/// The projection as SIG16 on a device. Weights stay there from one epoch to the next, as far as
/// they fit. Owned by one thread.
public final class DeviceProjection implements Projection, AutoCloseable {
    /// Weights are kept while this much memory remains free, bytes.
    private static final long RESERVE_BYTES = 1L << 30;

    /// Vectors whose digits are remembered: those of one verification key.
    private static final int DIGITS_MAX = 4096;

    private final Device device;
    private final IdentityHashMap<byte[], List<Device.Matrix>> resident = new IdentityHashMap<>();
    private final IdentityHashMap<ExtensionVector, List<byte[]>> columns = new IdentityHashMap<>();

    public DeviceProjection(Device device) {
        this.device = device;
    }

    public Device device() {
        return device;
    }

    /// Terms beyond the kernel's limit go in further parts, whose sums are added.
    private static int parts(int terms) {
        return Math.ceilDiv(terms, Sig16.TERMS_MAX);
    }

    private static int partStart(int terms, int part) {
        return (int) ((long) terms * part / parts(terms));
    }

    @Override
    public Extension dot(byte[] a, int offset, ExtensionVector r) {
        Extension[] sums = rows(a, offset, 1, r);
        return sums[0];
    }

    @Override
    public Extension dotPlanes(byte[] a, int offset, int planes, ExtensionVector r) {
        Extension[] sums = rows(a, offset, planes, r);
        Extension shift = new Extension(256, 0);
        Extension sum = Extension.ZERO;
        for (int i = planes - 1; i >= 0; i--) {
            sum = sum.multiply(shift).add(sums[i]);
        }
        return sum;
    }

    private Extension[] rows(byte[] a, int offset, int rows, ExtensionVector r) {
        List<Device.Matrix> parts = upload(a, offset, rows, r.size());
        try {
            return multiply(parts, rows, r);
        } finally {
            parts.forEach(Device.Matrix::close);
        }
    }

    @Override
    public void project(byte[] w, int from, int to, ExtensionVector r, ExtensionVector u) {
        int cols = r.size();
        boolean whole = from == 0 && w.length == (long) to * cols;
        List<Device.Matrix> parts =
                whole ? residentParts(w, to, cols) : upload(w, from * cols, to - from, cols);
        try {
            Extension[] sums = multiply(parts, to - from, r);
            for (int i = from; i < to; i++) {
                u.set(i, sums[i - from].re(), sums[i - from].im());
            }
        } finally {
            if (!resident.containsKey(w)) {
                parts.forEach(Device.Matrix::close);
            }
        }
    }

    private List<Device.Matrix> residentParts(byte[] w, int rows, int cols) {
        List<Device.Matrix> held = resident.get(w);
        if (held != null) {
            return held;
        }
        List<Device.Matrix> parts = upload(w, 0, rows, cols);
        if (device.freeBytes() > RESERVE_BYTES) {
            resident.put(w, parts);
        }
        return parts;
    }

    /// Rows of `terms` bytes from `from[offset..]`, cut into parts of columns where too wide.
    private List<Device.Matrix> upload(byte[] from, int offset, int rows, int terms) {
        int parts = parts(terms);
        if (parts == 1) {
            return List.of(device.upload(from, offset, rows, terms));
        }
        List<Device.Matrix> matrices = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int start = partStart(terms, part);
            int width = partStart(terms, part + 1) - start;
            byte[] copy = new byte[Math.multiplyExact(rows, width)];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(from, offset + row * terms + start, copy, row * width, width);
            }
            matrices.add(device.upload(copy, 0, rows, width));
        }
        return matrices;
    }

    private Extension[] multiply(List<Device.Matrix> parts, int rows, ExtensionVector r) {
        Extension[] sums = new Extension[rows];
        java.util.Arrays.fill(sums, Extension.ZERO);
        List<byte[]> digits = columnsOf(r);
        int[] out = new int[Math.multiplyExact(rows, Digits.PER_EXTENSION)];
        for (int part = 0; part < parts.size(); part++) {
            byte[] column = digits.get(part);
            device.sig16(parts.get(part), column, column.length / Digits.PER_EXTENSION, out);
            for (int row = 0; row < rows; row++) {
                sums[row] = sums[row].add(Sig16.recombine(out, row));
            }
        }
        return sums;
    }

    private List<byte[]> columnsOf(ExtensionVector r) {
        List<byte[]> known = columns.get(r);
        if (known == null) {
            if (columns.size() == DIGITS_MAX) {
                columns.clear();
            }
            known = columnMajor(r);
            columns.put(r, known);
        }
        return known;
    }

    private static List<byte[]> columnMajor(ExtensionVector r) {
        byte[] rowMajor = r.digits();
        List<byte[]> all = new ArrayList<>();
        for (int part = 0; part < parts(r.size()); part++) {
            int start = partStart(r.size(), part);
            int width = partStart(r.size(), part + 1) - start;
            int stride = Device.pitch(width);
            byte[] column = new byte[stride * Digits.PER_EXTENSION];
            for (int j = 0; j < width; j++) {
                for (int c = 0; c < Digits.PER_EXTENSION; c++) {
                    column[c * stride + j] = rowMajor[(start + j) * Digits.PER_EXTENSION + c];
                }
            }
            all.add(column);
        }
        return all;
    }

    @Override
    public void close() {
        resident.values().forEach(parts -> parts.forEach(Device.Matrix::close));
        resident.clear();
        device.close();
    }
}
