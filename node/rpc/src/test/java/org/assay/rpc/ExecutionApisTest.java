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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The exchanges that the execution APIs hold clients to, on the chain that they were made with.
///
/// Each answer must equal the published one but for the words of an error, and its result must
/// fit the schema that the assembled OpenRPC document gives for the method: [Schema] walks types,
/// patterns, enumerations, required, known and additional fields, items and references. Those
/// marked `speconly` need fit the schema only. No exchange is skipped.
@Tag("reference")
final class ExecutionApisTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FOLDER = "execution-apis/";

    /// Here the published answers have calls that ran out of gas, whose errors carry no `data`;
    /// the schema asks for it in every error of a call. The exchange is followed.
    private static final Set<String> BESIDE_THE_SCHEMA =
            Set.of(
                    "eth_simulateV1/ethSimulate-run-out-of-gas-in-block-38015.io",
                    "eth_simulateV1/ethSimulate-use-as-many-features-as-possible.io");

    private static ZipFile zip;
    private static RpcHandler handler;
    private static Schema schema;
    private static int schemaChecks;

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
                                        .or(() -> misfit(name, method, actual));
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    /// What the schema says of an answer, but for exchanges that themselves do not fit it.
    private static Optional<String> misfit(String name, String method, JsonNode actual) {
        schemaChecks++;
        return BESIDE_THE_SCHEMA.contains(name.substring(FOLDER.length()))
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

    private static String methodOf(String name) {
        return name.substring(FOLDER.length(), name.indexOf('/', FOLDER.length()));
    }

    @Test
    void knowsTheMethodOfEveryExchange() {
        assertThat(handler.names())
                .containsAll(exchanges().stream().map(ExecutionApisTest::methodOf).toList());
    }

    @Test
    void answersEveryExchange() throws IOException {
        Map<String, String> wrong = new TreeMap<>();
        for (String name : exchanges()) {
            problem(name).ifPresent(problem -> wrong.put(name, problem));
        }
        int all = exchanges().size();
        System.out.println("execution-apis: " + (all - wrong.size()) + " of " + all + " pass");
        System.out.println("checked against the schema: " + schemaChecks);
        assertThat(wrong).isEmpty();
        assertThat(all).isEqualTo(168);
        assertThat(schema.unknown()).as("methods that the schema lacks").isEmpty();
    }
}
