package org.assay.rpc.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.chain.ChainSpec;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.rpc.simulate.OverlaidState;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// go-ethereum's own cases for its tracers: transactions of main and test networks with the state
/// they met.
@Tag("reference")
final class GethTracersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FOLDER = "geth-tracers/";
    private static final long MINUTE_NANOS = 60_000_000_000L;

    /// Why a case is not run. Each must fail when run, or it has to leave this list.
    private static final Map<String, String> SKIPPED =
            new TreeMap<>(
                    Map.of(
                            "erc7562_tracer/erc7562Tracer.test_deployer.json",
                            "erc7562Tracer is not there",
                            "erc7562_tracer/erc7562Tracer.test_paymaster.json",
                            "erc7562Tracer is not there"));

    @TestFactory
    List<DynamicTest> tracesAsGethDoes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (ZipFile zip = new ZipFile(Shared.path("corpora/rpc-conformance.zip").toFile())) {
            for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
                String name = entry.getName();
                if (!name.startsWith(FOLDER) || !name.endsWith(".json")) {
                    continue;
                }
                String id = name.substring(FOLDER.length());
                JsonNode test = JSON.readTree(zip.getInputStream(entry).readAllBytes());
                tests.add(DynamicTest.dynamicTest(id, () -> check(id, test)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests;
    }

    private static void check(String id, JsonNode test) {
        String folder = id.substring(0, id.indexOf('/'));
        if (SKIPPED.containsKey(id)) {
            assertThat(matches(folder, test)).as("%s passes, take it off the list", id).isFalse();
            return;
        }
        JsonNode expected = expected(folder, test.get("result"));
        assertThat(actual(folder, test)).isEqualTo(expected);
    }

    private static boolean matches(String folder, JsonNode test) {
        try {
            return actual(folder, test).equals(expected(folder, test.get("result")));
        } catch (RuntimeException failed) {
            return false;
        }
    }

    private static JsonNode actual(String folder, JsonNode test) {
        JsonNode result;
        try {
            result = JSON.readTree(JSON.writeValueAsBytes(run(folder, test)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        JsonNode shown = expected(folder, result);
        return folder.endsWith("legacy") ? onlyOldFields(shown, test.get("result")) : shown;
    }

    private static String tracerOf(String folder) {
        return switch (folder) {
            case "call_tracer", "call_tracer_withLog", "call_tracer_legacy" -> "callTracer";
            case "call_tracer_flat" -> "flatCallTracer";
            case "erc7562_tracer" -> "erc7562Tracer";
            default -> "prestateTracer";
        };
    }

    private static Object run(String folder, JsonNode test) {
        JsonNode genesis = test.get("genesis");
        JsonNode context = test.get("context");
        ChainSpec spec = ChainSpec.parse(inOrder(genesis));
        OverlaidState state = OverlaidState.onNothing();
        state.add(spec.genesis().alloc());
        TracedRun traced = new TracedRun(state, block(spec, genesis, context));
        Transaction transaction = Transaction.decode(encoded(test.get("input").asText()));
        TransactionTracer.Maker maker = Tracers.named(tracerOf(folder), test.path("tracerConfig"));
        return java.util.Objects.requireNonNull(
                traced.trace(
                        transaction.recoverAnyS().orElseThrow(),
                        Optional.empty(),
                        maker,
                        System.nanoTime() + MINUTE_NANOS));
    }

    /// As a block holds it: the cases wrap typed transactions in a byte string.
    private static Bytes encoded(String hex) {
        return Bytes.fromHex(hex);
    }

    private static BlockContext block(ChainSpec spec, JsonNode genesis, JsonNode context) {
        long number = number(context, "number").w3();
        long timestamp = number(context, "timestamp").w3();
        UInt256 difficulty = number(context, "difficulty");
        boolean merged =
                spec.forks().merge().fromGenesis()
                        || (difficulty.isZero()
                                && genesis.path("config").has("terminalTotalDifficulty"));
        Fork fork = spec.forks().forkAt(number, timestamp, merged);
        BlobSchedule blobs = spec.forks().blobsAt(timestamp);
        JsonNode fees = context.has("baseFeePerGas") ? context : genesis;
        UInt256 baseFee =
                fork.isAtLeast(Fork.LONDON) && fees.has("baseFeePerGas")
                        ? number(fees, "baseFeePerGas")
                        : UInt256.ZERO;
        long excess =
                genesis.hasNonNull("excessBlobGas") ? number(genesis, "excessBlobGas").w3() : 0;
        return new BlockContext(
                fork,
                spec.chainId().w3(),
                number,
                timestamp,
                Address.fromHex(context.get("miner").asText()),
                baseFee,
                Hash.fromHex(genesis.path("mixHash").asText(Hash.ZERO.toString())),
                difficulty,
                number(context, "gasLimit").w3(),
                blobs.blobBaseFee(excess),
                blobs,
                BlockHashes.NONE);
    }

    private static UInt256 number(JsonNode object, String key) {
        String text = object.path(key).asText("0");
        return text.startsWith("0x")
                ? UInt256.parse(text)
                : UInt256.of(new java.math.BigInteger(text));
    }

    /// What geth's own test leaves out of the comparison.
    private static JsonNode expected(String folder, JsonNode result) {
        if (folder.endsWith("legacy")) {
            return lowerCase(result);
        }
        if (folder.equals("call_tracer_withLog")) {
            for (JsonNode log : result.findParents("topics")) {
                if (!log.has("index")) {
                    ((ObjectNode) log).put("index", "0x0");
                }
            }
        }
        if (!folder.equals("call_tracer_flat")) {
            return result;
        }
        for (JsonNode trace : result) {
            ObjectNode object = (ObjectNode) trace;
            List.of("blockHash", "blockNumber", "transactionHash", "transactionPosition", "time")
                    .forEach(object::remove);
            dropZeros(object.get("action"));
            dropZeros(object.path("result"));
            if (object.path("result").isEmpty()) {
                object.remove("result");
            }
        }
        return result;
    }

    private static void dropZeros(JsonNode object) {
        if (!(object instanceof ObjectNode fields)) {
            return;
        }
        List<String> empty = new ArrayList<>();
        fields.properties()
                .forEach(
                        field -> {
                            String text = field.getValue().asText();
                            if (text.isEmpty()
                                    || text.equals("0x")
                                    || text.equals("0x0")
                                    || text.equals(Address.ZERO.toString())) {
                                empty.add(field.getKey());
                            }
                        });
        fields.remove(empty);
    }

    private static JsonNode lowerCase(JsonNode result) {
        try {
            return JSON.readTree(result.toString().replace("000dEaD", "000dead"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// geth's JavaScript tracers of old, which it no longer ships, leave out the gas of calls
    /// without code, write empty fields, and call errors of inner creations internal failures.
    private static JsonNode onlyOldFields(JsonNode result, JsonNode old) {
        if (result.isObject() && old.isObject()) {
            ObjectNode shown = JSON.createObjectNode();
            old.properties()
                    .forEach(
                            field -> {
                                JsonNode was = field.getValue();
                                JsonNode is = result.get(field.getKey());
                                boolean vague = was.asText().equals("internal failure");
                                boolean empty = was.isEmpty() && was.asText("").matches("(0x)?");
                                if (is != null && !vague) {
                                    shown.set(field.getKey(), onlyOldFields(is, was));
                                } else if (is != null || empty) {
                                    shown.set(field.getKey(), was);
                                }
                            });
            return lowerCase(shown);
        }
        if (result.isArray() && old.isArray() && result.size() == old.size()) {
            var shown = JSON.createArrayNode();
            for (int i = 0; i < old.size(); i++) {
                shown.add(onlyOldFields(result.get(i), old.get(i)));
            }
            return shown;
        }
        return result;
    }

    /// geth does not mind forks out of order; each begins with the first that follows it.
    private static String inOrder(JsonNode genesis) {
        ObjectNode copy = genesis.deepCopy();
        ObjectNode config = (ObjectNode) copy.get("config");
        List<String> forks =
                List.of(
                        "londonBlock",
                        "berlinBlock",
                        "istanbulBlock",
                        "petersburgBlock",
                        "constantinopleBlock",
                        "byzantiumBlock",
                        "eip158Block",
                        "eip150Block",
                        "homesteadBlock");
        long next = Long.MAX_VALUE;
        for (String fork : forks) {
            if (config.hasNonNull(fork)) {
                next = Math.min(next, config.get(fork).asLong());
                config.put(fork, next);
            }
        }
        return copy.toString();
    }
}
