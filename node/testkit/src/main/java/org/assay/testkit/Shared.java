package org.assay.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The shared test material that lies beside the project on its own machines: external corpora and
/// golden tables whose licences keep them out of the repository.
public final class Shared {
    private Shared() {}

    /// The file or folder `name` below the shared folder. Skips the running test, saying so, where
    /// there is none: in a user's clone.
    public static Path path(String name) {
        Path root = root();
        Assumptions.assumeTrue(
                root != null && Files.exists(root.resolve(name)),
                "skipped: needs ../shared/" + name + " beside the project");
        return java.util.Objects.requireNonNull(root).resolve(name);
    }

    private static @Nullable Path root() {
        String named = System.getProperty("assay.shared");
        if (named != null) {
            return Path.of(named);
        }
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path candidate = folder.resolveSibling("shared");
            if (Files.isDirectory(candidate.resolve("corpora"))) {
                return candidate;
            }
            folder = folder.getParent();
        }
        return null;
    }
}
