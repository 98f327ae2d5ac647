package org.assay.app.db;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.assay.app.DataFolder;
import org.assay.app.Output;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreStats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `assay db stats`: sizes and estimated counts by column.
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = "Shows what a stopped node's database holds.")
final class StatsCommand implements Callable<Integer> {
    @Mixin private DataFolder data = new DataFolder();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        try (RocksStore store = data.open()) {
            StoreStats stats = store.stats();
            ObjectNode json = Output.object();
            json.put("folder", store.folder().toString());
            json.put("chainId", store.chain().chainId());
            json.put("genesisHash", store.chain().genesisHash().toString());
            json.put("diskBytes", stats.diskBytes());
            json.put("memtableBytes", stats.memtableBytes());
            ObjectNode columns = json.putObject("columns");
            StringBuilder text = new StringBuilder();
            text.append("chain ")
                    .append(store.chain().chainId())
                    .append(", genesis ")
                    .append(store.chain().genesisHash())
                    .append(
                            String.format(
                                    "%n%-18s %14s %14s %14s%n", "column", "keys", "disk", "log"));
            for (StoreStats.ColumnStats column : stats.columns()) {
                columns.putObject(column.column().name())
                        .put("keyCount", column.keyCount())
                        .put("diskBytes", column.diskBytes())
                        .put("memtableBytes", column.memtableBytes());
                text.append(
                        String.format(
                                "%-18s %,14d %,14d %,14d%n",
                                column.column(),
                                column.keyCount(),
                                column.diskBytes(),
                                column.memtableBytes()));
            }
            text.append(
                    String.format(
                            "%-18s %14s %,14d %,14d",
                            "all", "", stats.diskBytes(), stats.memtableBytes()));
            output.print(json, text.toString());
            return 0;
        }
    }
}
