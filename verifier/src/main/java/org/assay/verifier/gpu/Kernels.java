package org.assay.verifier.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The packaged kernels: one fatbin for sm_75 to sm_120, made by `kernels/build.sh`.
public final class Kernels {
    private static final String RESOURCE = "/org/assay/kernels/assay.fatbin";

    private Kernels() {}

    /// The fatbin; empty where the build left it out.
    public static Optional<byte[]> fatbin() {
        try (InputStream in = Kernels.class.getResourceAsStream(RESOURCE)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
