package org.assay.verifier.cpu;

/// Inner products of int8 rows with a vector over K. Every implementation returns the same
/// canonical residues; [PlainProjection] is the normative one.
public interface Projection {
    /// `Σ_j a[offset + j] · r[j]` over `r.size()` terms. `r` must be prepared.
    Extension dot(byte[] a, int offset, ExtensionVector r);

    /// `Σ_i 256^i · dot(plane i)` over `planes` planes of `r.size()` bytes each, the first at
    /// `a[offset..]`: Y·r where Y is given as balanced planes.
    default Extension dotPlanes(byte[] a, int offset, int planes, ExtensionVector r) {
        Extension shift = new Extension(256, 0);
        Extension sum = Extension.ZERO;
        for (int i = planes - 1; i >= 0; i--) {
            sum = sum.multiply(shift).add(dot(a, offset + i * r.size(), r));
        }
        return sum;
    }

    /// `u[i] = Σ_j w[i·cols + j]·r[j]` for rows `from <= i < to`, cols = `r.size()`, `w`
    /// row-major `[rows, cols]`. Ranges of one `u` may be computed by different threads.
    default void project(byte[] w, int from, int to, ExtensionVector r, ExtensionVector u) {
        for (int i = from; i < to; i++) {
            Extension dot = dot(w, i * r.size(), r);
            u.set(i, dot.re(), dot.im());
        }
    }

    /// All rows, prepared.
    default ExtensionVector project(byte[] w, int rows, ExtensionVector r) {
        ExtensionVector u = new ExtensionVector(rows);
        project(w, 0, rows, r, u);
        return u.prepared();
    }

    /// The Vector API where the JVM was started with it and the CPU has its widest vectors, else
    /// plain Java.
    static Projection fastest() {
        return Vectors.wide() ? new VectorProjection() : new PlainProjection();
    }
}
