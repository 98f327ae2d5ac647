package org.assay.app.proof;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Hash;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verifier;
import org.assay.verifier.gpu.Device;
import org.assay.verifier.gpu.DeviceProjection;

/// The figures behind `assay bench --device gpu`: wall-clock time, transfers included unless a
/// name says resident. Best of several runs.
final class GpuBench {
    private static final int RUNS = 10;
    private static final double WEIGHTS_8B = 32 * 218_103_808.0 + 4096.0 * 128_256;

    private final Device device;
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final Map<String, Object> figures = new LinkedHashMap<>();

    GpuBench(Device device) {
        this.device = device;
        figures.put("device", device.name());
    }

    Map<String, Object> figures() {
        return figures;
    }

    private static double seconds(Runnable work, int runs) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        }
        return best;
    }

    private void put(String name, double value, String unit) {
        figures.put(
                name, Map.of("value", Double.parseDouble("%.4g".formatted(value)), "unit", unit));
    }

    private void limit(String name, double value, String unit, double limit, String sense) {
        figures.put(name, ProofBench.figure(value, unit, limit, sense));
    }

    /// SIG16 over one layer's gate and up matrix: the kernel alone against the measured copy
    /// bandwidth, then the call with its transfers.
    void evk() {
        int rows = 4096;
        int cols = 28_672;
        byte[] w = SampleDecoder.matrix(rows, cols, random);
        byte[] digits = SampleDecoder.matrix(16, cols, random);
        int[] out = new int[rows * 16];
        double copy = device.copyBytesPerSecond(1L << 30, RUNS);
        put("copy_bandwidth", copy, "bytes/s, read and written");
        double upload = seconds(() -> device.upload(w, 0, rows, cols).close(), 3);
        put("upload", w.length / upload, "bytes/s");
        try (Device.Matrix matrix = device.upload(w, 0, rows, cols)) {
            double rate = w.length / device.sig16Seconds(matrix, digits, 5 * RUNS);
            put("evk_kernel", rate, "bytes/s");
            limit("evk_over_copy_bandwidth", rate / copy, "share", 0.85, "at least");
            limit("evk_8b", WEIGHTS_8B / rate, "s, weights resident", 0.0032, "at most");
            double once = seconds(() -> device.sig16(matrix, digits, cols, out), RUNS);
            put("evk_8b_with_transfers", WEIGHTS_8B / w.length * once, "s, weights resident");
        }
    }

    /// Leaves of 8 KiB, the residual of a token of the 8B shape.
    void sha() {
        int size = 8192;
        int count = 1 << 15;
        double resident = device.sha256LeavesSeconds(size, 4 * count, RUNS);
        limit("sha256_kernel", 4.0 * size * count / resident, "bytes/s", 0.7e12, "at least");
        byte[] headers = SampleDecoder.matrix(count, 50, random);
        byte[] data = SampleDecoder.matrix(count, size, random);
        byte[] hashes = new byte[count * Hash.SIZE];
        double once = seconds(() -> device.sha256Leaves(headers, data, size, count, hashes), RUNS);
        put("sha256_leaves", data.length / once, "bytes/s, transfers included");
    }

    /// The executor's product, weights resident, rows and results over the bus: a layer's output
    /// matrix by batches of tokens.
    void prove() {
        int width = 4096;
        byte[] w = SampleDecoder.matrix(width, width, random);
        for (int rows : new int[] {1, 16, 256, 2048}) {
            byte[] x = SampleDecoder.matrix(rows, width, random);
            int[] y = new int[rows * width];
            try (Device.Matrix matrix = device.upload(w, 0, width, width)) {
                double once = seconds(() -> device.product(x, 0, rows, matrix, y), RUNS);
                put("executor_rows_" + rows, (double) rows * w.length / once, "MAC/s");
            }
        }
    }

    /// Whole proofs one after the other, transfers included.
    void verify() {
        ProofBench.Play play = ProofBench.Play.of(random, 12);
        Verifier verifier = new Verifier(ProofBench.Play.RULES, new DeviceProjection(device));
        ProofTask task = play.task();
        verifier.prepare(task.model(), task.mixes().projection());
        if (!verifier.verify(task).pass()) {
            throw new IllegalStateException("the sample proof failed: " + verifier.verify(task));
        }
        double once = seconds(() -> verifier.verify(task), RUNS);
        put("verify", 1 / once, "proofs/s, one at a time");
        put("verify_cell", once / task.open().cells(), "s");
        for (int batch : new int[] {1, 16, 64, 256}) {
            double all =
                    seconds(
                            () -> {
                                for (int i = 0; i < batch; i++) {
                                    verifier.verify(task);
                                }
                            },
                            2);
            put("verify_batch_" + batch, batch / all, "proofs/s, transfers included");
        }
    }
}
