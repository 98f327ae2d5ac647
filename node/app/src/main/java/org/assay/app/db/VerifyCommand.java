package org.assay.app.db;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
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
    @Mixin private DbOptions options = new DbOptions();

    @Override
    public Integer call() {
        try (RocksStore store = options.open()) {
            options.progress("checksums");
            store.verifyChecksums();
            StateVerifier.Report report =
                    StateVerifier.verify(
                            store, count -> options.progress("state: " + count + " values"));
            options.progress(null);
            ObjectNode json = DbOptions.object();
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
            options.print(json, counts + ": " + verdict);
            return report.fault().isEmpty() ? 0 : 1;
        }
    }
}
