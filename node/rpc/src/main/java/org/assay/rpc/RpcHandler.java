package org.assay.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers JSON-RPC 2.0 requests and batches. Safe for many threads.
public final class RpcHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RpcHandler.class);

    /// Calls in one batch.
    static final int BATCH_MAX = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();

    private final Runnable settle;

    public RpcHandler(List<Methods> namespaces) {
        this(namespaces, () -> {});
    }

    /// `settle` runs after the calls of a body and before its answer ([Backend#settle]).
    public RpcHandler(List<Methods> namespaces, Runnable settle) {
        this.settle = settle;
        namespaces.forEach(namespace -> methods.putAll(namespace.methods()));
    }

    /// The answer to a request body; empty when it held notifications only.
    public Optional<byte[]> answer(byte[] body) {
        JsonNode answer;
        try {
            JsonNode request = JSON.readTree(body);
            answer =
                    request == null || request.isMissingNode()
                            ? error(NODES.nullNode(), RpcError.INVALID_REQUEST, "empty request")
                            : request.isArray() ? batch((ArrayNode) request) : single(request);
        } catch (IOException e) {
            answer = error(NODES.nullNode(), RpcError.PARSE_ERROR, "parse error");
        }
        settle.run();
        if (answer == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.writeValueAsBytes(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer is always JSON", e);
        }
    }

    private @Nullable JsonNode batch(ArrayNode requests) {
        if (requests.isEmpty()) {
            return error(NODES.nullNode(), RpcError.INVALID_REQUEST, "empty batch");
        }
        if (requests.size() > BATCH_MAX) {
            return error(
                    NODES.nullNode(),
                    RpcError.LIMIT_EXCEEDED,
                    "batch of " + requests.size() + " calls, limit " + BATCH_MAX);
        }
        ArrayNode answers = NODES.arrayNode(requests.size());
        for (JsonNode request : requests) {
            JsonNode answer = single(request);
            if (answer != null) {
                answers.add(answer);
            }
        }
        return answers.isEmpty() ? null : answers;
    }

    private @Nullable JsonNode single(JsonNode request) {
        JsonNode id = request.path("id");
        JsonNode method = request.path("method");
        if (!request.isObject() || !method.isTextual()) {
            return error(NODES.nullNode(), RpcError.INVALID_REQUEST, "invalid request");
        }
        JsonNode answer = call(id, method.asText(), request.path("params"));
        return id.isMissingNode() ? null : answer;
    }

    private JsonNode call(JsonNode id, String name, JsonNode params) {
        Function<Params, @Nullable Object> method = methods.get(name);
        if (method == null) {
            return error(
                    id,
                    RpcError.METHOD_NOT_FOUND,
                    "the method " + name + " does not exist/is not available");
        }
        if (!params.isMissingNode() && !params.isNull() && !params.isArray()) {
            return error(id, RpcError.INVALID_PARAMS, "params is not an array");
        }
        JsonNode array = params.isArray() ? params : NODES.arrayNode();
        try {
            ObjectNode answer = envelope(id);
            answer.set("result", JSON.valueToTree(method.apply(new Params(array))));
            return answer;
        } catch (RpcError refusal) {
            ObjectNode answer = error(id, refusal.code(), String.valueOf(refusal.getMessage()));
            if (refusal.hexData() != null) {
                ((ObjectNode) answer.get("error")).put("data", refusal.hexData());
            }
            return answer;
        } catch (RuntimeException bug) {
            // The edge of the program: a failed call must not end the connection it came on.
            LOG.error("{} failed", name, bug);
            return error(id, RpcError.INTERNAL_ERROR, "internal error");
        }
    }

    private static ObjectNode envelope(JsonNode id) {
        ObjectNode answer = NODES.objectNode();
        answer.put("jsonrpc", "2.0");
        answer.set("id", id.isMissingNode() ? NODES.nullNode() : id);
        return answer;
    }

    private static ObjectNode error(JsonNode id, int code, String message) {
        ObjectNode answer = envelope(id);
        answer.putObject("error").put("code", code).put("message", message);
        return answer;
    }
}
