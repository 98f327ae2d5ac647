package org.assay.verifier.cpu;

/// Inner products of int8 rows with a vector over K. Every implementation returns the same
/// canonical residues; [PlainProjection] is the normative one.
public sealed interface Projection permits PlainProjection, VectorProjection {
    /// `Σ_j a[offset + j] · r[j]` over `r.size()` terms. `r` must be prepared.
    Extension dot(byte[] a, int offset, ExtensionVector r);

    /// `u[i] = Σ_j w[i·cols + j]·r[j]`, cols = `r.size()`, `w` row-major `[rows, cols]`; prepared.
    default ExtensionVector project(byte[] w, int rows, ExtensionVector r) {
        ExtensionVector u = new ExtensionVector(rows);
        for (int i = 0; i < rows; i++) {
            Extension dot = dot(w, i * r.size(), r);
            u.set(i, dot.re(), dot.im());
        }
        return u.prepared();
    }

    /// The Vector API where the JVM was started with it, else plain Java.
    static Projection fastest() {
        return vectorApiResolved() ? new VectorProjection() : new PlainProjection();
    }

    /// Whether `--add-modules jdk.incubator.vector` was given.
    static boolean vectorApiResolved() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
