package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assay.app.JavaCommand;
import org.assay.chain.ChainSpec;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node as a process of its own.
final class NodeProcessTest {
    private static final long STOP_SECONDS_MAX = 5;

    @TempDir private Path folder;

    /// Before the fix it took ten seconds, and whoever asked lost patience and killed.
    @Test
    @Timeout(120)
    void endsSoonAfterSigtermWithTheStoreClosed() throws Exception {
        Path genesis = folder.resolve("genesis.json");
        String text = TestNetwork.genesisOf(1, "\"assay\"");
        Files.writeString(genesis, text);
        Process node =
                new ProcessBuilder(
                                JavaCommand.of(
                                        List.of("-Xmx256m"),
                                        List.of(
                                                "node",
                                                "--genesis",
                                                genesis.toString(),
                                                "--data-dir",
                                                folder.resolve("node").toString(),
                                                "--p2p-port",
                                                "0",
                                                "--rpc-port",
                                                "0")))
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader out = new BufferedReader(node.inputReader(StandardCharsets.UTF_8))) {
            Optional<String> ready =
                    out.lines().filter(line -> line.startsWith("ready:")).findFirst();
            assertTrue(ready.isPresent(), "the node starts");
            assertTrue(node.toHandle().destroy()); // unlike Process.destroy, leaves its output open
            assertTrue(
                    node.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS), "the node ends on SIGTERM");
            String rest = String.join("\n", out.lines().toList());
            assertTrue(!rest.contains("did not close"), rest);
            assertEquals(143, node.exitValue(), rest);
        } finally {
            node.destroyForcibly();
        }
        // The lock is free and the store opens whole.
        ChainSpec spec = ChainSpec.parse(text);
        RocksStore.open(
                        folder.resolve("node").resolve("chain"),
                        NodeCommand.markerOf(spec),
                        StoreOptions.small())
                .close();
    }
}
