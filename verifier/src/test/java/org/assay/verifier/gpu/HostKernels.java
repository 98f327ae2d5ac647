package org.assay.verifier.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// The library that `kernels/build-host.sh` makes, built on the first use where g++ is there.
public final class HostKernels {
    private static final int BUILD_SECONDS = 120;

    private HostKernels() {}

    /// A device on it; the calling test is skipped with the reason where there is none.
    public static HostDevice device() {
        Optional<Path> library = library();
        Assumptions.assumeTrue(
                library.isPresent(), "no host-built kernels: kernels/build-host.sh needs g++");
        return new HostDevice(library.orElseThrow());
    }

    private static Optional<Path> library() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("kernels/build-host.sh"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            return Optional.empty();
        }
        Path library = folder.resolve("kernels/target/libassay_host.so");
        if (!Files.exists(library) && !built(folder.resolve("kernels/build-host.sh"))) {
            return Optional.empty();
        }
        return Optional.of(library);
    }

    private static boolean built(Path script) {
        try {
            Process process = new ProcessBuilder(script.toString()).inheritIO().start();
            return process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
