package org.assay.rpc.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.assay.chain.BlockRewards;
import org.assay.chain.Blockchain;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.rpc.Blocks;
import org.assay.rpc.Methods;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.assay.rpc.debug.FlatCallTracer;
import org.assay.rpc.debug.Replay;
import org.assay.rpc.debug.TraceCall;
import org.assay.rpc.debug.TraceLimits;
import org.assay.rpc.debug.TransactionTracer;
import org.jspecify.annotations.Nullable;

/// The `trace_` namespace of OpenEthereum: calls as flat lists. Rewards are traced where there
/// are any: in blocks of proof of work.
public final class TraceMethods implements Methods {
    /// Blocks of one `trace_filter`.
    private static final long FILTER_BLOCKS_MAX = 1_000;

    /// Traces of one `trace_filter`.
    private static final int FILTER_TRACES_MAX = 10_000;

    private static final TransactionTracer.Maker FLAT =
            subject -> new FlatCallTracer(subject, FlatCallTracer.Options.PARITY);

    private final Blockchain chain;
    private final Blocks blocks;
    private final Replay replay;

    public TraceMethods(Blockchain chain) {
        this.chain = chain;
        this.blocks = new Blocks(chain);
        this.replay = new Replay(chain);
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new TreeMap<>();
        methods.put("trace_block", this::block);
        methods.put("trace_transaction", this::transaction);
        methods.put("trace_get", this::get);
        methods.put("trace_filter", this::filter);
        methods.put("trace_replayTransaction", this::replayTransaction);
        methods.put("trace_replayBlockTransactions", this::replayBlock);
        methods.put("trace_call", this::call);
        return methods;
    }

    private static long deadline() {
        return TraceLimits.deadline(MissingNode.getInstance());
    }

    private @Nullable Object block(Params params) {
        params.node(0);
        Optional<Long> number = blocks.number(params.optional(0));
        return number.isEmpty() ? null : tracesOf(number.get(), deadline());
    }

    /// Of block 0 nothing is traced: it has no transactions.
    private List<Map<String, Object>> tracesOf(long number, long deadlineNanos) {
        List<Map<String, Object>> traces = new ArrayList<>();
        if (number == 0) {
            return traces;
        }
        Block block = replay.blockAt(number);
        for (Replay.Traced traced : replay.block(block, FLAT, deadlineNanos)) {
            addAll(traces, traced.result());
        }
        addRewards(traces, block);
        return traces;
    }

    @SuppressWarnings("unchecked")
    private static void addAll(List<Map<String, Object>> traces, @Nullable Object flat) {
        traces.addAll((List<Map<String, Object>>) java.util.Objects.requireNonNull(flat));
    }

    private void addRewards(List<Map<String, Object>> traces, Block block) {
        Header header = block.header();
        Fork fork = chain.contexts().forkOf(header);
        if (chain.spec().qbft().isPresent()) {
            UInt256 wei = chain.contexts().rewardWeiOf(header);
            if (!wei.isZero() && header.number() > 0) {
                traces.add(reward(header, chain.contexts().beneficiaryOf(header), "block", wei));
            }
            return;
        }
        if (fork.isAtLeast(Fork.PARIS) || header.difficulty().isZero()) {
            return;
        }
        UInt256 paid = BlockRewards.ofBlock(fork, block.ommers());
        traces.add(reward(header, header.coinbase(), "block", paid));
        for (Header ommer : block.ommers()) {
            UInt256 share = BlockRewards.ofOmmer(fork, ommer, header.number());
            traces.add(reward(header, ommer.coinbase(), "uncle", share));
        }
    }

    private Map<String, Object> reward(Header header, Address author, String kind, UInt256 wei) {
        Map<String, Object> action = new LinkedHashMap<>();
        action.put("author", author.toString());
        action.put("rewardType", kind);
        action.put("value", wei.toQuantity());
        Map<String, Object> trace = new LinkedHashMap<>();
        trace.put("action", action);
        trace.put("blockHash", chain.hashing().hashOf(header).toString());
        trace.put("blockNumber", header.number());
        trace.put("subtraces", 0);
        trace.put("traceAddress", List.of());
        trace.put("type", "reward");
        return trace;
    }

