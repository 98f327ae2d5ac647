package org.assay.primitives.crypto;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import supranational.blst.P1;

/// Reaches the C functions of blst that its Java binding leaves out, by the foreign-function
/// interface, in the library that the binding loads. Pointers and sizes must be right: nothing
/// checks them.
final class Blst {
    private static final SymbolLookup SYMBOLS = load();
    private static final ValueLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout SIZE = ValueLayout.JAVA_LONG;

    private Blst() {}

    private static SymbolLookup load() {
        P1 infinity = new P1(); // its class loads the native library
        if (!infinity.is_inf()) {
            throw new IllegalStateException("blst starts from a point that is not infinity");
        }
        return SymbolLookup.loaderLookup();
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol =
                SYMBOLS.find(name)
                        .orElseThrow(() -> new UnsatisfiedLinkError("blst lacks " + name));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    /// A function `void name(void*, …)` of so many pointers.
    static MethodHandle action(String name, int pointers) {
        MemoryLayout[] parameters = new MemoryLayout[pointers];
        Arrays.fill(parameters, POINTER);
        return bind(name, FunctionDescriptor.ofVoid(parameters));
    }

    /// A function `void name(void*, void*, void*, size_t)`.
    static MethodHandle sizedAction(String name) {
        return bind(name, FunctionDescriptor.ofVoid(POINTER, POINTER, POINTER, SIZE));
    }

    /// A function `void name(void* sum, void* points[], size_t, byte* scalars[], size_t, void*)`.
    static MethodHandle multiScalar(String name) {
        return bind(
                name, FunctionDescriptor.ofVoid(POINTER, POINTER, SIZE, POINTER, SIZE, POINTER));
    }

    /// A function `bool name(void*)`.
    static MethodHandle predicate(String name) {
        return bind(name, FunctionDescriptor.of(ValueLayout.JAVA_BOOLEAN, POINTER));
    }

    /// A function `int name(void*, void*)`, 0 being success.
    static MethodHandle attempt(String name) {
        return bind(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, POINTER, POINTER));
    }

    /// A function `size_t name(size_t)`.
    static MethodHandle sizeOf(String name) {
        return bind(name, FunctionDescriptor.of(SIZE, SIZE));
    }

    static void call(MethodHandle action, MemorySegment a, MemorySegment b) {
        try {
            action.invokeExact(a, b);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static void call(MethodHandle action, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            action.invokeExact(a, b, c);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static void call(
            MethodHandle action, MemorySegment a, MemorySegment b, MemorySegment c, long size) {
        try {
            action.invokeExact(a, b, c, size);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static void sum(
            MethodHandle multiScalar,
            MemorySegment sum,
            MemorySegment points,
            long count,
            MemorySegment scalars,
            MemorySegment scratch) {
        try {
            multiScalar.invokeExact(sum, points, count, scalars, 256L, scratch);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static boolean test(MethodHandle predicate, MemorySegment a) {
        try {
            return (boolean) predicate.invokeExact(a);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static boolean succeeds(MethodHandle attempt, MemorySegment a, MemorySegment b) {
        try {
            return (int) attempt.invokeExact(a, b) == 0;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static long size(MethodHandle sizeOf, long count) {
        try {
            return (long) sizeOf.invokeExact(count);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Downcalls declare every throwable and throw only where a handle has another shape.
    private static IllegalStateException broken(Throwable cause) {
        return new IllegalStateException("calling blst", cause);
    }
}
