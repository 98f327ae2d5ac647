package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.assay.chain.Blockchain;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.RecoveredTransaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `eth_subscribe`: pushes new heads, logs, transactions and the state of synchronisation. Events
/// are turned into text on a thread of their own, never on the node's.
final class Subscriptions implements ChainListener {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    /// Events that may wait for the writing thread; further ones are lost.
    private static final int WAITING_MAX = 1 << 16;

    private final Backend backend;
    private final RpcLimits limits;
    private final Map<String, Subscription> active = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor writer;
    private volatile boolean wasSyncing;

    private enum Kind {
        HEADS,
        LOGS,
        HASHES,
        TRANSACTIONS,
        SYNCING
    }

    private record Subscription(
            String id, Caller.Push push, Kind kind, @Nullable LogSearch search) {}

    Subscriptions(Backend backend, RpcLimits limits) {
        this.backend = backend;
        this.limits = limits;
        this.writer =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(WAITING_MAX),
                        Thread.ofVirtual().name("rpc-notifications").factory(),
                        (lost, pool) -> LOG.warn("a notification is lost: too many wait"));
        this.writer.allowCoreThreadTimeOut(true);
        backend.listeners().add(this);
    }

    String subscribe(Params params, String id) {
        Caller.Push push =
                params.caller()
                        .push()
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.METHOD_NOT_FOUND,
                                                "notifications not supported: use WebSocket"));
        String name = params.text(0);
        if (active.size() >= limits.client().filtersMax()) {
            throw new RpcError(RpcError.LIMIT_EXCEEDED, "too many subscriptions");
        }
        Subscription subscription =
                switch (name) {
                    case "newHeads" -> new Subscription(id, push, Kind.HEADS, null);
                    case "logs" ->
                            new Subscription(
                                    id,
                                    push,
                                    Kind.LOGS,
                                    LogSearch.parse(
                                            params.optional(1)
                                                    .orElse(
                                                            JsonNodeFactory.instance
                                                                    .objectNode())));
                    case "newPendingTransactions" ->
                            new Subscription(
                                    id,
                                    push,
                                    isFull(params) ? Kind.TRANSACTIONS : Kind.HASHES,
                                    null);
                    case "syncing" -> new Subscription(id, push, Kind.SYNCING, null);
                    default ->
                            throw new RpcError(
                                    RpcError.METHOD_NOT_FOUND,
                                    "no \"" + name + "\" subscription in eth namespace");
                };
        active.put(id, subscription);
        push.onClose(closed -> active.remove(id));
        if (subscription.kind() == Kind.SYNCING) {
            send(subscription, EthMethods.syncing(backend));
        }
        return id;
    }

    private static boolean isFull(Params params) {
        JsonNode flag = params.optional(1).orElse(JsonNodeFactory.instance.booleanNode(false));
        if (!flag.isBoolean()) {
            throw RpcError.invalidParams("argument 1 is not a boolean");
        }
        return flag.asBoolean();
    }

    /// True where the caller's connection had this subscription.
    boolean unsubscribe(Params params, String id) {
        Subscription subscription = active.get(id);
        if (subscription == null
                || params.caller().push().filter(subscription.push()::equals).isEmpty()) {
            throw new RpcError(RpcError.SERVER_ERROR, "subscription not found");
        }
        return active.remove(id) != null;
    }

    @Override
    public void onHead(Blockchain.Stored block) {
        if (!active.isEmpty()) {
            writer.execute(() -> writeHead(block));
        }
    }

    @Override
    public void onPending(RecoveredTransaction transaction) {
        if (!active.isEmpty()) {
            writer.execute(() -> writePending(transaction));
        }
    }

    private void writeHead(Blockchain.Stored block) {
        toAll(Kind.HEADS, () -> Views.header(block.block().header(), block.hash()));
        for (Subscription subscription : of(subscription -> subscription.kind() == Kind.LOGS)) {
            LogSearch search = subscription.search();
            List<Map<String, Object>> found = new ArrayList<>();
            if (search != null) {
                search.collect(block, found);
            }
            found.forEach(log -> send(subscription, log));
        }
        boolean isSyncing = backend.syncTarget().isPresent();
        if (isSyncing != wasSyncing) {
            wasSyncing = isSyncing;
            toAll(Kind.SYNCING, () -> EthMethods.syncing(backend));
        }
    }

    private void writePending(RecoveredTransaction transaction) {
        toAll(Kind.HASHES, () -> transaction.transaction().hash().toString());
        toAll(
                Kind.TRANSACTIONS,
                () -> Views.transaction(transaction, null, null, -1, UInt256.ZERO));
    }

    private List<Subscription> of(Predicate<Subscription> wanted) {
        return active.values().stream().filter(wanted).toList();
    }

    private void toAll(Kind kind, Supplier<Object> result) {
        List<Subscription> wanted = of(subscription -> subscription.kind() == kind);
        if (!wanted.isEmpty()) {
            Object made = result.get();
            wanted.forEach(subscription -> send(subscription, made));
        }
    }

    private void send(Subscription subscription, Object result) {
        byte[] text = RpcHandler.notification(subscription.id(), result);
        if (!subscription.push().send(text)) {
            active.remove(subscription.id());
        }
    }
}
