package org.assay.app.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assay.app.Progress;
import org.assay.app.client.NodeAddress;
import org.assay.app.client.RpcClient;
import org.assay.app.rpc.PlainHttp;
import org.assay.primitives.block.Transaction;

/// Sends signed transactions in batches over several connections, as fast as they are taken, with
/// a bound on those that wait, and counts them in blocks.
final class LoadRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long WATCH_MILLIS = 25;
    private static final long FULL_MILLIS = 10;

    /// Reasons of refusals that are told apart.
    private static final int REASONS_MAX = 20;

    private final List<URI> nodes;
    private final List<Transaction> transactions;
    private final Limits limits;
    private final Set<String> awaited = new HashSet<>();
    private final List<String> bodies = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final AtomicInteger included = new AtomicInteger();
    private volatile boolean over;

    /// `batch`: transactions of a request. `connections`: to each node. `window`: sent ones that
    /// are in no block yet. `seconds`: when to give up.
    record Limits(int batch, int connections, int window, int seconds) {}

    /// One block with some of the transactions. `atNanos` since the first was sent.
    record Filled(long number, int count, long atNanos) {}

    /// What happened. `refusals` by the node's words.
    record Result(int included, Map<String, Integer> refusals, List<Filled> blocks) {
        double seconds() {
            return blocks.isEmpty() ? 0 : blocks.getLast().atNanos / 1e9;
        }

        /// From the first transaction sent to the last one seen in a block.
        double perSecond() {
            return blocks.isEmpty() ? 0 : included / seconds();
        }

        /// Between the first of these blocks and the one before the last, whose beginning and
        /// end are not the sender's; 0 for fewer than four blocks.
        double sustainedPerSecond() {
            if (blocks.size() < 4) {
                return 0;
            }
            List<Filled> inner = blocks.subList(1, blocks.size() - 1);
            int count = inner.stream().mapToInt(Filled::count).sum();
            return count / ((inner.getLast().atNanos - blocks.getFirst().atNanos) / 1e9);
        }
    }

    LoadRun(List<String> urls, List<Transaction> transactions, Limits limits) {
        this.nodes = urls.stream().map(url -> NodeAddress.parsePlain("--rpc", url)).toList();
        this.transactions = transactions;
        this.limits = limits;
        for (int from = 0; from < transactions.size(); from += limits.batch) {
            bodies.add(body(from, Math.min(transactions.size(), from + limits.batch)));
        }
        transactions.forEach(transaction -> awaited.add(transaction.hash().toString()));
    }

    private String body(int from, int to) {
        StringBuilder text = new StringBuilder("[");
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ",")
                    .append("{\"jsonrpc\":\"2.0\",\"id\":")
                    .append(i)
                    .append(",\"method\":\"eth_sendRawTransaction\",\"params\":[\"")
                    .append(transactions.get(i).encoded())
                    .append("\"]}");
        }
        return text.append(']').toString();
    }

    Result run(RpcClient rpc, Progress progress) throws IOException, InterruptedException {
        long head = rpc.blockNumber();
        long start = System.nanoTime();
        List<Filled> blocks = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> senders = new ArrayList<>();
            for (URI node : nodes) {
                for (int i = 0; i < limits.connections; i++) {
                    senders.add(threads.submit(() -> send(node)));
                }
            }
            try {
                watch(rpc, head, start, blocks, senders, progress);
            } finally {
                over = true;
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a connection failed: " + e.getCause(), e);
        }
        progress.clear();
        return new Result(included.get(), refusals, blocks);
    }

    private void watch(
            RpcClient rpc,
            long head,
            long start,
            List<Filled> blocks,
            List<Future<?>> senders,
            Progress progress)
            throws IOException, InterruptedException {
        long seen = head;
        while (included.get() + refused() < transactions.size()
                && senders.stream().noneMatch(it -> it.state() == Future.State.FAILED)
                && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(limits.seconds)) {
            long last = rpc.blockNumber();
            while (seen < last) {
                String number = "0x" + Long.toHexString(seen + 1);
                JsonNode block = rpc.call("eth_getBlockByNumber", number, false);
                if (!block.isObject()) {
                    break;
                }
                seen++;
                int count = 0;
                for (JsonNode hash : block.path("transactions")) {
                    count += awaited.remove(hash.asText()) ? 1 : 0;
                }
                if (count > 0) {
                    blocks.add(new Filled(seen, count, System.nanoTime() - start));
                    included.addAndGet(count);
                }
            }
            progress.show(included.get(), transactions.size(), "in blocks, " + sent + " sent");
            Thread.sleep(WATCH_MILLIS);
        }
    }

    private synchronized int refused() {
        return refusals.values().stream().mapToInt(Integer::intValue).sum();
    }

    private Void send(URI node) throws IOException, InterruptedException {
        try (PlainHttp http = new PlainHttp(node)) {
            while (!over) {
                if (sent.get() - included.get() - refused() > limits.window) {
                    Thread.sleep(FULL_MILLIS);
                    continue;
                }
                int index = next.getAndIncrement();
                if (index >= bodies.size()) {
                    break;
                }
                sent.addAndGet(Math.min(limits.batch, transactions.size() - index * limits.batch));
                note(JSON.readTree(http.post(bodies.get(index))));
            }
        }
        return null;
    }

    private synchronized void note(JsonNode answers) throws IOException {
        if (!answers.isArray()) {
            throw new IOException("the node refuses a batch: " + answers);
        }
        for (JsonNode answer : answers) {
            if (answer.hasNonNull("error")) {
                String reason = answer.path("error").path("message").asText();
                boolean isNew = !refusals.containsKey(reason) && refusals.size() >= REASONS_MAX;
                refusals.merge(isNew ? "other" : reason, 1, Integer::sum);
            }
        }
    }
}
