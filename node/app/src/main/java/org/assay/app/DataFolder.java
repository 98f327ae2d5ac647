package org.assay.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import picocli.CommandLine.Option;

/// `--data-dir` of the commands that work on a stopped node's database.
public final class DataFolder {
    /// The folder of the database within a node's data folder.
    private static final String CHAIN_FOLDER = "chain";

    @Option(
            names = {"--data-dir", "--data"},
            required = true,
            paramLabel = "DIR",
            description =
                    "The node's data folder, or the database in it; the node must not be running.")
    private Path path = Path.of("");

    public Path path() {
        return path;
    }

    /// Where the database is, or is to be.
    public Path database() {
        return Files.exists(path.resolve("CURRENT")) ? path : path.resolve(CHAIN_FOLDER);
    }

    public RocksStore open() {
        return RocksStore.openExisting(database(), StoreOptions.small());
    }
}
