package org.assay.verifier.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// `cublasGemmEx` of NVIDIA's library, where the machine has one: int8 to int32 on tensor cores,
/// for products of many rows. Called by the foreign-function API, so that neither the library nor
/// a binding of it is a dependency. Sums of integers are exact, so that its results are the own
/// kernel's; the self-test compares both with the CPU. Used on the context that is current.
final class Cublas implements AutoCloseable {
    private static final List<String> LIBRARIES = List.of("libcublas.so.13", "libcublas.so.12");

    private static final int SUCCESS = 0;
    private static final int KEEP = 0;
    private static final int TRANSPOSE = 1;
    private static final int INT8 = 3;
    private static final int INT32 = 10;
    private static final int COMPUTE_INT32 = 72;
    private static final int BEST_ALGORITHM = -1;

    private final Arena arena;
    private final MethodHandle gemm;
    private final MethodHandle destroy;
    private final MemorySegment handle;
    private final MemorySegment one;
    private final MemorySegment zero;

    /// y `[rows, outputs]`; both operands' rows are `pitch` bytes.
    record Shape(int rows, int outputs, int pitch) {}

    private Cublas(Arena arena, SymbolLookup symbols) throws Throwable {
        this.arena = arena;
        var pointer = ValueLayout.ADDRESS;
        var number = ValueLayout.JAVA_INT;
        Linker linker = Linker.nativeLinker();
        MethodHandle create =
                linker.downcallHandle(
                        symbols.find("cublasCreate_v2").orElseThrow(),
                        FunctionDescriptor.of(number, pointer));
        destroy =
                linker.downcallHandle(
                        symbols.find("cublasDestroy_v2").orElseThrow(),
                        FunctionDescriptor.of(number, pointer));
        gemm =
                linker.downcallHandle(
                        symbols.find("cublasGemmEx").orElseThrow(),
                        FunctionDescriptor.of(
                                number, pointer, number, number, number, number, number, pointer,
                                pointer, number, number, pointer, number, number, pointer, pointer,
                                number, number, number, number));
        MemorySegment place = arena.allocate(pointer);
        int status = (int) create.invokeExact(place);
        if (status != SUCCESS) {
            throw new GpuException("cublasCreate: status " + status);
        }
        handle = place.get(pointer, 0);
        one = arena.allocateFrom(number, 1);
        zero = arena.allocateFrom(number, 0);
    }

    /// The first of [#LIBRARIES] that this machine can load.
    static Optional<String> library() {
        for (String library : LIBRARIES) {
            try (Arena arena = Arena.ofConfined()) {
                SymbolLookup.libraryLookup(library, arena);
                return Optional.of(library);
            } catch (IllegalArgumentException e) {
                // The next one, then.
            }
        }
        return Optional.empty();
    }

    /// Empty where the machine has no such library, or one that does not start.
    static Optional<Cublas> load() {
        for (String library : LIBRARIES) {
            Arena arena = Arena.ofShared();
            try {
                return Optional.of(new Cublas(arena, SymbolLookup.libraryLookup(library, arena)));
            } catch (Error e) {
                throw e;
            } catch (Throwable e) {
                arena.close();
            }
        }
        return Optional.empty();
    }

    /// y = x·wᵀ over device addresses: cuBLAS counts columns first, so to it the product is
    /// `yᵀ = w·xᵀ` with w transposed. False where it does not take the shape.
    boolean product(long w, long x, long y, Shape shape) {
        try {
            int status =
                    (int)
                            gemm.invokeExact(
                                    handle,
                                    TRANSPOSE,
                                    KEEP,
                                    shape.outputs,
                                    shape.rows,
                                    shape.pitch,
                                    one,
                                    MemorySegment.ofAddress(w),
                                    INT8,
                                    shape.pitch,
                                    MemorySegment.ofAddress(x),
                                    INT8,
                                    shape.pitch,
                                    zero,
                                    MemorySegment.ofAddress(y),
                                    INT32,
                                    shape.outputs,
                                    COMPUTE_INT32,
                                    BEST_ALGORITHM);
            return status == SUCCESS;
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new GpuException("cublasGemmEx", e);
        }
    }

    @Override
    public void close() {
        try {
            int status = (int) destroy.invokeExact(handle);
            arena.close();
            if (status != SUCCESS) {
                throw new GpuException("cublasDestroy: status " + status);
            }
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new GpuException("cublasDestroy", e);
        }
    }
}
