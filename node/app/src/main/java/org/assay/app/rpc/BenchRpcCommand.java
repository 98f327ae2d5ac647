package org.assay.app.rpc;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assay.app.Output;
import org.assay.app.client.NodeAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay bench rpc`: how many calls a second a running node answers.
@Command(
        name = "rpc",
        mixinStandardHelpOptions = true,
        description = {
            "Calls a second that a running node answers, over HTTP connections that are kept.",
            "Start one first, `assay dev` for instance. Other clients' nodes can be named too."
        })
public final class BenchRpcCommand implements Callable<Integer> {
    private static final int BATCH_CALLS = 100;
    private static final String ZERO = "0x" + "00".repeat(20);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8545",
            paramLabel = "URL",
            description = "The node to ask (default: ${DEFAULT-VALUE}).")
    private String url = "http://127.0.0.1:8545";

    @Option(
            names = "--connections",
            defaultValue = "8",
            paramLabel = "COUNT",
            description = "Connections that ask at a time (default: ${DEFAULT-VALUE}).")
    private int connections = 8;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            paramLabel = "SECONDS",
            description = "How long each kind is measured (default: ${DEFAULT-VALUE}).")
    private int seconds = 3;

    @Mixin private Output output = new Output();

    /// One measurement. `calls` counts the elements of batches; latencies are of requests.
    private record Row(String name, long calls, double seconds, long p50Micros, long p99Micros) {
        long callsPerSecond() {
            return Math.round(calls / seconds);
        }
    }

    @Override
    public Integer call() throws Exception {
        URI target = NodeAddress.parsePlain("--url", url);
        var out = spec.commandLine().getOut();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map.Entry<String, String> kind : kinds().entrySet()) {
            int weight = kind.getKey().startsWith("batch") ? BATCH_CALLS : 1;
            Row row;
            try {
                measure(target, kind.getKey(), kind.getValue(), weight, 500_000_000L);
                row =
                        measure(
                                target,
                                kind.getKey(),
                                kind.getValue(),
                                weight,
                                seconds * 1_000_000_000L);
            } catch (ExecutionException e) {
                spec.commandLine()
                        .getErr()
                        .println("assay bench rpc: " + url + ": " + e.getCause());
                return 1;
            }
            if (!output.isJson()) {
                out.printf(
                        "%-28s %,9d calls/s   p50 %,6d us   p99 %,6d us%n",
                        row.name(), row.callsPerSecond(), row.p50Micros(), row.p99Micros());
                out.flush();
            }
            rows.add(view(row));
        }
        if (output.isJson()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("url", url);
            result.put("connections", connections);
            result.put("rows", rows);
            out.println(new ObjectMapper().writeValueAsString(result));
        }
        return 0;
    }

    private static Map<String, Object> view(Row row) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", row.name());
        view.put("callsPerSecond", row.callsPerSecond());
        view.put("p50Micros", row.p50Micros());
        view.put("p99Micros", row.p99Micros());
        return view;
    }

    private static String request(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
                .formatted(method, params);
    }

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        String balance = request("eth_getBalance", "[\"" + ZERO + "\",\"latest\"]");
        kinds.put("eth_blockNumber", request("eth_blockNumber", "[]"));
        kinds.put("eth_getBalance", balance);
        kinds.put(
                "eth_call",
                request("eth_call", "[{\"to\":\"" + ZERO + "\",\"data\":\"0x01\"},\"latest\"]"));
        kinds.put("eth_getBlockByNumber", request("eth_getBlockByNumber", "[\"latest\",false]"));
        kinds.put(
                "batch of 100 eth_getBalance",
                "[" + String.join(",", java.util.Collections.nCopies(BATCH_CALLS, balance)) + "]");
        return kinds;
    }

    /// What one connection saw: nanoseconds of each request.
    private static long[] ask(URI target, String body, long endNanos) throws IOException {
        long[] nanos = new long[1 << 10];
        int count = 0;
        try (PlainHttp http = new PlainHttp(target)) {
            while (System.nanoTime() - endNanos < 0) {
                long before = System.nanoTime();
                http.post(body);
                if (count == nanos.length) {
                    nanos = Arrays.copyOf(nanos, 2 * count);
                }
                nanos[count++] = System.nanoTime() - before;
            }
        }
        return Arrays.copyOf(nanos, count);
    }

    private Row measure(URI target, String name, String body, int weight, long nanos)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        List<long[]> seen = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<long[]>> asked = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                asked.add(threads.submit(() -> ask(target, body, start + nanos)));
            }
            for (Future<long[]> future : asked) {
                seen.add(future.get());
            }
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        long[] all = seen.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Row(
                name,
                (long) all.length * weight,
                elapsed,
                all[all.length / 2] / 1_000,
                all[all.length * 99 / 100] / 1_000);
    }
}
