package org.assay.app.node;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.assay.chain.ChainHead;
import org.assay.rpc.Backend;
import org.assay.rpc.HttpRoute;

/// `/metrics`: what a node does, in Prometheus' text format (version 0.0.4). Read when asked for,
/// so that it costs nothing in between.
public final class Metrics {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Node node;
    private final StringBuilder text = new StringBuilder();

    private Metrics(Node node) {
        this.node = node;
    }

    /// The page, to be served beside JSON-RPC.
    public static HttpRoute route(Node node) {
        return HttpRoute.of("/metrics", query -> HttpRoute.Page.of(200, CONTENT_TYPE, write(node)));
    }

    static String write(Node node) {
        Metrics metrics = new Metrics(node);
        metrics.chain();
        metrics.process();
        return metrics.text.toString();
    }

    private void chain() {
        ChainHead head = node.chain().head();
        gauge("assay_head_block", "Height of the last final block.", head.number());
        gauge(
                "assay_head_timestamp_seconds",
                "Timestamp of the last final block, since 1970.",
                head.header().timestamp());
        gauge(
                "assay_head_transactions",
                "Transactions in the last final block.",
                head.block().transactions().size());
        gauge("assay_head_gas_used", "Gas used by the last final block.", head.header().gasUsed());
        gauge("assay_validators", "Validators of the next height.", head.nextValidators().size());
        gauge("assay_peers", "Connected peers.", node.peerCount());
        Optional<Long> target = node.syncTarget();
        gauge(
                "assay_sync_target_block",
                "The height this node catches up to; its own while it is not behind.",
                target.orElse(head.number()));
        gauge(
                "assay_pool_transactions",
                "Transactions that wait.",
                node.poolContent().values().stream().mapToLong(List::size).sum());
        gauge("assay_consensus_round", "Round of the height being decided.", node.round());
        Backend.VerifierLoad load = node.verifierLoad();
        counter("assay_proofs_checked_total", "Proofs checked since the start.", load.proofs());
        counter(
                "assay_verifier_busy_milliseconds_total",
                "Time spent on checking proofs.",
                load.busyNanos() / 1_000_000);
    }

    private void process() {
        var memory = ManagementFactory.getMemoryMXBean();
        gauge("jvm_heap_used_bytes", "Heap in use.", memory.getHeapMemoryUsage().getUsed());
        gauge("jvm_heap_max_bytes", "Heap at most.", memory.getHeapMemoryUsage().getMax());
        gauge(
                "jvm_threads",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(
                "process_start_time_seconds",
                "Start of the process, since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1_000);
    }

    private void gauge(String name, String help, long value) {
        sample(name, help, "gauge", Long.toString(value));
    }

    private void counter(String name, String help, long value) {
        sample(name, help, "counter", Long.toString(value));
    }

    private void sample(String name, String help, String type, String value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append(name).append(' ').append(value).append('\n');
    }
}
