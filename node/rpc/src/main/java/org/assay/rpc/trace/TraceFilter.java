package org.assay.rpc.trace;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;

/// The addresses and the page that `trace_filter` is asked for.
record TraceFilter(Set<String> from, Set<String> to, long after, long count) {
    private static final int ADDRESSES_MAX = 1_000;

    static TraceFilter read(JsonNode object) {
        return new TraceFilter(
                addresses(object, "fromAddress"),
                addresses(object, "toAddress"),
                number(object, "after", 0),
                number(object, "count", Long.MAX_VALUE));
    }

    private static long number(JsonNode object, String key, long otherwise) {
        if (!object.hasNonNull(key)) {
            return otherwise;
        }
        var number = Params.quantity(object.get(key), key);
        return number.fitsLong() ? number.w3() : Long.MAX_VALUE;
    }

    private static Set<String> addresses(JsonNode object, String key) {
        Set<String> addresses = new HashSet<>();
        JsonNode given = object.path(key);
        if (given.size() > ADDRESSES_MAX) {
            throw RpcError.invalidParams(key + ": more than " + ADDRESSES_MAX + " addresses");
        }
        if (given.isTextual()) {
            addresses.add(Params.address(given.asText(), key).toString());
        }
        given.forEach(one -> addresses.add(Params.address(one.asText(), key).toString()));
        return addresses;
    }

    /// Whether the trace is asked for. Both lists count where both are given.
    boolean matches(Map<String, Object> trace) {
        boolean isFrom = from.isEmpty() || from.contains(senderOf(trace));
        boolean isTo = to.isEmpty() || to.contains(receiverOf(trace));
        return isFrom && isTo;
    }

    private static String senderOf(Map<String, Object> trace) {
        String key = "suicide".equals(trace.get("type")) ? "address" : "from";
        return part(trace, "action", key);
    }

    private static String receiverOf(Map<String, Object> trace) {
        return switch (String.valueOf(trace.get("type"))) {
            case "create" -> part(trace, "result", "address");
            case "suicide" -> part(trace, "action", "refundAddress");
            case "reward" -> part(trace, "action", "author");
            default -> part(trace, "action", "to");
        };
    }

    private static String part(Map<String, Object> trace, String object, String key) {
        return trace.get(object) instanceof Map<?, ?> fields ? String.valueOf(fields.get(key)) : "";
    }
}
