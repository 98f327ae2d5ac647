package org.assay.rpc.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assay.chain.BaseFee;
import org.assay.chain.Blockchain;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.rpc.RpcError;
import org.assay.storage.state.PreparedState;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// One run of `eth_simulateV1`: the chain of simulated blocks so far and its state. One thread.
final class Simulation {
    final Blockchain chain;
    final SimulateMethods.Options options;

    /// By [System#nanoTime].
    final long deadlineNanos;

    /// Gas that all calls together may still use.
    long gasLeft = CallContexts.GAS_MAX;

    private final Header base;
    private final List<Header> headers = new ArrayList<>();
    private StateView state;
    private @Nullable PreparedState prepared;

    /// Throws [RpcError] where the state of `base` is pruned.
    Simulation(Blockchain chain, Header base, SimulateMethods.Options options, long deadlineNanos) {
        this.chain = chain;
        this.deadlineNanos = deadlineNanos;
        this.base = base;
        this.options = options;
        this.state =
                chain.stateAt(base.number())
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.SERVER_ERROR,
                                                "the state of block "
                                                        + base.number()
                                                        + " is pruned: this node keeps the"
                                                        + " states of blocks "
                                                        + chain.world().oldestNumber()
                                                        + " to "
                                                        + chain.head().number()));
    }

    List<Map<String, Object>> run(List<SimulateMethods.Request> requests) {
        List<Map<String, Object>> results = new ArrayList<>();
        for (SimulateMethods.Request request : requests) {
            Header draft = draft(request);
            BlockContext context = context(draft, request);
            Precompiles moved = request.state().precompiles(Precompiles.forFork(context.fork()));
            SimulatedBlock block = new SimulatedBlock(this, draft, context, state, moved);
            results.add(block.run(request));
            headers.add(block.header());
        }
        return results;
    }

    private Header parent() {
        return headers.isEmpty() ? base : headers.getLast();
    }

    private Hash parentHash() {
        return headers.isEmpty() ? chain.hashing().hashOf(base) : headers.getLast().hash();
    }

    /// The header as far as it is known before the calls run.
    private Header draft(SimulateMethods.Request request) {
        Header parent = parent();
        BlockOverrides overrides = request.overrides();
        boolean merged = parent.difficulty().isZero();
        Fork fork = chain.spec().forks().forkAt(request.number(), request.time(), merged);
        boolean cancun = fork.isAtLeast(Fork.CANCUN);
        UInt256 baseFee = null;
        if (fork.isAtLeast(Fork.LONDON)) {
            UInt256 usual =
                    options.validation()
                            ? BaseFee.ofChild(chain.spec(), parent, fork)
                            : UInt256.ZERO;
            baseFee = overrides.baseFeePerGas().orElse(usual);
        }
        return new Header(
                parentHash(),
                Header.NO_OMMERS,
                overrides.feeRecipient().orElse(parent.coinbase()),
                Hash.ZERO,
                TrieRoot.EMPTY,
                TrieRoot.EMPTY,
                Bloom.EMPTY,
                overrides.difficulty().orElse(merged ? UInt256.ZERO : parent.difficulty()),
                request.number(),
                overrides.gasLimit().orElse(parent.gasLimit()),
                0,
                request.time(),
                org.assay.primitives.Bytes.EMPTY,
                overrides.prevRandao().orElse(Hash.ZERO),
                0,
                baseFee,
                fork.isAtLeast(Fork.SHANGHAI) ? TrieRoot.EMPTY : null,
                cancun ? 0L : null,
                cancun ? excessBlobGas(parent, fork, request.time()) : null,
                cancun ? overrides.beaconRoot().orElse(Hash.ZERO) : null,
                null);
    }

    private @Nullable Long excessBlobGas(Header parent, Fork fork, long time) {
        boolean first = !chain.contexts().forkOf(parent).isAtLeast(Fork.CANCUN);
        return first ? (Long) 0L : chain.contexts().childExcessBlobGas(parent, fork, time);
    }

    private BlockContext context(Header draft, SimulateMethods.Request request) {
        BlockContext context = chain.contexts().of(draft);
        return new BlockContext(
                context.fork(),
                context.chainId(),
                context.number(),
                context.timestamp(),
                context.coinbase(),
                context.baseFeePerGas(),
                context.prevRandao(),
                context.difficulty(),
                context.gasLimit(),
                request.overrides().blobBaseFee().orElse(context.blobBaseFee()),
                context.blobs(),
                this::hashOf);
    }

    private Hash hashOf(long number) {
        if (number <= base.number()) {
            return chain.hashOf(number);
        }
        long index = number - base.number() - 1;
        return index < headers.size() ? headers.get((int) index).hash() : Hash.ZERO;
    }

    /// Adds a block's changes; the state root after them. Throws [IllegalStateException] where
    /// the chain's head moved on meanwhile.
    Hash rootAfter(StateDiff diff) {
        PreparedState before = prepared;
        if (before == null && base.number() < chain.world().headNumber()) {
            before = chain.world().prepareRewind(base.number());
        }
        PreparedState after =
                before == null ? chain.world().prepare(diff) : chain.world().prepare(before, diff);
        prepared = after;
        state = after;
        return after.stateRoot();
    }
}
