package org.assay.verifier.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.assay.verifier.cpu.Digits;

/// The kernels' arithmetic built for this CPU by `kernels/build-host.sh`, called by the
/// foreign-function API: everything of a GPU validator but the launch itself.
public final class HostDevice implements Device {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle sig16;
    private final MethodHandle product;
    private final MethodHandle leaves;
    private final MethodHandle nodes;
    private final MethodHandle field;

    private record HostMatrix(MemorySegment memory, Arena arena, int rows, int terms)
            implements Matrix {
        int pitch() {
            return Device.pitch(terms);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /// Loads the library; throws [GpuException] where it cannot be.
    public HostDevice(Path library) {
        SymbolLookup symbols;
        try {
            symbols = SymbolLookup.libraryLookup(library, arena);
        } catch (IllegalArgumentException e) {
            throw new GpuException(
                    library + " cannot be loaded: kernels/build-host.sh makes it", e);
        }
        var pointer = ValueLayout.ADDRESS;
        sig16 =
                handle(
                        symbols,
                        "assay_sig16_mma",
                        FunctionDescriptor.ofVoid(pointer, pointer, pointer, INT, INT));
        product =
                handle(
                        symbols,
                        "assay_product_s8",
                        FunctionDescriptor.ofVoid(pointer, pointer, pointer, INT, INT, INT));
        leaves =
                handle(
                        symbols,
                        "assay_sha256_leaves",
                        FunctionDescriptor.ofVoid(pointer, pointer, INT, pointer, INT));
        nodes =
                handle(
                        symbols,
                        "assay_sha256_nodes",
                        FunctionDescriptor.ofVoid(pointer, pointer, INT));
        field =
                handle(
                        symbols,
                        "assay_field",
                        FunctionDescriptor.ofVoid(INT, pointer, pointer, pointer, INT));
    }

    /// `assay_field(op, a, b, out, count)`, for comparisons in bulk.
    MethodHandle fieldOperations() {
        return field;
    }

    private static MethodHandle handle(
            SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbols.find(name)
                                .orElseThrow(() -> new GpuException("no " + name + " in it")),
                        descriptor);
    }

    @Override
    public String name() {
        return "host-built kernels on the CPU";
    }

    @Override
    public long freeBytes() {
        return 4L << 30;
    }

    @Override
    public Matrix upload(byte[] from, int offset, int rows, int terms) {
        Arena own = Arena.ofConfined();
        return new HostMatrix(padded(own, from, offset, rows, terms), own, rows, terms);
    }

    /// `[rows, pitch]` with zeros behind the terms.
    private static MemorySegment padded(Arena arena, byte[] from, int offset, int rows, int terms) {
        long pitch = Device.pitch(terms);
        MemorySegment memory = arena.allocate(Math.max(1, rows * pitch), 16);
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(from, offset + row * terms, memory, BYTE, row * pitch, terms);
        }
        return memory;
    }

    @Override
    public void sig16(Matrix a, byte[] digits, int stride, int[] out) {
        HostMatrix matrix = (HostMatrix) a;
        try (Arena call = Arena.ofConfined()) {
            MemorySegment columns = call.allocateFrom(BYTE, digits);
            MemorySegment result = call.allocate(4L * Math.max(1, out.length), 16);
            sig16.invokeExact(matrix.memory, columns, result, matrix.rows, matrix.pitch());
            MemorySegment.copy(result, INT, 0, out, 0, out.length);
        } catch (Throwable e) {
            throw failed("sig16", e);
        }
    }

    @Override
    public double sig16Seconds(Matrix a, byte[] digits, int runs) {
        int[] out = new int[a.rows() * Digits.PER_EXTENSION];
        double best = Double.MAX_VALUE;
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            sig16(a, digits, Device.pitch(a.terms()), out);
            best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        }
        return best;
    }

    @Override
    public void product(byte[] x, int at, int rows, Matrix w, int[] y) {
        HostMatrix matrix = (HostMatrix) w;
        try (Arena call = Arena.ofConfined()) {
            MemorySegment from = padded(call, x, at, rows, matrix.terms);
            MemorySegment result = call.allocate(4L * Math.max(1, y.length), 16);
            product.invokeExact(from, matrix.memory, result, rows, matrix.rows, matrix.pitch());
            MemorySegment.copy(result, INT, 0, y, 0, y.length);
        } catch (Throwable e) {
            throw failed("gemm_s8", e);
        }
    }

    @Override
    public void sha256Leaves(byte[] headers, byte[] data, int size, int count, byte[] hashes) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment result = call.allocate(32L * Math.max(1, count));
            leaves.invokeExact(
                    call.allocateFrom(BYTE, headers),
                    call.allocateFrom(BYTE, data.length == 0 ? new byte[4] : data),
                    size,
                    result,
                    count);
            MemorySegment.copy(result, BYTE, 0, hashes, 0, 32 * count);
        } catch (Throwable e) {
            throw failed("sha256_leaves", e);
        }
    }

    @Override
    public double sha256LeavesSeconds(int size, int count, int runs) {
        byte[] headers = new byte[50 * count];
        byte[] data = new byte[Math.multiplyExact(size, count)];
        byte[] hashes = new byte[32 * count];
        double best = Double.MAX_VALUE;
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            sha256Leaves(headers, data, size, count, hashes);
            best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        }
        return best;
    }

    @Override
    public void sha256Nodes(byte[] children, int count, byte[] parents) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment result = call.allocate(32L * Math.max(1, count));
            nodes.invokeExact(call.allocateFrom(BYTE, children), result, count);
            MemorySegment.copy(result, BYTE, 0, parents, 0, 32 * count);
        } catch (Throwable e) {
            throw failed("sha256_nodes", e);
        }
    }

    @Override
    public double copyBytesPerSecond(long bytes, int runs) {
        double best = 0;
        try (Arena own = Arena.ofConfined()) {
            MemorySegment from = own.allocate(bytes);
            MemorySegment to = own.allocate(bytes);
            for (int run = 0; run < runs; run++) {
                long start = System.nanoTime();
                to.copyFrom(from);
                best = Math.max(best, 2e9 * bytes / (System.nanoTime() - start));
            }
        }
        return best;
    }

    private static RuntimeException failed(String kernel, Throwable e) {
        return e instanceof Error error
                ? throwing(error)
                : new GpuException(kernel + " failed on the host", e);
    }

    private static RuntimeException throwing(Error error) {
        throw error;
    }

    @Override
    public void close() {
        arena.close();
    }
}
