package org.assay.verifier.gpu;

import java.util.ArrayList;
import java.util.List;
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

/// The packaged kernels on an NVIDIA GPU, in the device's primary context. The context is made
/// current before each call, so the owning thread may be any one thread.
final class CudaDevice implements Device {
    private static final int BLOCK_THREADS = 256;

    /// Blocks in a grid for each multiprocessor: results do not depend on it.
    private static final int BLOCKS_A_PROCESSOR = 8;

    private final String name;
    private final CUdevice device;
    private final CUcontext context = new CUcontext();
    private final CUmodule module = new CUmodule();
    private final CUfunction sig16 = new CUfunction();
    private final CUfunction leaves = new CUfunction();
    private final CUfunction nodes = new CUfunction();
    private final int blocks;

    CudaDevice(int index, String name, byte[] fatbin) {
        this.name = name + " (CUDA device " + index + ")";
        device = CudaDriver.device(index);
        JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
        JCudaDriver.cuCtxSetCurrent(context);
        JCudaDriver.cuModuleLoadData(module, fatbin);
        JCudaDriver.cuModuleGetFunction(sig16, module, "sig16");
        JCudaDriver.cuModuleGetFunction(leaves, module, "sha256_leaves");
        JCudaDriver.cuModuleGetFunction(nodes, module, "sha256_nodes");
        int[] processors = new int[1];
        JCudaDriver.cuDeviceGetAttribute(
                processors, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
        blocks = processors[0] * BLOCKS_A_PROCESSOR;
    }

    /// Memory on the device, freed with it.
    private record Memory(CUdeviceptr pointer) implements AutoCloseable {
        static Memory of(long bytes) {
            CUdeviceptr pointer = new CUdeviceptr();
            JCudaDriver.cuMemAlloc(pointer, Math.max(16, bytes));
            return new Memory(pointer);
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

    /// Rows start at multiples of four bytes, as the kernel reads words.
    @Override
    public Matrix upload(byte[] from, int offset, int rows, int terms) {
        int pitch = Math.ceilDiv(terms, 4) * 4;
        List<Matrix> made = new ArrayList<>();
        guard(
                "upload",
                () -> {
                    JCudaDriver.cuCtxSetCurrent(context);
                    long size = (long) rows * pitch;
                    Memory memory = Memory.of(size);
                    if (pitch == terms && rows > 0) {
                        Pointer source = Pointer.to(from).withByteOffset(offset);
                        JCudaDriver.cuMemcpyHtoD(memory.pointer, source, size);
                    } else if (rows > 0) {
                        byte[] padded = new byte[Math.toIntExact(size)];
                        for (int row = 0; row < rows; row++) {
                            System.arraycopy(
                                    from, offset + row * terms, padded, row * pitch, terms);
                        }
                        JCudaDriver.cuMemcpyHtoD(memory.pointer, Pointer.to(padded), size);
                    }
                    made.add(new CudaMatrix(memory, rows, terms, pitch));
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
                            Memory result = Memory.of(bytes)) {
                        launch(
                                sig16,
                                argument(matrix.memory),
                                argument(columns),
                                argument(result),
                                argument(matrix.rows),
                                argument(matrix.terms),
                                argument(matrix.pitch),
                                argument(stride));
                        JCudaDriver.cuMemcpyDtoH(Pointer.to(out), result.pointer, bytes);
                    }
                });
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
                    JCudaDriver.cuModuleUnload(module);
                    JCudaDriver.cuDevicePrimaryCtxRelease(device);
                });
    }
}
