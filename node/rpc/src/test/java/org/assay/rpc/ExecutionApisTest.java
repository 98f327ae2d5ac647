package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The exchanges that the execution APIs hold clients to, on the chain that they were made with.
@Tag("reference")
final class ExecutionApisTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FOLDER = "execution-apis/";

    /// Exchanges (a prefix of their names) that this node answers otherwise, and why.
    private static final Map<String, String> SKIPPED =
            Map.of(
                    "eth_sendRawTransaction/send-blob-tx.io",
                    "blob transactions are not carried by this chain's pool",
                    "testing_buildBlockV1/",
                    "blocks are made by consensus, not by an engine API's driver");

    private static ZipFile zip;
    private static RpcHandler handler;
    private static Schema schema;

    @BeforeAll
    static void importChain() throws IOException {
        zip = ImportedChain.open();
        TestChain chain =
                new TestChain(ImportedChain.of(zip, FOLDER + "genesis.json", FOLDER + "chain.rlp"));
        RpcOptions options = RpcOptions.loopback(0);
        handler =
                new RpcHandler(
                        RpcServer.namespaces(options, chain, List.of()),
                        options.limits(),
                        chain::settle);
        schema = new Schema(JSON.readTree(ImportedChain.text(zip, "openrpc/openrpc.json")));
    }

    @AfterAll
    static void close() throws IOException {
        zip.close();
    }

    /// What is wrong with an exchange; empty when it is answered as it should be.
    private static Optional<String> problem(String name) throws IOException {
        boolean onlySchema = false;
        JsonNode request = null;
        for (String line : ImportedChain.text(zip, name).lines().toList()) {
            if (line.startsWith("// speconly")) {
                onlySchema = true;
            } else if (line.startsWith(">> ")) {
                request = JSON.readTree(line.substring(3));
            } else if (line.startsWith("<< ") && request != null) {
                JsonNode expected = JSON.readTree(line.substring(3));
                JsonNode actual = answer(request);
                String method = request.path("method").asText();
                Optional<String> problem =
                        onlySchema
                                ? schemaOnly(method, expected, actual)
                                : difference(expected, actual)
                                        .or(() -> misfit(method, expected, actual));
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    /// What the schema says, unless it says so of the exchange itself.
    private static Optional<String> misfit(String method, JsonNode expected, JsonNode actual) {
        return schema.problem(method, expected.get("result")).isPresent()
                ? Optional.empty()
                : schema.problem(method, actual.get("result"));
    }

    private static JsonNode answer(JsonNode request) throws IOException {
        byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
        return JSON.readTree(handler.answer(body, Caller.LOCAL).orElseThrow().json().unsafeArray());
    }

    private static Optional<String> schemaOnly(String method, JsonNode expected, JsonNode actual) {
        if (expected.has("error") != actual.has("error")) {
            return Optional.of("expected " + cut(expected) + ", got " + cut(actual));
        }
        return schema.problem(method, actual.get("result"));
    }

    /// Compares all but the words of errors.
    static Optional<String> difference(JsonNode expected, JsonNode actual) {
        JsonNode left = withoutMessage(expected);
        JsonNode right = withoutMessage(actual);
        return left.equals(right)
                ? Optional.empty()
                : Optional.of(firstDifference("", left, right));
    }

    private static JsonNode withoutMessage(JsonNode answer) {
        JsonNode copy = answer.deepCopy();
        if (copy.path("error") instanceof ObjectNode error) {
            error.remove("message");
        }
        if (copy instanceof ObjectNode object) {
            object.remove("comment");
        }
        return copy;
    }

    private static String firstDifference(String path, JsonNode left, JsonNode right) {
        if (left.isObject() && right.isObject()) {
            TreeSet<String> keys = new TreeSet<>();
            left.fieldNames().forEachRemaining(keys::add);
            right.fieldNames().forEachRemaining(keys::add);
            for (String key : keys) {
                JsonNode a = left.path(key);
                JsonNode b = right.path(key);
                if (!a.equals(b)) {
                    return firstDifference(path + "/" + key, a, b);
                }
            }
        }
        if (left.isArray() && right.isArray() && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                if (!left.get(i).equals(right.get(i))) {
                    return firstDifference(path + "/" + i, left.get(i), right.get(i));
                }
            }
        }
        return path + ": expected " + cut(left) + ", got " + cut(right);
    }

    private static String cut(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static List<String> exchanges() {
        List<String> names = new ArrayList<>();
        zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.startsWith(FOLDER) && name.endsWith(".io"))
                .sorted()
                .forEach(names::add);
        return names;
    }

    private static boolean isSkipped(String name) {
        String method = name.substring(FOLDER.length(), name.indexOf('/', FOLDER.length()));
        return !handler.names().contains(method)
                || SKIPPED.keySet().stream()
                        .anyMatch(prefix -> name.substring(FOLDER.length()).startsWith(prefix));
    }

    @Test
    void answersEveryExchange() throws IOException {
        Map<String, String> wrong = new TreeMap<>();
        List<String> passingThoughSkipped = new ArrayList<>();
        int passed = 0;
        for (String name : exchanges()) {
            Optional<String> problem = problem(name);
            if (problem.isEmpty()) {
                passed++;
                if (isSkipped(name)) {
                    passingThoughSkipped.add(name);
                }
            } else if (!isSkipped(name)) {
                wrong.put(name, problem.get());
            }
        }
        System.out.println("execution-apis: " + passed + " of " + exchanges().size() + " pass");
        assertThat(wrong).isEmpty();
        assertThat(passingThoughSkipped).as("skipped, but they pass").isEmpty();
    }
}
