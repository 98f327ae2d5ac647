package org.assay.app.db;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.assay.app.DataFolder;
import org.assay.app.Output;
import org.assay.storage.Backup;
import org.assay.storage.RocksStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `assay db backup`: a checkpoint with a manifest. It takes the database's lock; a running
/// node makes its own ([Backup#create] needs no stop).
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Backs a stopped node's database up into a new folder: hard links where it is on the"
                    + " same disk, and a manifest with the SHA-256 of every file."
        })
final class BackupCommand implements Callable<Integer> {
    @Mixin private DataFolder data = new DataFolder();
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "BACKUP", description = "A folder that does not exist yet.")
    private Path backup = Path.of("");

    @Override
    public Integer call() {
        try (RocksStore store = data.open()) {
            Backup.Summary summary = Backup.create(store, backup, Instant.now());
            RestoreCommand.print(output, "backed up to " + backup, summary);
            return 0;
        }
    }
}
