package org.assay.verifier.gpu;

import java.util.Optional;

/// What a machine's GPU driver says of itself: the seam below `Doctor`.
public interface Driver {
    /// Makes the driver ready; what went wrong if it is not.
    Optional<String> load();

    /// As the driver numbers it: 12080 is 12.8.
    int version();

    int deviceCount();

    /// A device as the driver describes it. `memoryBytes`: in all.
    record Facts(String name, int major, int minor, long memoryBytes) {}

    Facts facts(int index);

    /// Loads the kernels on a device. Throws [GpuException] where they do not load.
    Device open(int index, byte[] fatbin);

    /// The same without tensor cores and cuBLAS: products by `dp4a`.
    Device openPlain(int index, byte[] fatbin);

    /// The name of the cuBLAS library that [#open] uses; empty where the machine has none.
    Optional<String> cublas();
}
