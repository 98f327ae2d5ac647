package org.assay.app.db;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.assay.app.DataFolder;
import org.assay.app.Output;
import org.assay.storage.Backup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `assay db restore`: checks a backup against its manifest and copies it.
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Checks every byte of a backup and copies it to a data folder without a database. A"
                    + " validator restored from a backup must not sign where it signed before: see"
                    + " the guide."
        })
final class RestoreCommand implements Callable<Integer> {
    @Mixin private DataFolder data = new DataFolder();
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "BACKUP", description = "A folder made by db backup.")
    private Path backup = Path.of("");

    @Override
    public Integer call() {
        Path target = data.database();
        Backup.Summary summary = Backup.restore(backup, target);
        print(output, "restored to " + target, summary);
        return 0;
    }

    static void print(Output output, String what, Backup.Summary summary) {
        ObjectNode json = Output.object();
        json.put("chainId", summary.chain().chainId());
        json.put("genesisHash", summary.chain().genesisHash().toString());
        json.put("fileCount", summary.fileCount());
        json.put("sizeBytes", summary.sizeBytes());
        json.put("sha256", summary.sha256());
        output.print(
                json,
                what
                        + ": chain "
                        + summary.chain().chainId()
                        + ", "
                        + summary.fileCount()
                        + " files, "
                        + String.format("%,d", summary.sizeBytes())
                        + " bytes, manifest sha256 "
                        + summary.sha256());
    }
}
