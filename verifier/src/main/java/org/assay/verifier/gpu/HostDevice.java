package org.assay.verifier.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The kernels' arithmetic built for this CPU by `kernels/build-host.sh`, called by the
/// foreign-function API: everything of a GPU validator but the launch itself.
public final class HostDevice implements Device {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle sig16;
    private final MethodHandle leaves;
    private final MethodHandle nodes;
    private final MethodHandle field;

    private record HostMatrix(MemorySegment memory, Arena arena, int rows, int terms)
            implements Matrix {
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
                        "assay_sig16",
                        FunctionDescriptor.ofVoid(pointer, pointer, pointer, INT, INT, INT, INT));
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
        MemorySegment memory = own.allocate(Math.max(1, (long) rows * terms), 16);
        MemorySegment.copy(from, offset, memory, BYTE, 0, rows * terms);
        return new HostMatrix(memory, own, rows, terms);
    }

    @Override
    public void sig16(Matrix a, byte[] digits, int stride, int[] out) {
        HostMatrix matrix = (HostMatrix) a;
        try (Arena call = Arena.ofConfined()) {
            MemorySegment columns = call.allocateFrom(BYTE, digits);
            MemorySegment result = call.allocate(4L * Math.max(1, out.length), 16);
            sig16.invokeExact(
                    matrix.memory,
                    columns,
                    result,
                    matrix.rows,
                    matrix.terms,
                    matrix.terms,
                    stride);
            MemorySegment.copy(result, INT, 0, out, 0, out.length);
        } catch (Throwable e) {
            throw failed("sig16", e);
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
