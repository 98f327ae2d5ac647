package org.assay.app.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.assay.app.chain.ExportCommand;
import org.assay.app.client.RpcClient;
import picocli.CommandLine;

/// The demo's chain as files, for other engines: `genesis.json`, `chain.rlp` as `assay export`
/// writes it, and `hashes.txt`, what a validator says the block hashes are, from block 1.
final class DemoExport {
    private static final int VALIDATOR = 0;

    private DemoExport() {}

    /// Stops the network.
    static void write(DemoNetwork network, Path folder) throws IOException {
        Files.createDirectories(folder);
        RpcClient rpc = network.rpc(VALIDATOR);
        long head = rpc.blockNumber();
        StringBuilder hashes = new StringBuilder();
        for (long number = 1; number <= head; number++) {
            String tag = "0x" + Long.toHexString(number);
            String hash = rpc.call("eth_getBlockByNumber", tag, false).path("hash").asText();
            hashes.append(hash).append('\n');
        }
        network.stop();
        Files.writeString(folder.resolve("hashes.txt"), hashes);
        Files.copy(
                network.folder().resolve("genesis.json"),
                folder.resolve("genesis.json"),
                StandardCopyOption.REPLACE_EXISTING);
        int status =
                new CommandLine(new ExportCommand())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(new PrintWriter(Writer.nullWriter()))
                        .execute(
                                "--data",
                                network.folder().resolve("validator" + VALIDATOR).toString(),
                                "--to",
                                Long.toString(head),
                                folder.resolve("chain.rlp").toString());
        if (status != 0) {
            throw new IOException("the chain could not be exported to " + folder);
        }
    }
}
