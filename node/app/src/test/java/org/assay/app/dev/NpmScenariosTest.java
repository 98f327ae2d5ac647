package org.assay.app.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.app.client.RpcClient;
import org.assay.chain.ChainSpec;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.RpcOptions;
import org.assay.storage.MemoryStore;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Contracts as published on npm, deployed and used over JSON-RPC, against what an independent
/// EVM computed; and Groth16 proofs of three systems.
@Tag("reference")
final class NpmScenariosTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private interface Use {
        void play(RpcClient rpc) throws IOException;
    }

    private static void onNewChain(Use use) throws IOException {
        ChainSpec spec =
                ChainSpec.parse(
                        DevGenesis.standard(System.currentTimeMillis() / 1000 - 10).write());
        try (MemoryStore store = new MemoryStore();
                DevServer server =
                        DevServer.start(
                                store, spec, InstantSource.system(), RpcOptions.loopback(0));
                RpcClient rpc = new RpcClient("http://127.0.0.1:" + server.port())) {
            use.play(rpc);
        }
    }

    private static Map<String, JsonNode> read(String zip, String part) throws IOException {
        Map<String, JsonNode> files = new LinkedHashMap<>();
        try (ZipFile file = new ZipFile(Shared.path("corpora/" + zip).toFile())) {
            for (ZipEntry entry : java.util.Collections.list(file.entries())) {
                if (entry.getName().contains(part) && entry.getName().endsWith(".json")) {
                    files.put(entry.getName(), JSON.readTree(file.getInputStream(entry)));
                }
            }
        }
        return files;
    }

    @Test
    void everyScenarioEndsAsTheOtherEngineSays() throws IOException {
        Map<String, JsonNode> scenarios = read("contracts-npm.zip", "scenarios/");
        assertTrue(scenarios.size() >= 5);
        for (Map.Entry<String, JsonNode> scenario : scenarios.entrySet()) {
            onNewChain(rpc -> play(rpc, scenario.getKey(), scenario.getValue()));
        }
    }

    private static void play(RpcClient rpc, String name, JsonNode scenario) throws IOException {
        JsonNode sender = scenario.get("sender");
        SecretKey key = SecretKey.of(Bytes.fromHex(sender.get("privateKey").asText()).toArray());
        rpc.call("anvil_setBalance", key.address().toString(), "0x21e19e0c9bab2400000");
        long gas = UInt256.parse(scenario.get("gasLimitPerTx").asText()).toLongExact();
        for (JsonNode step : scenario.get("steps")) {
            String what = name + ", " + step.get("label").asText();
            JsonNode expected = step.get("expect").get("osaka");
            if (step.get("kind").asText().equals("tx")) {
                checkReceipt(what, send(rpc, key, step, gas), step, expected, rpc);
            } else {
                checkCall(what, rpc, step, expected);
            }
        }
    }

    private static JsonNode send(RpcClient rpc, SecretKey key, JsonNode step, long gas)
            throws IOException {
        TransactionBody body =
                TransactionBody.legacy(
                        UInt256.of(1337),
                        step.get("nonce").asLong(),
                        UInt256.of(1_000_000_010L),
                        gas,
                        step.get("to").isNull() ? null : Address.fromHex(step.get("to").asText()),
                        UInt256.parse(step.get("value").asText()),
                        Bytes.fromHex(step.get("data").asText()));
        Transaction transaction = Transaction.sign(body, key);
        String hash = rpc.call("eth_sendRawTransaction", transaction.encoded().toString()).asText();
        return rpc.call("eth_getTransactionReceipt", hash);
    }

    private static void checkReceipt(
            String what, JsonNode receipt, JsonNode step, JsonNode expected, RpcClient rpc)
            throws IOException {
        assertEquals("0x" + expected.get("status").asInt(), receipt.path("status").asText(), what);
        if (step.path("gasExact").asBoolean(true)) {
            assertEquals(
                    expected.get("gasUsed").asLong(),
                    Long.decode(receipt.get("gasUsed").asText()),
                    what);
        }
        assertEquals(expected.get("logs").asInt(), receipt.get("logs").size(), what);
        if (expected.has("logsHash")) {
            assertEquals(expected.get("logsHash").asText(), logsHash(receipt), what);
        }
        if (expected.has("codeHash")) {
            String code =
                    rpc.call("eth_getCode", receipt.get("contractAddress").asText(), "latest")
                            .asText();
            assertEquals(
                    expected.get("codeHash").asText(),
                    Keccak.hash256(Bytes.fromHex(code)).toString(),
                    what);
        }
    }

    private static String logsHash(JsonNode receipt) {
        Bytes all = Bytes.EMPTY;
        for (JsonNode log : receipt.get("logs")) {
            all = all.concat(Bytes.fromHex(log.get("address").asText()));
            for (JsonNode topic : log.get("topics")) {
                all = all.concat(Bytes.fromHex(topic.asText()));
            }
            all = all.concat(Bytes.fromHex(log.get("data").asText()));
        }
        return Keccak.hash256(all).toString();
    }

    private static void checkCall(String what, RpcClient rpc, JsonNode step, JsonNode expected)
            throws IOException {
        boolean ok = expected.get("ok").asBoolean();
        try {
            String result =
                    rpc.call(
                                    "eth_call",
                                    Map.of(
                                            "from", step.get("from").asText(),
                                            "to", step.get("to").asText(),
                                            "data", step.get("data").asText()),
                                    "latest")
                            .asText();
            assertTrue(ok, what);
            assertEquals(expected.get("result").asText(), result, what);
        } catch (RpcClient.Refused refused) {
            assertTrue(!ok, what + ": " + refused.getMessage());
        }
    }

    @Test
    void everyProofHoldsAndNoTamperedOneDoes() throws IOException {
        List<JsonNode> proofs = new ArrayList<>();
        for (JsonNode file : read("groth16-bn254.zip", "").values()) {
            if (file.isArray()) {
                for (JsonNode proof : file) {
                    if (proof.has("pairing")) { // Semaphore's are in the scenario
                        proofs.add(proof);
                    }
                }
            }
        }
        assertTrue(proofs.size() >= 10);
        onNewChain(
                rpc -> {
                    for (JsonNode proof : proofs) {
                        String name = proof.get("name").asText();
                        boolean valid = proof.path("valid").asBoolean(true);
                        String end = verify(rpc, proof, -1);
                        assertEquals(UInt256.of(valid ? 1 : 0).toHash().toString(), end, name);
                        int inputs = proof.get("publicInputs").size();
                        for (int i = 0; i < inputs; i++) {
                            assertNotEquals(
                                    UInt256.ONE.toHash().toString(),
                                    verify(rpc, proof, i),
                                    name + " with public input " + i + " changed");
                        }
                    }
                });
    }

    /// The verifier's precompile calls one by one; with input `tampered` changed in its last bit,
    /// what follows from it goes into the later calls. Answers the pairing's result.
    private static String verify(RpcClient rpc, JsonNode proof, int tampered) throws IOException {
        Map<String, String> replaced = new LinkedHashMap<>();
        String result = "";
        int products = 0;
        List<JsonNode> steps = new ArrayList<>();
        proof.get("steps").forEach(steps::add);
        steps.add(proof.get("pairing"));
        for (JsonNode step : steps) {
            String input = step.get("input").asText();
            for (Map.Entry<String, String> change : replaced.entrySet()) {
                input = input.replace(change.getKey(), change.getValue());
            }
            if (step.get("precompile").asText().endsWith("7") && products++ == tampered) {
                char last = input.charAt(input.length() - 1);
                input = input.substring(0, input.length() - 1) + (last == '0' ? '1' : '0');
            }
            String address = "0x" + "0".repeat(38) + step.get("precompile").asText().substring(2);
            result = rpc.call("eth_call", Map.of("to", address, "data", input), "latest").asText();
            String expected = step.get("output").asText();
            if (!result.equals(expected)) {
                assertTrue(tampered >= 0, "step " + step);
                replaced.put(expected.substring(2), result.substring(2));
            }
        }
        return result;
    }
}
