package org.assay.app.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.state.StateVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node whose disk fills up: a file system of its own in memory, which takes the right to
/// mount one. Where there is none the test says so and is skipped.
@Tag("simulation")
final class FullDiskTest {
    private static final int DISK_MEGABYTES = 96;

    /// Stands for what else fills the disk, and is removed to make room.
    private static final int BALLAST_MEGABYTES = 50;

    private static final int INPUT_BYTES = 100_000;
    private static final int TRANSACTIONS_MAX = 2_000;
    private static final SecretKey KEY = new DevAccounts().all().values().iterator().next();

    @TempDir private Path folder;
    private final Random random = new Random(1);
    private long nonce;

    private Path disk() {
        return folder.resolve("disk");
    }

    private Path log() {
        return folder.resolve("dev.log");
    }

    private static int run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @BeforeEach
    void mount() throws Exception {
        Files.createDirectories(disk());
        int status = -1;
        try {
            status =
                    run(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=" + DISK_MEGABYTES + "m",
                            "tmpfs",
                            disk().toString());
        } catch (IOException noSuchProgram) {
            // As if refused.
        }
        Assumptions.assumeTrue(
                status == 0, "no small disk here: mounting a tmpfs needs root, or CAP_SYS_ADMIN");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk().toString());
    }

    private DevProcess launch() throws IOException {
        return DevProcess.launch(disk().resolve("data"), log(), List.of());
    }

    /// Sends inputs that do not compress, each in a block of its own, until nobody answers.
    private Map<String, String> fill(RpcClient rpc) {
        Map<String, String> receipts = new LinkedHashMap<>();
        try {
            while (receipts.size() < TRANSACTIONS_MAX) {
                JsonNode receipt = send(rpc, INPUT_BYTES);
                receipts.put(
                        receipt.path("transactionHash").asText(),
                        receipt.path("blockHash").asText());
            }
        } catch (IOException | RpcClient.Refused full) {
            return receipts;
        }
        throw new AssertionError("the disk does not fill");
    }

    private JsonNode send(RpcClient rpc, int inputBytes) throws IOException {
        byte[] input = new byte[inputBytes];
        random.nextBytes(input);
        Transaction transaction =
                Transaction.sign(
                        TransactionBody.dynamicFee(
                                UInt256.of(1337),
                                nonce++,
                                UInt256.ONE,
                                UInt256.of(20_000_000_000L),
                                6_000_000,
                                KEY.address(),
                                UInt256.ZERO,
                                Bytes.wrap(input)),
                        KEY);
        return rpc.call("eth_sendRawTransactionSync", transaction.encoded().toString(), 20_000);
    }

    @Test
    @Timeout(300)
    void stopsWithAWordAndGoesOnWhereItWas() throws Exception {
        Path ballast = disk().resolve("ballast");
        Files.write(ballast, new byte[BALLAST_MEGABYTES << 20]);
        Map<String, String> receipts;
        try (DevProcess node = launch()) {
            node.awaitReady();
            receipts = fill(node.rpc());
            assertNotEquals(0, node.await(), "the exit status says so");
        }
        assertTrue(receipts.size() > 10, "it worked before: " + receipts.size());
        String told = Files.readString(log());
        assertTrue(told.contains("the disk is full"), told);
        assertTrue(told.contains("bytes free"), told);
        assertTrue(told.contains(disk().toString()), told);
        assertFalse(told.contains("\tat "), told);
        // Still full: it may or may not get as far as RPC, but what it says is to the point.
        try (DevProcess node = launch()) {
            if (node.process().waitFor(5, TimeUnit.SECONDS)) {
                assertNotEquals(0, node.process().exitValue());
                assertTrue(node.logEnd().contains("the disk is full"), node.logEnd());
            }
        }
        Files.delete(ballast);
        try (DevProcess node = launch()) {
            node.awaitReady();
            RpcClient rpc = node.rpc();
            long head = rpc.blockNumber();
            assertTrue(head >= receipts.size(), "stands where it was");
            for (Map.Entry<String, String> receipt : receipts.entrySet()) {
                JsonNode found = rpc.call("eth_getTransactionReceipt", receipt.getKey());
                assertEquals(receipt.getValue(), found.path("blockHash").asText());
            }
            nonce =
                    RpcClient.quantity(
                            rpc.call(
                                    "eth_getTransactionCount", KEY.address().toString(), "latest"));
            assertEquals("0x1", send(rpc, 10).path("status").asText(), "and goes on");
            node.end();
        }
        try (RocksStore store =
                RocksStore.openExisting(
                        disk().resolve("data").resolve("chain"), StoreOptions.small())) {
            store.verifyChecksums();
            assertEquals(Optional.empty(), StateVerifier.verify(store, count -> {}).fault());
        }
    }
}
