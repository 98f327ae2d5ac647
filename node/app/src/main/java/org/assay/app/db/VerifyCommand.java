package org.assay.app.db;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.assay.app.DataFolder;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.storage.RocksStore;
import org.assay.storage.state.StateVerifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `assay db verify`: every block's checksum, then the state against its root. Exit status 1 if
/// anything is wrong.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a stopped node's database: the checksum of every block of it, each account,"
                    + " slot and code against the state root. Exit status 1 if anything is wrong."
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin private DataFolder data = new DataFolder();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        try (RocksStore store = data.open()) {
            Progress progress = output.progress();
            output.say("checksums of every block of the database");
            store.verifyChecksums();
            StateVerifier.Report report =
                    StateVerifier.verify(
                            store, count -> progress.show("state: " + count + " values"));
            progress.clear();
            ObjectNode json = Output.object();
            json.put("blockNumber", report.blockNumber());
            json.put("stateRoot", report.stateRoot().toString());
            json.put("accountCount", report.accountCount());
            json.put("slotCount", report.slotCount());
            json.put("codeCount", report.codeCount());
            json.put("clean", report.fault().isEmpty());
            report.fault().ifPresent(fault -> json.put("fault", fault));
            String counts =
                    "block "
                            + report.blockNumber()
                            + ", state root "
                            + report.stateRoot()
                            + ", "
                            + report.accountCount()
                            + " accounts, "
                            + report.slotCount()
                            + " slots, "
                            + report.codeCount()
                            + " accounts with code";
            String verdict =
                    report.fault()
                            .map(fault -> "DAMAGED: " + fault + "; restore a backup")
                            .orElse("clean");
            output.print(json, counts + ": " + verdict);
            return report.fault().isEmpty() ? 0 : 1;
        }
    }
}
