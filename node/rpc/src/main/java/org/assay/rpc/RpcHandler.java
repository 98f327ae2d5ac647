package org.assay.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers JSON-RPC 2.0 requests and batches. Safe for many threads.
public final class RpcHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RpcHandler.class);

    private static final int NESTING_MAX = 200;

    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(NESTING_MAX)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
    private final Map<String, Function<List<Params>, List<Object>>> together = new HashMap<>();
    private final Map<String, Boolean> guarded = new HashMap<>();
    private final RpcLimits limits;
    private final TokenBuckets buckets;
    private final Runnable settle;

    /// A later namespace's method takes the place of an earlier one's of the same name. `settle`
    /// runs after the calls of a body and before its answer ([Backend#settle]).
    public RpcHandler(List<Methods> namespaces, RpcLimits limits, Runnable settle) {
        this.limits = limits;
        this.settle = settle;
        this.buckets =
                new TokenBuckets(
                        limits.client().callsPerSecond(),
                        limits.client().burstCalls(),
                        System::nanoTime);
        for (Methods namespace : namespaces) {
            for (var method : namespace.methods().entrySet()) {
                methods.put(method.getKey(), method.getValue());
                together.remove(method.getKey());
                guarded.put(method.getKey(), namespace.isGuarded());
            }
            together.putAll(namespace.together());
        }
        methods.put("rpc_modules", params -> modules());
    }

    /// The namespaces served, for `rpc_modules`.
    private Map<String, String> modules() {
        SortedSet<String> names = new TreeSet<>();
        methods.keySet().forEach(name -> names.add(name.substring(0, name.indexOf('_'))));
        Map<String, String> modules = new TreeMap<>();
        names.forEach(name -> modules.put(name, "1.0"));
        return modules;
    }

    /// The names of all methods, for documentation and tests.
    public SortedSet<String> names() {
        return new TreeSet<>(methods.keySet());
    }

    /// `isLimited`: nothing was done, because the client has asked for too much lately.
    public record Answer(Bytes json, boolean isLimited) {}

    /// One call's answer: `error` null for a success.
    private record Outcome(JsonNode id, @Nullable Object result, @Nullable RpcError error) {
        static Outcome refused(JsonNode id, int code, String message) {
            return new Outcome(id, null, new RpcError(code, message));
        }

        static Outcome refused(int code, String message) {
            return refused(NODES.nullNode(), code, message);
        }
    }

    /// The answer to a request body; empty when it held notifications only.
    public Optional<Answer> answer(byte[] body, Caller caller) {
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (IOException e) {
            return one(Outcome.refused(RpcError.PARSE_ERROR, "parse error"));
        }
        if (request == null || request.isMissingNode()) {
            return one(Outcome.refused(RpcError.INVALID_REQUEST, "empty request"));
        }
        if (request.isArray()) {
            return batch((ArrayNode) request, caller);
        }
        if (!mayCall(caller)) {
            return Optional.of(new Answer(write(limited(request)), true));
        }
        Outcome outcome = single(request, caller);
        settle.run();
        return isNotification(request) ? Optional.empty() : one(outcome);
    }

    /// Takes one call from what the caller may still make.
    private boolean mayCall(Caller caller) {
        return (caller.here() && limits.client().sparesThisMachine())
                || buckets.take(caller.client());
    }

    private static Outcome limited(JsonNode request) {
        return Outcome.refused(idOf(request), RpcError.LIMIT_EXCEEDED, "rate limit exceeded");
    }

    private Optional<Answer> one(Outcome outcome) {
        return Optional.of(new Answer(write(outcome), false));
    }

    private Bytes write(Outcome outcome) {
        AnswerBuffer buffer = new AnswerBuffer(limits.request().answerBytesMax());
        write(outcome, buffer);
        return Bytes.wrap(buffer.toByteArray());
    }

    private Optional<Answer> batch(ArrayNode requests, Caller caller) {
        if (requests.isEmpty()) {
            return one(Outcome.refused(RpcError.INVALID_REQUEST, "empty batch"));
        }
        int most = limits.request().batchCallsMax();
        if (requests.size() > most) {
            return one(
                    Outcome.refused(
                            RpcError.LIMIT_EXCEEDED,
                            "batch of " + requests.size() + " calls, limit " + most));
        }
        AnswerBuffer buffer = new AnswerBuffer(limits.request().answerBytesMax());
        buffer.write('[');
        boolean isLimited = true;
        boolean isEmpty = true;
        int next = 0;
        while (next < requests.size()) {
            List<Outcome> outcomes = new ArrayList<>();
            int end = next;
            if (!mayCall(caller)) {
                outcomes.add(limited(requests.get(end++)));
            } else {
                isLimited = false;
                end = neighbours(requests, next, caller);
                outcomes.addAll(run(requests, next, end, caller));
            }
            for (Outcome outcome : outcomes) {
                JsonNode request = requests.get(next++);
                if (isNotification(request)) {
                    continue;
                }
                if (!isEmpty) {
                    buffer.write(',');
                }
                isEmpty = false;
                write(outcome, buffer);
            }
        }
        buffer.write(']');
        settle.run();
        return isEmpty
                ? Optional.empty()
                : Optional.of(new Answer(Bytes.wrap(buffer.toByteArray()), isLimited));
    }

    /// The end of the run from `first` that is one call, or many of a name that go together; each
    /// after the first is paid for here.
    private int neighbours(ArrayNode requests, int first, Caller caller) {
        String name = requests.get(first).path("method").asText();
        int end = first + 1;
        if (together.containsKey(name)) {
            while (end < requests.size() && isPlain(requests.get(end), name) && mayCall(caller)) {
                end++;
            }
        }
        return end;
    }

    private static boolean isPlain(JsonNode request, String name) {
        return request.path("method").asText().equals(name)
                && request.path("params").isArray()
                && hasProperId(request)
                && hasProperVersion(request);
    }

    private List<Outcome> run(ArrayNode requests, int from, int to, Caller caller) {
        JsonNode first = requests.get(from);
        String name = first.path("method").asText();
        if (to - from == 1 || !isPlain(first, name)) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = from; i < to; i++) {
                outcomes.add(single(requests.get(i), caller));
            }
            return outcomes;
        }
        List<Params> params = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            params.add(new Params(requests.get(i).path("params"), caller));
        }
        List<Object> results;
        try {
            results = java.util.Objects.requireNonNull(together.get(name)).apply(params);
        } catch (RuntimeException bug) {
            LOG.error("{} failed", name, bug);
            RpcError error = new RpcError(RpcError.INTERNAL_ERROR, "internal error");
            results = java.util.Collections.nCopies(to - from, (Object) error);
        }
        List<Outcome> outcomes = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            Object result = results.get(i - from);
            JsonNode id = idOf(requests.get(i));
            outcomes.add(
                    result instanceof RpcError error
                            ? new Outcome(id, null, error)
                            : new Outcome(id, result, null));
        }
        return outcomes;
    }

    private static boolean isNotification(JsonNode request) {
        return request.isObject() && !request.has("id") && request.path("method").isTextual();
    }

    private static boolean hasProperId(JsonNode request) {
        return !request.path("id").isContainerNode();
    }

    private static boolean hasProperVersion(JsonNode request) {
        JsonNode version = request.path("jsonrpc");
        return version.isMissingNode() || version.asText().equals("2.0");
    }

    private static JsonNode idOf(JsonNode request) {
        JsonNode id = request.path("id");
        return id.isMissingNode() || id.isContainerNode() ? NODES.nullNode() : id;
    }

    private Outcome single(JsonNode request, Caller caller) {
        JsonNode method = request.path("method");
        JsonNode id = idOf(request);
        if (!request.isObject()
                || !method.isTextual()
                || !hasProperId(request)
                || !hasProperVersion(request)) {
            return Outcome.refused(id, RpcError.INVALID_REQUEST, "invalid request");
        }
        return call(id, method.asText(), request.path("params"), caller);
    }

    private Outcome call(JsonNode id, String name, JsonNode params, Caller caller) {
        Function<Params, @Nullable Object> method = methods.get(name);
        if (method == null) {
            return Outcome.refused(
                    id,
                    RpcError.METHOD_NOT_FOUND,
                    "the method " + name + " does not exist/is not available");
        }
        if (!caller.trusted() && Boolean.TRUE.equals(guarded.get(name))) {
            return Outcome.refused(
                    id,
                    RpcError.UNAUTHORIZED,
                    "the method " + name + " needs a token, or a client on this machine");
        }
        JsonNode array;
        if (params.isArray()) {
            array = params;
        } else if (params.isObject()) {
            array = NODES.arrayNode().add(params);
        } else if (params.isMissingNode() || params.isNull()) {
            array = NODES.arrayNode();
        } else {
            return Outcome.refused(
                    id, RpcError.INVALID_PARAMS, "params is neither an array nor an object");
        }
        try {
            return new Outcome(id, method.apply(new Params(array, caller)), null);
        } catch (RpcError refusal) {
            return new Outcome(id, null, refusal);
        } catch (RuntimeException bug) {
            // The edge of the program: a failed call must not end the connection it came on.
            LOG.error("{} failed", name, bug);
            return Outcome.refused(id, RpcError.INTERNAL_ERROR, "internal error");
        }
    }

    /// Writes an answer, or that it is too large.
    private static void write(Outcome outcome, AnswerBuffer buffer) {
        int mark = buffer.size();
        try {
            writeTo(outcome, buffer);
        } catch (AnswerBuffer.FullException e) {
            buffer.truncate(mark);
            writeSmall(
                    new Outcome(
                            outcome.id(),
                            null,
                            new RpcError(RpcError.ANSWER_TOO_LARGE, "response too large")),
                    buffer);
        } catch (IOException e) {
            LOG.error("an answer is not JSON", e);
            buffer.truncate(mark);
            writeSmall(
                    new Outcome(
                            outcome.id(),
                            null,
                            new RpcError(RpcError.INTERNAL_ERROR, "internal error")),
                    buffer);
        }
    }

    private static void writeSmall(Outcome outcome, AnswerBuffer buffer) {
        buffer.allowMore();
        try {
            writeTo(outcome, buffer);
        } catch (IOException e) {
            throw new IllegalStateException("an error is always JSON", e);
        }
    }

    private static void writeTo(Outcome outcome, AnswerBuffer buffer) throws IOException {
        try (JsonGenerator out = JSON.getFactory().createGenerator(buffer)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            out.setCodec(JSON);
            out.writeStartObject();
            out.writeStringField("jsonrpc", "2.0");
            out.writeFieldName("id");
            out.writeTree(outcome.id());
            RpcError error = outcome.error();
            if (error == null) {
                out.writeFieldName("result");
                writeResult(out, outcome.result());
            } else {
                out.writeObjectFieldStart("error");
                out.writeNumberField("code", error.code());
                out.writeStringField("message", String.valueOf(error.getMessage()));
                if (error.hexData() != null) {
                    out.writeStringField("data", error.hexData());
                }
                out.writeEndObject();
            }
            out.writeEndObject();
        }
    }

    private static void writeResult(JsonGenerator out, @Nullable Object result) throws IOException {
        switch (result) {
            case null -> out.writeNull();
            case String text -> out.writeString(text);
            case Boolean flag -> out.writeBoolean(flag);
            default -> out.writeObject(result);
        }
    }

    /// A notification's JSON text.
    static byte[] notification(String subscription, Object result) {
        try {
            return JSON.writeValueAsBytes(
                    Map.of(
                            "jsonrpc",
                            "2.0",
                            "method",
                            "eth_subscription",
                            "params",
                            Map.of("subscription", subscription, "result", result)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a notification is always JSON", e);
        }
    }
}
