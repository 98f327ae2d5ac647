package org.assay.app.proof;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The int8 matrix product of `kernels/host/gemm_s8.cpp`, with AVX-512 VNNI where the CPU has it:
/// what re-execution costs at its best on this machine.
final class NativeBaseline implements AutoCloseable {
    /// Where `kernels/build-host.sh` puts the library.
    static final Path LIBRARY = Path.of("kernels/target/libassay_host.so");

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle multiply;
    private final boolean vnni;

    /// Shape of the measured product: a batch of tokens by one block of a layer.
    static final int TOKENS = 252;

    static final int WIDTH = 4096;
    static final int COLUMNS = 4096;

    private final MemorySegment x = arena.allocate((long) TOKENS * WIDTH, 64);
    private final MemorySegment packed = arena.allocate((long) WIDTH * COLUMNS, 64);
    private final MemorySegment sums = arena.allocate(4L * COLUMNS, 64);
    private final MemorySegment y = arena.allocate(4L * TOKENS * COLUMNS, 64);

    private NativeBaseline(SymbolLookup symbols) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var pointer = ValueLayout.ADDRESS;
        var number = ValueLayout.JAVA_INT;
        MethodHandle pack =
                linker.downcallHandle(
                        symbols.find("assay_pack_s8").orElseThrow(),
                        FunctionDescriptor.ofVoid(pointer, pointer, pointer, number, number));
        multiply =
                linker.downcallHandle(
                        symbols.find("assay_gemm_s8").orElseThrow(),
                        FunctionDescriptor.ofVoid(
                                pointer, pointer, pointer, pointer, number, number, number));
        MethodHandle has =
                linker.downcallHandle(
                        symbols.find("assay_has_vnni").orElseThrow(),
                        FunctionDescriptor.of(number));
        vnni = (int) has.invokeExact() == 1;
        try (Arena own = Arena.ofConfined()) {
            MemorySegment w = own.allocate((long) WIDTH * COLUMNS);
            for (long i = 0; i < w.byteSize(); i++) {
                w.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 % 127));
            }
            pack.invokeExact(w, packed, sums, WIDTH, COLUMNS);
        }
    }

    /// Empty where the library was not built.
    static Optional<NativeBaseline> load(Path library) {
        if (!Files.isReadable(library)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new NativeBaseline(
                            SymbolLookup.libraryLookup(library.toAbsolutePath(), Arena.ofAuto())));
        } catch (Throwable e) {
            throw new IllegalStateException(library + " is not what build-host.sh makes", e);
        }
    }

    String name() {
        return vnni ? "native AVX-512 VNNI" : "native, without VNNI";
    }

    static double macs() {
        return (double) TOKENS * WIDTH * COLUMNS;
    }

    void run() {
        try {
            multiply.invokeExact(x, packed, sums, y, TOKENS, WIDTH, COLUMNS);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
