package org.assay.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assay.chain.system.Abi;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;

/// Calls a node; where several are named, the next one after a call that nobody answered. Safe
/// for many threads.
public final class RpcClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CALL_MAX = Duration.ofSeconds(20);

    private final List<URI> endpoints;
    private final AtomicInteger turn = new AtomicInteger();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final AtomicLong ids = new AtomicLong();

    public RpcClient(String endpoint) {
        this(List.of(endpoint));
    }

    /// At least one endpoint. Throws [org.assay.chain.ConfigException] for one that is no
    /// address.
    public RpcClient(List<String> endpoints) {
        this.endpoints = endpoints.stream().map(text -> NodeAddress.parse("--rpc", text)).toList();
    }

    private URI endpoint() {
        return endpoints.get(Math.floorMod(turn.get(), endpoints.size()));
    }

    /// A refusal by the node, with its own words.
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /// The `result`. Throws [Refused] for an error answer, [IOException] when nobody answers.
    public JsonNode call(String method, Object... params) throws IOException {
        return callPatiently(CALL_MAX, method, params);
    }

    /// [#call] of a method that may take up to `longest`.
    public JsonNode callPatiently(Duration longest, String method, Object... params)
            throws IOException {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", ids.incrementAndGet()).put("method", method);
        ArrayNode array = request.putArray("params");
        for (Object param : params) {
            array.add(JSON.<JsonNode>valueToTree(param));
        }
        HttpRequest post =
                HttpRequest.newBuilder(endpoint())
                        .timeout(longest)
                        .header("content-type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        JSON.writeValueAsBytes(request)))
                        .build();
        try {
            HttpResponse<byte[]> response =
                    http.send(post, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode answer = JSON.readTree(response.body());
            if (answer.hasNonNull("error")) {
                JsonNode error = answer.get("error");
                throw new Refused(
                        method
                                + ": "
                                + error.path("message").asText()
                                + (error.hasNonNull("data")
                                        ? " " + error.get("data").asText()
                                        : ""));
            }
            return answer.path("result");
        } catch (IOException e) {
            turn.incrementAndGet();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public long blockNumber() throws IOException {
        return quantity(call("eth_blockNumber"));
    }

    /// The output of a contract's view at the head.
    public Bytes view(Address contract, String signature, Abi... arguments) throws IOException {
        ObjectNode message = JSON.createObjectNode();
        message.put("to", contract.toString());
        message.put("input", Abi.call(signature, arguments).toString());
        return Bytes.fromHex(call("eth_call", message, "latest").asText());
    }

    public static long quantity(JsonNode node) {
        return Long.decode(node.asText());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
