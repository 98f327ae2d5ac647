package org.assay.app.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// `assay dev` over RPC and over restarts.
@Tag("simulation")
final class DevModeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecretKey ALICE = new DevAccounts().all().values().iterator().next();
    private static final String STRANGER = "0x000000000000000000000000000000000000bee1";

    /// Returns its chain id; to be called.
    private static final String CHAIN_ID_CODE = "0x465f5260205ff3";

    private static final String TELLER = "0x00000000000000000000000000000000000c1d00";

    @TempDir private Path folder;

    private interface Use {
        void play(RpcClient rpc) throws Exception;
    }

    private void onNode(MemoryStore store, Use use) throws Exception {
        onNode(store, true, use);
    }

    private void onNode(MemoryStore store, boolean automine, Use use) throws Exception {
        Optional<Path> pool = Optional.of(folder.resolve("pool.journal"));
        try (DevServer server = DevServers.start(store, pool, automine);
                RpcClient rpc = new RpcClient("http://127.0.0.1:" + server.port())) {
            use.play(rpc);
        }
    }

    private static String transfer(long chainId, long nonce) {
        return Transaction.sign(
                        TransactionBody.dynamicFee(
                                UInt256.of(chainId),
                                nonce,
                                UInt256.ONE,
                                UInt256.of(20_000_000_000L),
                                21_000,
                                Address.fromHex(STRANGER),
                                UInt256.ONE,
                                Bytes.EMPTY),
                        ALICE)
                .encoded()
                .toString();
    }

    private static String wide(long gas) {
        return Transaction.sign(
                        TransactionBody.dynamicFee(
                                UInt256.of(1337),
                                0,
                                UInt256.ONE,
                                UInt256.of(20_000_000_000L),
                                gas,
                                Address.fromHex(STRANGER),
                                UInt256.ZERO,
                                Bytes.EMPTY),
                        ALICE)
                .encoded()
                .toString();
    }

    private static void assertRefused(String words, Executable call) {
        RpcClient.Refused refusal = assertThrows(RpcClient.Refused.class, call);
        assertTrue(String.valueOf(refusal.getMessage()).contains(words), refusal::toString);
    }

    private static String balance(RpcClient rpc) throws IOException {
        return rpc.call("eth_getBalance", STRANGER, "latest").asText();
    }

    @Test
    void snapshotsOutliveARestartWithTimeAndWhatWaited() throws Exception {
        MemoryStore store = new MemoryStore();
        String[] id = new String[1];
        onNode(
                store,
                false,
                rpc -> {
                    rpc.call("anvil_setBalance", STRANGER, "0x64");
                    rpc.call("evm_mine");
                    rpc.call("evm_increaseTime", 1_000);
                    rpc.call("eth_sendRawTransaction", transfer(1337, 0));
                    id[0] = rpc.call("evm_snapshot").asText();
                    rpc.call("evm_mine");
                    rpc.call("anvil_setBalance", STRANGER, "0x1");
                    rpc.call("evm_mine");
                    assertEquals("0x1", balance(rpc));
                });
        onNode(
                store,
                false,
                rpc -> {
                    assertEquals(3, rpc.blockNumber());
                    assertTrue(rpc.call("evm_revert", id[0]).asBoolean());
                    assertEquals(1, rpc.blockNumber());
                    assertEquals("0x64", balance(rpc));
                    assertEquals("0x1", rpc.call("txpool_status").path("pending").asText());
                    rpc.call("evm_mine");
                    assertEquals("0x65", balance(rpc), "what waited is mined again");
                    assertNotEquals(id[0], rpc.call("evm_snapshot").asText(), "never given twice");
                });
        onNode(
                store,
                rpc -> {
                    assertFalse(rpc.call("evm_revert", id[0]).asBoolean(), "it is used up");
                    assertTrue(rpc.call("assay_emissionAudit").path("agrees").asBoolean());
                });
    }

    @Test
    void theChainIdChangesForWhatComesAndHoldsOverARestart() throws Exception {
        MemoryStore store = new MemoryStore();
        Map<String, String> call = Map.of("to", TELLER);
        String[] before = new String[1];
        onNode(
                store,
                rpc -> {
                    rpc.call("anvil_setCode", TELLER, CHAIN_ID_CODE);
                    before[0] = rpc.call("eth_sendRawTransaction", transfer(1337, 0)).asText();
                    rpc.call("anvil_setChainId", 4_711);
                    assertEquals("0x1267", rpc.call("eth_chainId").asText());
                    assertEquals("4711", rpc.call("net_version").asText());
                    rpc.call("eth_sendRawTransaction", transfer(4_711, 1));
                    assertRefused(
                            "invalid chain id",
                            () -> rpc.call("eth_sendRawTransaction", transfer(1337, 2)));
                });
        onNode(
                store,
                rpc -> {
                    assertEquals("0x2", balance(rpc));
                    assertEquals("0x1267", rpc.call("eth_chainId").asText());
                    assertEquals(0x1267, word(rpc.call("eth_call", call, "latest")));
                    assertEquals(1337, word(rpc.call("eth_call", call, "0x1")));
                    JsonNode trace = rpc.call("debug_traceTransaction", before[0]);
                    assertFalse(trace.path("failed").asBoolean(), "blocks before replay as then");
                    rpc.call("eth_sendRawTransaction", transfer(4_711, 2));
                    assertEquals("0x3", balance(rpc));
                    rpc.call("anvil_rollback", 2);
                    assertEquals("0x1267", rpc.call("eth_chainId").asText());
                    rpc.call("evm_mine");
                });
        assertTrue(DevJournal.isCheated(store), "no network's node may open it");
    }

    private static long word(JsonNode answer) {
        return UInt256.parse(answer.asText()).toLongExact();
    }

    @Test
    void aDumpMakesAnotherChainTheSame() throws Exception {
        String[] dump = new String[1];
        onNode(
                new MemoryStore(),
                rpc -> {
                    rpc.call("anvil_setCode", STRANGER, CHAIN_ID_CODE);
                    rpc.call("anvil_setNonce", STRANGER, "0x5");
                    rpc.call("anvil_setStorageAt", STRANGER, "0x7", "0x" + "0".repeat(63) + "9");
                    rpc.call("eth_sendRawTransaction", transfer(1337, 0));
                    rpc.call("anvil_setBalance", STRANGER, "0x29a");
                    dump[0] = rpc.call("anvil_dumpState").asText();
                });
        Files.deleteIfExists(folder.resolve("pool.journal"));
        MemoryStore store = new MemoryStore();
        onNode(
                store,
                rpc -> {
                    assertEquals("0x0", balance(rpc));
                    assertTrue(rpc.call("anvil_loadState", dump[0]).asBoolean());
                    checkLoaded(rpc);
                    rpc.call("evm_mine");
                    checkLoaded(rpc);
                    assertTrue(rpc.call("assay_emissionAudit").path("agrees").asBoolean());
                    assertRefused(
                            "not a state dump", () -> rpc.call("anvil_loadState", "0x1f8b00"));
                });
        onNode(store, DevModeTest::checkLoaded);
    }

    private static void checkLoaded(RpcClient rpc) throws IOException {
        assertEquals("0x29a", balance(rpc));
        assertEquals(CHAIN_ID_CODE, rpc.call("eth_getCode", STRANGER, "latest").asText());
        assertEquals("0x5", rpc.call("eth_getTransactionCount", STRANGER, "latest").asText());
        assertEquals(9, word(rpc.call("eth_getStorageAt", STRANGER, "0x7", "latest")));
        assertEquals(
                "0x1",
                rpc.call("eth_getTransactionCount", ALICE.address().toString(), "latest").asText());
    }

    @Test
    void aTransactionThatNoBlockHasRoomForDoesNotKeepTheMinerBusy() throws Exception {
        onNode(
                new MemoryStore(),
                false,
                rpc -> {
                    assertRefused(
                            "at least 8021000", () -> rpc.call("evm_setBlockGasLimit", 200_000));
                    // All of the block's gas, of which the prologue takes some.
                    rpc.call("evm_setBlockGasLimit", 8_100_000);
                    rpc.call("eth_sendRawTransaction", wide(8_100_000));
                    assertEquals("0x1", rpc.call("txpool_status").path("pending").asText());
                    rpc.call("evm_setAutomine", true);
                    assertEquals("0x0", rpc.call("txpool_status").path("pending").asText());
                    assertTrue(rpc.blockNumber() <= 2);
                    rpc.call("eth_sendRawTransaction", transfer(1337, 0));
                    assertEquals("0x1", balance(rpc), "and its sender goes on");
                });
    }

    @Test
    @Timeout(400)
    void minesByTheClockAndKeepsTheChainOverRestarts() throws Exception {
        Path log = folder.resolve("log");
        Path data = folder.resolve("data");
        List<String> options = List.of("--block-time", "0.2", "--chain-id", "77");
        long height;
        try (DevProcess node = DevProcess.launch(data, log, options)) {
            node.awaitReady();
            RpcClient rpc = node.rpc();
            String hash = rpc.call("eth_sendRawTransaction", transfer(77, 0)).asText();
            while (!rpc.call("eth_getTransactionReceipt", hash).isObject()) {
                Thread.sleep(20);
            }
            long seen = rpc.blockNumber();
            while (rpc.blockNumber() < seen + 3) { // nobody sends anything
                Thread.sleep(50);
            }
            rpc.call("eth_sendRawTransaction", transfer(77, 2)); // waits for nonce 1
            height = rpc.blockNumber();
            assertEquals(143, node.end());
        }
        try (DevProcess node = DevProcess.launch(data, log, List.of("--no-mining"))) {
            node.awaitReady();
            RpcClient rpc = node.rpc();
            long head = rpc.blockNumber();
            assertTrue(head >= height);
            assertEquals("0x1", balance(rpc));
            assertEquals("0x4d", rpc.call("eth_chainId").asText());
            assertEquals("0x1", rpc.call("txpool_status").path("queued").asText());
            rpc.call("eth_sendRawTransaction", transfer(77, 1));
            assertEquals(head, rpc.blockNumber(), "mines on request only");
            rpc.call("evm_mine");
            assertEquals("0x3", balance(rpc));
            node.end();
        }
        try (DevProcess node = DevProcess.launch(data, log, List.of("--chain-id", "78"))) {
            assertEquals(2, node.await());
            assertTrue(node.logEnd().contains("--reset"), node.logEnd());
        }
        try (DevProcess node =
                DevProcess.launch(data, log, List.of("--reset", "--chain-id", "78"))) {
            node.awaitReady();
            assertEquals(0, node.rpc().blockNumber());
            assertEquals("0x0", node.rpc().call("txpool_status").path("queued").asText());
        }
        assertTrue(JSON.readTree(data.resolve("genesis.json").toFile()).isObject());
    }
}
