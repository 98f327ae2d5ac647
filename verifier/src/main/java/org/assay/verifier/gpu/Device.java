package org.assay.verifier.gpu;

/// The kernels on some device. Owned by one thread. Every method throws [GpuException] when the
/// device fails.
public interface Device extends AutoCloseable {
    /// An int8 matrix on the device, `[rows, terms]`.
    interface Matrix extends AutoCloseable {
        int rows();

        int terms();

        @Override
        void close();
    }

    /// Rows on a device start at multiples of this many bytes, zero behind their terms: a step of
    /// the tensor cores.
    int STEP_BYTES = 64;

    /// `terms` rounded up to whole steps: the stride of columns that [#sig16] takes.
    static int pitch(int terms) {
        return Math.ceilDiv(terms, STEP_BYTES) * STEP_BYTES;
    }

    /// For logs: what it is and where.
    String name();

    /// Bytes of memory that can still be taken.
    long freeBytes();

    /// Copies `rows` rows of `terms` ≥ 1 bytes each from `from[offset..]` to the device.
    Matrix upload(byte[] from, int offset, int rows, int terms);

    /// SIG16: `out[row·16 + c] = Σ_j a[row, j]·digits[c·stride + j]`. `digits`: column-major [16,
    /// stride], stride = `pitch(terms)`, zero behind `terms`, which are at most 131,008. CPU
    /// twin: Sig16.
    void sig16(Matrix a, byte[] digits, int stride, int[] out);

    /// `y[m·n + j] = Σ_i x[at + m·k + i]·w[j, i]` for `rows` rows of x, w `[n, k]` the transpose
    /// of a model's matrix, k at most 131,008. CPU twin: RowProduct.
    void product(byte[] x, int at, int rows, Matrix w, int[] y);

    /// Seconds of the kernel alone on resident weights, the best of `runs`: what bounds a
    /// verification key.
    double sig16Seconds(Matrix a, byte[] digits, int runs);

    /// Hashes `count` trace leaves: headers [count, 50], data [count, size], hashes [count, 32].
    /// CPU twin: Leaf.
    void sha256Leaves(byte[] headers, byte[] data, int size, int count, byte[] hashes);

    /// Seconds of that kernel alone over generated leaves, the best of `runs`.
    double sha256LeavesSeconds(int size, int count, int runs);

    /// One level of a tree: children [2·count, 32], parents [count, 32]. CPU twin: Merkle.
    void sha256Nodes(byte[] children, int count, byte[] parents);

    /// The best of `runs` copies of `bytes` within the device's memory, reads and writes counted:
    /// what its kernels can reach at most.
    double copyBytesPerSecond(long bytes, int runs);

    @Override
    void close();
}
