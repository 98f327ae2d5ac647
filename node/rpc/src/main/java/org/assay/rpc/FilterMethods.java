package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.RecoveredTransaction;
import org.jspecify.annotations.Nullable;

/// `eth_getLogs`, the filters that clients poll, and `eth_subscribe`.
final class FilterMethods implements Methods {
    /// A filter that nobody asks is forgotten after this time.
    private static final long UNUSED_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

    /// Transactions that wait in one filter; the oldest go first.
    private static final int PENDING_MAX = 10_000;

    private static final int ID_BYTES = 16;

    private final Backend backend;
    private final Blocks blocks;
    private final RpcLimits limits;
    private final Subscriptions subscriptions;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Filter> filters = new ConcurrentHashMap<>();
    private volatile boolean watchesPending;

    private enum Kind {
        LOGS,
        BLOCKS,
        PENDING
    }

    /// What a client polls. `next` is the first block it has not heard of.
    private static final class Filter {
        private final Kind kind;
        private final JsonNode criteria;
        private final ArrayDeque<Hash> pending = new ArrayDeque<>();
        private long next;
        private long usedNanos = System.nanoTime();

        private Filter(Kind kind, JsonNode criteria, long next) {
            this.kind = kind;
            this.criteria = criteria;
            this.next = next;
        }
    }

    FilterMethods(Backend backend, RpcLimits limits) {
        this.backend = backend;
        this.limits = limits;
        this.blocks = new Blocks(backend.chain());
        this.subscriptions = new Subscriptions(backend, limits);
        backend.listeners()
                .add(
                        new ChainListener() {
                            @Override
                            public void onPending(RecoveredTransaction transaction) {
                                if (watchesPending) {
                                    remember(transaction.transaction().hash());
                                }
                            }
                        });
    }

    private void remember(Hash hash) {
        for (Filter filter : filters.values()) {
            if (filter.kind == Kind.PENDING) {
                synchronized (filter) {
                    filter.pending.add(hash);
                    if (filter.pending.size() > PENDING_MAX) {
                        filter.pending.remove();
                    }
                }
            }
        }
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        methods.put(
                "eth_getLogs", params -> LogSearch.search(blocks, params.node(0), limits.work()));
        methods.put("eth_newFilter", this::newLogFilter);
        methods.put("eth_newBlockFilter", params -> add(Kind.BLOCKS, NOTHING));
        methods.put("eth_newPendingTransactionFilter", params -> add(Kind.PENDING, NOTHING));
        methods.put("eth_uninstallFilter", params -> uninstall(params.text(0)));
        methods.put("eth_getFilterChanges", this::changes);
        methods.put("eth_getFilterLogs", this::logs);
        methods.put("eth_subscribe", params -> subscriptions.subscribe(params, newId()));
        methods.put("eth_unsubscribe", params -> subscriptions.unsubscribe(params, params.text(0)));
        return methods;
    }

    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    private Object newLogFilter(Params params) {
        JsonNode criteria = params.has(0) ? params.node(0) : NOTHING;
        LogSearch.parse(criteria);
        return add(Kind.LOGS, criteria);
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        id[0] |= 0x10; // Some clients read it as a quantity, without leading zeros.
        return Bytes.wrap(id).toString();
    }

    private String add(Kind kind, JsonNode criteria) {
        forgetUnused();
        if (filters.size() >= limits.client().filtersMax()) {
            throw new RpcError(
                    RpcError.LIMIT_EXCEEDED,
                    "there are " + filters.size() + " filters already, which is the limit");
        }
        String id = newId();
        filters.put(id, new Filter(kind, criteria, backend.chain().head().number() + 1));
        watchesPending |= kind == Kind.PENDING;
        return id;
    }

    private void forgetUnused() {
        long now = System.nanoTime();
        filters.values()
                .removeIf(
                        filter -> {
                            synchronized (filter) {
                                return now - filter.usedNanos > UNUSED_NANOS_MAX;
                            }
                        });
        watchesPending = filters.values().stream().anyMatch(filter -> filter.kind == Kind.PENDING);
    }

    private boolean uninstall(String id) {
        return filters.remove(id) != null;
    }

    private Filter find(Params params) {
        Filter filter = filters.get(params.text(0));
        if (filter == null) {
            throw new RpcError(RpcError.SERVER_ERROR, "filter not found");
        }
        return filter;
    }

    private Object changes(Params params) {
        Filter filter = find(params);
        synchronized (filter) {
            filter.usedNanos = System.nanoTime();
            if (filter.kind == Kind.PENDING) {
                List<String> hashes = filter.pending.stream().map(Hash::toString).toList();
                filter.pending.clear();
                return hashes;
            }
            long head = backend.chain().head().number();
            // A developer's chain may have been taken back.
            long from = Math.min(filter.next, head + 1);
            from = Math.max(from, head + 1 - limits.work().logRangeBlocksMax());
            Object found =
                    filter.kind == Kind.BLOCKS
                            ? hashes(from, head)
                            : LogSearch.parse(filter.criteria)
                                    .between(blocks, from, head, limits.work());
            filter.next = head + 1;
            return found;
        }
    }

    private List<String> hashes(long from, long to) {
        List<String> hashes = new ArrayList<>();
        for (long number = from; number <= to; number++) {
            hashes.add(backend.chain().hashOf(number).toString());
        }
        return hashes;
    }

    private Object logs(Params params) {
        Filter filter = find(params);
        if (filter.kind != Kind.LOGS) {
            throw new RpcError(RpcError.SERVER_ERROR, "filter not found: it is not one of logs");
        }
        synchronized (filter) {
            filter.usedNanos = System.nanoTime();
        }
        return LogSearch.search(blocks, filter.criteria, limits.work());
    }
}