    private @Nullable List<Map<String, Object>> flatOf(Hash hash) {
        Optional<Blockchain.Place> place = chain.placeOf(hash);
        if (place.isEmpty()) {
            return null;
        }
        List<Map<String, Object>> traces = new ArrayList<>();
        addAll(traces, replay.transaction(place.get(), FLAT, deadline()));
        return traces;
    }

    private @Nullable Object transaction(Params params) {
        return flatOf(params.hash(0));
    }

    /// The trace at an address in the tree of calls.
    private @Nullable Object get(Params params) {
        List<Integer> address = new ArrayList<>();
        for (JsonNode index : params.node(1)) {
            UInt256 number = Params.quantity(index, "trace address");
            address.add((int) number.min(UInt256.of(Integer.MAX_VALUE)).w3());
        }
        List<Map<String, Object>> traces = flatOf(params.hash(0));
        if (traces == null) {
            return null;
        }
        return traces.stream()
                .filter(trace -> address.equals(trace.get("traceAddress")))
                .findFirst()
                .orElse(null);
    }

    private Object filter(Params params) {
        JsonNode object = params.node(0);
        TraceFilter filter = TraceFilter.read(object);
        long from = height(object, "fromBlock", 0);
        long to = height(object, "toBlock", chain.head().number());
        if (to - from >= FILTER_BLOCKS_MAX) {
            throw new RpcError(
                    RpcError.LIMIT_EXCEEDED,
                    "trace_filter looks at "
                            + FILTER_BLOCKS_MAX
                            + " blocks at a time, not "
                            + (to - from + 1));
        }
        long deadlineNanos = deadline();
        List<Map<String, Object>> found = new ArrayList<>();
        long seen = 0;
        for (long number = from; number <= to; number++) {
            for (Map<String, Object> trace : tracesOf(number, deadlineNanos)) {
                if (!filter.matches(trace) || seen++ < filter.after()) {
                    continue;
                }
                if (found.size() >= filter.count()) {
                    return found;
                }
                if (found.size() == FILTER_TRACES_MAX) {
                    throw new RpcError(
                            RpcError.LIMIT_EXCEEDED,
                            "more than " + FILTER_TRACES_MAX + " traces: use after and count");
                }
                found.add(trace);
            }
        }
        return found;
    }

    private long height(JsonNode object, String key, long otherwise) {
        if (!object.hasNonNull(key)) {
            return otherwise;
        }
        return blocks.number(Optional.of(object.get(key)))
                .orElseThrow(() -> new RpcError(RpcError.SERVER_ERROR, key + ": block not found"));
    }

    private @Nullable Object replayTransaction(Params params) {
        TransactionTracer.Maker maker = maker(params.node(1));
        return replay.transaction(
                chain.placeOf(params.hash(0))
                        .orElseThrow(
                                () -> new RpcError(RpcError.SERVER_ERROR, "transaction not found")),
                maker,
                deadline());
    }

    private static TransactionTracer.Maker maker(JsonNode parts) {
        ReplayTracer.Parts wanted = ReplayTracer.Parts.read(parts);
        return subject -> new ReplayTracer(subject, wanted);
    }

    private Object replayBlock(Params params) {
        TransactionTracer.Maker maker = maker(params.node(1));
        long number = blocks.require(params.optional(0));
        List<Map<String, @Nullable Object>> results = new ArrayList<>();
        if (number == 0) {
            return results;
        }
        for (Replay.Traced traced : replay.block(replay.blockAt(number), maker, deadline())) {
            @SuppressWarnings("unchecked")
            Map<String, @Nullable Object> result =
                    (Map<String, @Nullable Object>)
                            java.util.Objects.requireNonNull(traced.result());
            result.put("transactionHash", traced.transactionHash().toString());
            results.add(result);
        }
        return results;
    }

    private @Nullable Object call(Params params) {
        TransactionTracer.Maker maker = maker(params.node(1));
        long number = blocks.require(params.optional(2));
        return new TraceCall(chain)
                .trace(params.node(0), number, MissingNode.getInstance(), maker, deadline());
    }
}
