package org.assay.rpc.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainImporter;
import org.assay.primitives.Bytes;
import org.assay.rpc.Caller;
import org.assay.rpc.RpcHandler;
import org.assay.rpc.RpcLimits;
import org.assay.rpc.simulate.AccessListMethods;
import org.assay.rpc.simulate.SimulateMethods;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Recorded exchanges of other clients, on the chains they were recorded on: traces, access lists
/// and simulations. Messages of errors are not compared.
@Tag("reference")
final class ExchangesTest {
    private static final long CALL_MILLIS_MAX = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The methods of the execution APIs that are compared here.
    private static final Set<String> EXECUTION_METHODS =
            Set.of(
                    "debug_getRawBlock",
                    "debug_getRawReceipts",
                    "debug_getRawTransaction",
                    "debug_traceBlockByHash",
                    "debug_traceBlockByNumber",
                    "debug_traceTransaction",
                    "eth_createAccessList",
                    "eth_simulateV1");

    /// Why a case is not run. Each must fail when run, or it has to leave this list.
    private static final Map<String, String> SKIPPED = Map.of();

    @TestFactory
    List<DynamicTest> answersAsTheExecutionApisSay() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (ZipFile zip = open()) {
            RpcHandler handler =
                    handler(zip, "execution-apis/genesis.json", "execution-apis/chain.rlp");
            for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
                String[] path = entry.getName().split("/", -1);
                if (path.length == 3 && EXECUTION_METHODS.contains(path[1])) {
                    String text = new String(read(zip, entry.getName()), StandardCharsets.UTF_8);
                    tests.add(
                            DynamicTest.dynamicTest(
                                    path[1] + "/" + path[2],
                                    () -> checkExchange(path[1] + "/" + path[2], handler, text)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests;
    }

    @TestFactory
    List<DynamicTest> tracesGethsChainAsRecordedByBesu() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        String folder = "besu-rpc/debug-geth/";
        try (ZipFile zip = open()) {
            RpcHandler handler =
                    handler(
                            zip,
                            folder + "chain-data/genesis.json",
                            folder + "chain-data/blocks.bin");
            for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
                String name = entry.getName();
                if (name.startsWith(folder + "specs/") && name.endsWith(".json")) {
                    String id = name.substring((folder + "specs/").length());
                    JsonNode test = JSON.readTree(read(zip, name));
                    tests.add(DynamicTest.dynamicTest(id, () -> checkRecorded(id, handler, test)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests;
    }

    private static ZipFile open() throws IOException {
        return new ZipFile(Shared.path("corpora/rpc-conformance.zip").toFile());
    }

    private static byte[] read(ZipFile zip, String name) throws IOException {
        return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }

    private static RpcHandler handler(ZipFile zip, String genesis, String blocks)
            throws IOException {
        Blockchain chain =
                ChainImporter.inMemory(
                        new String(read(zip, genesis), StandardCharsets.UTF_8),
                        Bytes.wrap(read(zip, blocks)));
        return new RpcHandler(
                List.of(
                        new DebugMethods(chain),
                        new AccessListMethods(chain, CALL_MILLIS_MAX),
                        new SimulateMethods(chain, CALL_MILLIS_MAX)),
                RpcLimits.STANDARD,
                () -> {});
    }

    private static void checkExchange(String id, RpcHandler handler, String text)
            throws IOException {
        String request = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith(">> ")) {
                request = line.substring(3);
            } else if (line.startsWith("<< ")) {
                JsonNode expected = JSON.readTree(line.substring(3));
                JsonNode actual = answer(handler, request);
                compare(id, comparable(actual), comparable(expected));
            }
        }
    }

    private static void checkRecorded(String id, RpcHandler handler, JsonNode test)
            throws IOException {
        JsonNode actual = answer(handler, test.get("request").toString());
        compare(id, comparable(actual), comparable(test.get("response")));
    }

    private static void compare(String id, JsonNode actual, JsonNode expected) {
        if (SKIPPED.containsKey(id)) {
            assertThat(actual).as("%s passes, take it off the list", id).isNotEqualTo(expected);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static JsonNode answer(RpcHandler handler, String request) throws IOException {
        return JSON.readTree(
                handler.answer(request.getBytes(StandardCharsets.UTF_8), Caller.LOCAL)
                        .orElseThrow()
                        .json()
                        .toArray());
    }

    private static JsonNode comparable(JsonNode answer) {
        if (answer.path("error") instanceof ObjectNode error) {
            error.remove("message");
        }
        return answer;
    }
}
