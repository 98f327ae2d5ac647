package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assay.rpc.RpcError;

/// How long a trace may take: geth's `timeout`, such as "5s" or "1m30s", within a bound.
public final class TraceLimits {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long STANDARD_NANOS = 5 * SECOND_NANOS;
    private static final long LONGEST_NANOS = 60 * SECOND_NANOS;
    private static final Pattern PART =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(h|ms|m|us|µs|ns|s)");

    private TraceLimits() {}

    /// The time by [System#nanoTime] at which a trace with this configuration ends.
    public static long deadline(JsonNode config) {
        long nanos =
                config.hasNonNull("timeout")
                        ? nanos(config.get("timeout").asText())
                        : STANDARD_NANOS;
        return System.nanoTime() + nanos;
    }

    private static long nanos(String text) {
        Matcher parts = PART.matcher(text);
        double nanos = 0;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            end = parts.end();
            nanos += Double.parseDouble(parts.group(1)) * unit(parts.group(2));
        }
        if (end == 0 || end != text.length()) {
            throw RpcError.invalidParams("timeout: not a duration such as \"5s\"");
        }
        return (long) Math.min(nanos, LONGEST_NANOS);
    }

    private static double unit(String name) {
        return switch (name) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "ns" -> 1;
            default -> 1e3;
        };
    }
}
