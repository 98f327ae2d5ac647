package org.assay.app.evm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.app.Main;
import org.assay.evm.Fork;
import org.assay.primitives.Bytes;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `assay evm t8n` against blocks that others made: each with the state that it wrote for the one
/// before, and every root as the header has it.
final class T8nCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TWO_COINS = "2000000000000000000";

    @TempDir private Path folder;

    private String run(int status, String... arguments) {
        StringWriter output = new StringWriter();
        List<String> all = new ArrayList<>(List.of("evm", "t8n"));
        all.addAll(List.of(arguments));
        int exit =
                Main.commandLine()
                        .setOut(new PrintWriter(output))
                        .setErr(new PrintWriter(output))
                        .execute(all.toArray(String[]::new));
        assertThat(exit).as(output.toString()).isEqualTo(status);
        return output.toString();
    }

    private Path write(String name, JsonNode content) throws IOException {
        return Files.writeString(folder.resolve(name), content.toString());
    }

    private JsonNode transition(String fork, JsonNode alloc, JsonNode env, JsonNode txs)
            throws IOException {
        String text =
                run(
                        0,
                        "--state.fork",
                        fork,
                        "--state.reward",
                        TWO_COINS,
                        "--input.alloc",
                        write("in.json", alloc).toString(),
                        "--input.env",
                        write("env.json", env).toString(),
                        "--input.txs",
                        write("txs.json", txs).toString(),
                        "--output.result",
                        "stdout",
                        "--output.alloc",
                        "stdout",
                        "--output.body",
                        "stdout");
        return JSON.readTree(text);
    }

    private static JsonNode env(Header header, Header parent, JsonNode block, ObjectNode hashes) {
        ObjectNode env = JSON.createObjectNode();
        env.put("currentCoinbase", header.coinbase().toString());
        env.put("currentDifficulty", header.difficulty().toQuantity());
        env.put("currentRandom", header.mixHash().toString());
        env.put("currentGasLimit", Long.toString(header.gasLimit()));
        env.put("currentNumber", Long.toString(header.number()));
        env.put("currentTimestamp", Long.toString(header.timestamp()));
        if (parent.baseFeePerGas() != null) {
            env.put("parentBaseFee", parent.baseFeePerGas().toQuantity());
            env.put("parentGasUsed", Long.toString(parent.gasUsed()));
            env.put("parentGasLimit", Long.toString(parent.gasLimit()));
        }
        if (parent.excessBlobGas() != null && parent.blobGasUsed() != null) {
            env.put("parentExcessBlobGas", Long.toString(parent.excessBlobGas()));
            env.put("parentBlobGasUsed", Long.toString(parent.blobGasUsed()));
        }
        if (header.parentBeaconBlockRoot() != null) {
            env.put("parentBeaconBlockRoot", header.parentBeaconBlockRoot().toString());
        }
        env.set("blockHashes", hashes);
        env.set("withdrawals", block.path("withdrawals"));
        return env;
    }

    private static void compare(String name, JsonNode result, Header header, Block block) {
        ObjectNode want = JSON.createObjectNode();
        want.put("stateRoot", header.stateRoot().toString());
        want.put("txRoot", header.transactionsRoot().toString());
        want.put("receiptsRoot", header.receiptsRoot().toString());
        want.put("logsBloom", header.logsBloom().toString());
        want.put("gasUsed", "0x" + Long.toHexString(header.gasUsed()));
        if (header.baseFeePerGas() != null) {
            want.put("currentBaseFee", header.baseFeePerGas().toQuantity());
        }
        if (header.withdrawalsRoot() != null) {
            want.put("withdrawalsRoot", header.withdrawalsRoot().toString());
        }
        if (header.excessBlobGas() != null && header.blobGasUsed() != null) {
            want.put("currentExcessBlobGas", "0x" + Long.toHexString(header.excessBlobGas()));
            want.put("blobGasUsed", "0x" + Long.toHexString(header.blobGasUsed()));
        }
        if (header.requestsHash() != null) {
            want.put("requestsHash", header.requestsHash().toString());
        }
        ObjectNode got = JSON.createObjectNode();
        want.fieldNames().forEachRemaining(field -> got.set(field, result.path(field)));
        assertThat((JsonNode) got).as(name + " " + result.path("rejected")).isEqualTo(want);
        assertThat(result.path("receipts")).hasSize(block.transactions().size());
    }

    /// The valid blocks of one fixture; how many there were.
    private int replay(String name, JsonNode test) throws IOException {
        JsonNode alloc = test.get("pre");
        Header parent = Block.decode(Bytes.fromHex(test.get("genesisRLP").asText())).header();
        ObjectNode hashes = JSON.createObjectNode();
        int blocks = 0;
        for (JsonNode item : test.get("blocks")) {
            hashes.put(Long.toString(parent.number()), parent.hash().toString());
            Block block = Block.decode(Bytes.fromHex(item.get("rlp").asText()));
            Bytes txs =
                    Bytes.wrap(
                            RlpWriter.encode(
                                    w ->
                                            w.writeList(
                                                    block.transactions(),
                                                    (items, one) -> one.write(items))));
            JsonNode out =
                    transition(
                            test.get("network").asText(),
                            alloc,
                            env(block.header(), parent, item, hashes),
                            JSON.getNodeFactory().textNode(txs.toString()));
            compare(name, out.get("result"), block.header(), block);
            assertThat(out.get("body").asText()).isEqualTo(txs.toString());
            alloc = out.get("alloc");
            parent = block.header();
            blocks++;
        }
        return blocks;
    }

    private static boolean isPlain(JsonNode test) {
        Fork fork = TestJson.fork(test.path("network").asText());
        if (fork == null || !test.has("pre") || test.path("config").has("blobSchedule")) {
            // Parameters of their own are for chains; a transition tool has those of the fork.
            boolean usual = fork == Fork.CANCUN || fork == Fork.PRAGUE || fork == Fork.OSAKA;
            if (!usual) {
                return false;
            }
        }
        for (JsonNode block : test.get("blocks")) {
            boolean hasOmmers = !block.path("uncleHeaders").isEmpty();
            if (block.has("expectException") || block.has("expectExceptionALL") || hasOmmers) {
                return false;
            }
        }
        return true;
    }

    @Test
    @Tag("reference")
    void makesTheBlocksOfTheBlockchainTests() throws IOException {
        int blocks = 0;
        int file = 0;
        try (ZipFile zip = new ZipFile(Shared.path("corpora/blockchain-tests.zip").toFile())) {
            for (ZipEntry entry : zip.stream().map(e -> (ZipEntry) e).toList()) {
                if (!entry.getName().endsWith(".json")
                        || entry.getName().endsWith("INDEX.json")
                        || entry.getSize() > 1 << 20
                        || file++ % 8 != 0) {
                    continue;
                }
                int cases = 0;
                JsonNode tests = JSON.readTree(zip.getInputStream(entry));
                for (var test : tests.properties()) {
                    if (cases < 6 && isPlain(test.getValue())) {
                        blocks += replay(test.getKey(), test.getValue());
                        cases++;
                    }
                }
            }
        }
        System.out.println("t8n: " + blocks + " blocks");
        assertThat(blocks).isGreaterThan(50);
    }

    @Test
    void signsWithTheKeyGivenAndSaysWhatItRefuses() throws IOException {
        JsonNode alloc =
                JSON.readTree(
                        "{\"0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b\":"
                                + "{\"balance\":\"0xde0b6b3a7640000\"}}");
        JsonNode env =
                JSON.readTree(
                        "{\"currentCoinbase\":\"0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba\","
                                + "\"currentDifficulty\":\"0x20000\",\"currentGasLimit\":"
                                + "\"0x750a163df65e8a\",\"currentNumber\":\"1\","
                                + "\"currentTimestamp\":\"1000\"}");
        String transfer =
                "{\"gas\":\"0x5208\",\"gasPrice\":\"0x2\",\"nonce\":\"NONCE\",\"input\":\"0x\","
                        + "\"to\":\"0x1111111111111111111111111111111111111111\",\"value\":\"0x1\","
                        + "\"v\":\"0x0\",\"r\":\"0x0\",\"s\":\"0x0\",\"secretKey\":\"0x45a915e4d0"
                        + "60149eb4365960e6a7a45f334393093061116b197e3240065ff2d8\"}";
        JsonNode txs =
                JSON.readTree(
                        "["
                                + transfer.replace("NONCE", "0x0")
                                + ","
                                + transfer.replace("NONCE", "0x7")
                                + "]");
        JsonNode out = transition("Berlin", alloc, env, txs);
        assertThat(out.at("/result/receipts")).hasSize(1);
        assertThat(out.at("/result/receipts/0/gasUsed").asText()).isEqualTo("0x5208");
        assertThat(out.at("/result/rejected/0/index").asInt()).isEqualTo(1);
        assertThat(out.at("/result/rejected/0/error").asText()).contains("nonce too high");
        assertThat(out.at("/alloc/0x1111111111111111111111111111111111111111/balance").asText())
                .isEqualTo("0x1");
        assertThat(out.at("/alloc/0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba/balance").asText())
                .isEqualTo("0x1bc16d674ec8a410");
    }

    @Test
    void refusesWhatMakesNoBlockInWords() throws IOException {
        ObjectNode empty = JSON.createObjectNode();
        assertThat(run(2, "--input.alloc", "nowhere.json")).contains("there is no such file");
        String file = write("empty.json", empty).toString();
        assertThat(
                        run(
                                2,
                                "--state.fork",
                                "Nowhere",
                                "--input.alloc",
                                file,
                                "--input.env",
                                file,
                                "--input.txs",
                                file))
                .contains("no fork is named Nowhere");
    }
}
