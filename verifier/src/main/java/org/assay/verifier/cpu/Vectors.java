package org.assay.verifier.cpu;

import jdk.incubator.vector.VectorShape;

/// Whether this JVM and CPU have vectors that the fast paths are written for.
public final class Vectors {
    private static final int BITS = 512;

    private static final boolean WIDE = resolved() && Shape.bits() >= BITS;

    private Vectors() {}

    /// Vectors of 512 bits in hardware and `--add-modules jdk.incubator.vector` given. Narrower
    /// ones would be emulated, slower than plain Java.
    public static boolean wide() {
        return WIDE;
    }

    private static boolean resolved() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /// Apart, since it loads the module's classes.
    private static final class Shape {
        static int bits() {
            return VectorShape.preferredShape().vectorBitSize();
        }
    }
}
