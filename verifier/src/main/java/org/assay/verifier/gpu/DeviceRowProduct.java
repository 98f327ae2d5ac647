package org.assay.verifier.gpu;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.Consumer;
import org.assay.verifier.prover.RowProduct;

/// The executor's products on a device. Weights stay there, transposed, as far as they fit. One
/// row of one product in 64 is computed on the CPU as well: a false product would cost the
/// provider its stake. A device that differs or fails is retired for good, and the CPU goes on.
/// Owned by one thread.
public final class DeviceRowProduct implements RowProduct, AutoCloseable {
    /// Of the products, one in this many is checked.
    public static final int PRODUCTS_A_CHECK = 64;

    /// Weights are kept while this much memory remains free, bytes.
    private static final long RESERVE_BYTES = 1L << 30;

    /// Rows that share one pass over the weights.
    private static final int BATCH_ROWS = 256;

    private final Device device;
    private final RowProduct cpu = RowProduct.fastest();
    private final Consumer<String> onRetired;
    private final IdentityHashMap<byte[], Device.Matrix> resident = new IdentityHashMap<>();
    private boolean retired;
    private long products;

    public DeviceRowProduct(Device device, Consumer<String> onRetired) {
        this.device = device;
        this.onRetired = onRetired;
    }

    @Override
    public int batchRows() {
        return retired ? cpu.batchRows() : BATCH_ROWS;
    }

    @Override
    public void multiply(byte[] x, int at, int inputs, byte[] w, int[] y) {
        multiply(x, at, 1, inputs, w, y);
    }

    @Override
    public void multiply(byte[] x, int at, int rows, int inputs, byte[] w, int[] y) {
        if (retired) {
            cpu.multiply(x, at, rows, inputs, w, y);
            return;
        }
        try {
            device.product(x, at, rows, matrixOf(w, inputs), y);
        } catch (GpuException e) {
            retire(String.valueOf(e.getMessage()));
            cpu.multiply(x, at, rows, inputs, w, y);
            return;
        }
        if (products++ % PRODUCTS_A_CHECK == 0) {
            check(x, at, rows, inputs, w, y);
        }
    }

    /// Recomputes one row, another one each time.
    private void check(byte[] x, int at, int rows, int inputs, byte[] w, int[] y) {
        int outputs = y.length / rows;
        int row = (int) (products / PRODUCTS_A_CHECK % rows);
        int[] own = new int[outputs];
        cpu.multiply(x, at + row * inputs, inputs, w, own);
        int from = row * outputs;
        if (!Arrays.equals(own, 0, outputs, y, from, from + outputs)) {
            retire("its product differs from the CPU's");
            cpu.multiply(x, at, rows, inputs, w, y);
        }
    }

    private Device.Matrix matrixOf(byte[] w, int inputs) {
        Device.Matrix held = resident.get(w);
        if (held != null) {
            return held;
        }
        if (device.freeBytes() < RESERVE_BYTES + w.length) {
            drop();
        }
        int outputs = w.length / inputs;
        byte[] transposed = new byte[w.length];
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                transposed[j * inputs + i] = w[i * outputs + j];
            }
        }
        Device.Matrix matrix = device.upload(transposed, 0, outputs, inputs);
        resident.put(w, matrix);
        return matrix;
    }

    private void drop() {
        resident.values().forEach(Device.Matrix::close);
        resident.clear();
    }

    private void retire(String why) {
        retired = true;
        onRetired.accept(why);
    }

    /// Whether the device still takes part.
    public boolean usesDevice() {
        return !retired;
    }

    @Override
    public void close() {
        drop();
        device.close();
    }
}
