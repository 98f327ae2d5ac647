package org.assay.verifier.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.assay.verifier.cpu.Digits;

/// The packaged kernels on an NVIDIA GPU, in the device's primary context. The context is made
/// current before each call, so the owning thread may be any one thread.
final class CudaDevice implements Device {
    private static final int BLOCK_THREADS = 256;

    /// Below this many rows a product is a matter of memory alone: the own kernel's.
    private static final int CUBLAS_ROWS_MIN = 64;

    /// Blocks in a grid for each multiprocessor: results do not depend on it.
    private static final int BLOCKS_A_PROCESSOR = 8;

    private final String name;
    private final CUdevice device;
    private final CUcontext context = new CUcontext();
    private final CUmodule module = new CUmodule();
    private final CUfunction sig16 = new CUfunction();
    private final CUfunction sig16Mma = new CUfunction();
    private final CUfunction gemm = new CUfunction();
    private final CUfunction leaves = new CUfunction();
    private final CUfunction nodes = new CUfunction();
    private final int blocks;
    private final boolean tensorCores;
    private final Optional<Cublas> cublas;

    /// `tensorCores`: SIG16 by them, else by `dp4a`. `cublas`: asked for large products first.
    CudaDevice(
            int index,
            String name,
            byte[] fatbin,
            boolean tensorCores,
            Supplier<Optional<Cublas>> cublas) {
        this.tensorCores = tensorCores;
        device = CudaDriver.device(index);
        JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
        JCudaDriver.cuCtxSetCurrent(context);
        JCudaDriver.cuModuleLoadData(module, fatbin);
        JCudaDriver.cuModuleGetFunction(sig16, module, "sig16");
        JCudaDriver.cuModuleGetFunction(sig16Mma, module, "sig16_mma");
        JCudaDriver.cuModuleGetFunction(gemm, module, "gemm_s8");
        JCudaDriver.cuModuleGetFunction(leaves, module, "sha256_leaves");
        JCudaDriver.cuModuleGetFunction(nodes, module, "sha256_nodes");
        int[] processors = new int[1];
        JCudaDriver.cuDeviceGetAttribute(
                processors, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
        blocks = processors[0] * BLOCKS_A_PROCESSOR;
        this.cublas = cublas.get();
        this.name =
                "%s (CUDA device %d, %s%s)"
                        .formatted(
                                name,
                                index,
                                tensorCores ? "tensor cores" : "dp4a",
                                this.cublas.isPresent() ? ", cuBLAS" : "");
    }

    /// A device pointer that tells its address, as cuBLAS is called without JCuda.
    static final class Address extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }
    }

    /// Memory on the device, freed with it.
    private record Memory(Address pointer) implements AutoCloseable {
        static Memory of(long bytes) {
            Address pointer = new Address();
            JCudaDriver.cuMemAlloc(pointer, Math.max(16, bytes));
            return new Memory(pointer);
        }

        static Memory zeros(long bytes) {
            Memory memory = of(bytes);
            JCudaDriver.cuMemsetD8(memory.pointer, (byte) 0, Math.max(16, bytes));
            return memory;
        }

        /// `[rows, pitch]` with zeros behind the terms.
        static Memory rows(byte[] from, int offset, int rows, int terms) {
            long pitch = Device.pitch(terms);
            Memory memory = zeros(rows * pitch);
            if (rows == 0 || terms == 0) {
                return memory;
            }
            if (pitch == terms) {
                Pointer source = Pointer.to(from).withByteOffset(offset);
                JCudaDriver.cuMemcpyHtoD(memory.pointer, source, rows * pitch);
                return memory;
            }
            byte[] padded = new byte[Math.toIntExact(rows * pitch)];
            for (int row = 0; row < rows; row++) {
                int to = (int) (row * pitch);
                System.arraycopy(from, offset + row * terms, padded, to, terms);
            }
            JCudaDriver.cuMemcpyHtoD(memory.pointer, Pointer.to(padded), padded.length);
            return memory;
        }

        static Memory holding(byte[] content, long bytes) {
            Memory memory = of(bytes);
            if (content.length > 0) {
                JCudaDriver.cuMemcpyHtoD(memory.pointer, Pointer.to(content), content.length);
            }
            return memory;
        }

        @Override
        public void close() {
            JCudaDriver.cuMemFree(pointer);
        }
    }

    private final class CudaMatrix implements Matrix {
        private final Memory memory;
        private final int rows;
        private final int terms;
        private final int pitch;

        CudaMatrix(Memory memory, int rows, int terms, int pitch) {
            this.memory = memory;
            this.rows = rows;
            this.terms = terms;
            this.pitch = pitch;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public int terms() {
            return terms;
        }

        @Override
        public void close() {
            guard(
                    "free",
                    () -> {
                        JCudaDriver.cuCtxSetCurrent(context);
                        memory.close();
                    });
        }
    }

    private static void guard(String what, Runnable work) {
        try {
            work.run();
        } catch (CudaException e) {
            throw new GpuException(what + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long freeBytes() {
        long[] free = new long[1];
        long[] total = new long[1];
        guard(
                "memory",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    JCudaDriver.cuMemGetInfo(free, total);
                });
        return free[0];
    }

    @Override
    public Matrix upload(byte[] from, int offset, int rows, int terms) {
        List<Matrix> made = new ArrayList<>();
        guard(
                "upload",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    Memory memory = Memory.rows(from, offset, rows, terms);
                    made.add(new CudaMatrix(memory, rows, terms, Device.pitch(terms)));
                });
        return made.getFirst();
    }

    private static Pointer argument(Memory memory) {
        return Pointer.to(memory.pointer);
    }

    private static Pointer argument(int value) {
        return Pointer.to(new int[] {value});
    }

    private void launch(CUfunction function, Pointer... arguments) {
        JCudaDriver.cuLaunchKernel(
                function, blocks, 1, 1, BLOCK_THREADS, 1, 1, 0, null, Pointer.to(arguments), null);
        JCudaDriver.cuCtxSynchronize();
    }

    @Override
    public void sig16(Matrix a, byte[] digits, int stride, int[] out) {
        CudaMatrix matrix = (CudaMatrix) a;
        if (matrix.rows == 0) {
            return;
        }
        guard(
                "sig16",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    long bytes = (long) out.length * Sizeof.INT;
                    try (Memory columns = Memory.holding(digits, digits.length);
                            Memory result = Memory.zeros(bytes)) {
                        launchSig16(matrix, columns, result, stride);
                        JCudaDriver.cuMemcpyDtoH(Pointer.to(out), result.pointer, bytes);
                    }
                });
    }

    private void launchSig16(CudaMatrix matrix, Memory columns, Memory result, int stride) {
        if (tensorCores) {
            launch(
                    sig16Mma,
                    argument(matrix.memory),
                    argument(columns),
                    argument(result),
                    argument(matrix.rows),
                    argument(matrix.pitch));
        } else {
            launch(
                    sig16,
                    argument(matrix.memory),
                    argument(columns),
                    argument(result),
                    argument(matrix.rows),
                    argument(matrix.terms),
                    argument(matrix.pitch),
                    argument(stride));
        }
    }

    /// The best of `runs` runs of the kernel alone over a resident matrix, in seconds.
    @Override
    public double sig16Seconds(Matrix a, byte[] digits, int runs) {
        CudaMatrix matrix = (CudaMatrix) a;
        double[] best = {Double.MAX_VALUE};
        guard(
                "sig16",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    long bytes = (long) matrix.rows * Digits.PER_EXTENSION * Sizeof.INT;
                    try (Memory columns = Memory.holding(digits, digits.length);
                            Memory result = Memory.zeros(bytes)) {
                        for (int run = 0; run < runs; run++) {
                            long start = System.nanoTime();
                            launchSig16(matrix, columns, result, matrix.pitch);
                            best[0] = Math.min(best[0], (System.nanoTime() - start) * 1e-9);
                        }
                    }
                });
        return best[0];
    }

    @Override
    public void product(byte[] x, int at, int rows, Matrix w, int[] y) {
        CudaMatrix matrix = (CudaMatrix) w;
        if (rows == 0 || matrix.rows == 0) {
            return;
        }
        guard(
                "gemm_s8",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    long bytes = (long) y.length * Sizeof.INT;
                    try (Memory from = Memory.rows(x, at, rows, matrix.terms);
                            Memory result = Memory.zeros(bytes)) {
                        if (!byCublas(from, rows, matrix, result)) {
                            launch(
                                    gemm,
                                    argument(from),
                                    argument(matrix.memory),
                                    argument(result),
                                    argument(rows),
                                    argument(matrix.rows),
                                    argument(matrix.pitch));
                        }
                        JCudaDriver.cuMemcpyDtoH(Pointer.to(y), result.pointer, bytes);
                    }
                });
    }

    /// False where there is no cuBLAS or it does not take this shape.
    private boolean byCublas(Memory x, int rows, CudaMatrix w, Memory y) {
        if (cublas.isEmpty() || rows < CUBLAS_ROWS_MIN) {
            return false;
        }
        boolean done =
                cublas.get()
                        .product(
                                w.memory.pointer.value(),
                                x.pointer.value(),
                                y.pointer.value(),
                                new Cublas.Shape(rows, w.rows, w.pitch));
        JCudaDriver.cuCtxSynchronize();
        return done;
    }

    @Override
    public void sha256Leaves(byte[] headers, byte[] data, int size, int count, byte[] hashes) {
        guard(
                "sha256_leaves",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    try (Memory heads = Memory.holding(headers, headers.length);
                            Memory content = Memory.holding(data, data.length);
                            Memory result = Memory.of(hashes.length)) {
                        launch(
                                leaves,
                                argument(heads),
                                argument(content),
                                argument(size),
                                argument(result),
                                argument(count));
                        JCudaDriver.cuMemcpyDtoH(Pointer.to(hashes), result.pointer, 32L * count);
                    }
                });
    }

    @Override
    public double sha256LeavesSeconds(int size, int count, int runs) {
        double[] best = {Double.MAX_VALUE};
        guard(
                "sha256_leaves",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    try (Memory heads = Memory.zeros(50L * count);
                            Memory content = Memory.zeros((long) size * count);
                            Memory result = Memory.of(32L * count)) {
                        for (int run = 0; run < runs; run++) {
                            long start = System.nanoTime();
                            launch(
                                    leaves,
                                    argument(heads),
                                    argument(content),
                                    argument(size),
                                    argument(result),
                                    argument(count));
                            best[0] = Math.min(best[0], (System.nanoTime() - start) * 1e-9);
                        }
                    }
                });
        return best[0];
    }

    @Override
    public void sha256Nodes(byte[] children, int count, byte[] parents) {
        guard(
                "sha256_nodes",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    try (Memory from = Memory.holding(children, children.length);
                            Memory result = Memory.of(parents.length)) {
                        launch(nodes, argument(from), argument(result), argument(count));
                        JCudaDriver.cuMemcpyDtoH(Pointer.to(parents), result.pointer, 32L * count);
                    }
                });
    }

    @Override
    public double copyBytesPerSecond(long bytes, int runs) {
        double[] best = new double[1];
        guard(
                "copy",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    try (Memory from = Memory.of(bytes);
                            Memory to = Memory.of(bytes)) {
                        for (int run = 0; run < runs; run++) {
                            JCudaDriver.cuCtxSynchronize();
                            long start = System.nanoTime();
                            JCudaDriver.cuMemcpyDtoD(to.pointer, from.pointer, bytes);
                            JCudaDriver.cuCtxSynchronize();
                            double seconds = (System.nanoTime() - start) * 1e-9;
                            best[0] = Math.max(best[0], 2 * bytes / seconds);
                        }
                    }
                });
        return best[0];
    }

    @Override
    public void close() {
        guard(
                "close",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    cublas.ifPresent(Cublas::close);
                    JCudaDriver.cuModuleUnload(module);
                    JCudaDriver.cuDevicePrimaryCtxRelease(device);
                });
    }
}
