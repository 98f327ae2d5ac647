package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.assay.chain.Blockchain;
import org.assay.evm.BlockContext;
import org.assay.evm.JournaledState;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.TrialRun;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.state.Account;
import org.assay.rpc.RpcError;
import org.assay.rpc.simulate.BlockOverrides;
import org.assay.rpc.simulate.CallArguments;
import org.assay.rpc.simulate.CallContexts;
import org.assay.rpc.simulate.OverlaidState;
import org.assay.rpc.simulate.Refusals;
import org.assay.rpc.simulate.StateOverrides;
import org.jspecify.annotations.Nullable;

/// `debug_traceCall`: a call on the state after a block, or before one of its transactions, with
/// overrides.
public final class TraceCall {
    private final Blockchain chain;
    private final Replay replay;

    public TraceCall(Blockchain chain) {
        this.chain = chain;
        this.replay = new Replay(chain);
    }

    /// `config` may have stateOverrides, blockOverrides and txIndex.
    public @Nullable Object trace(
            JsonNode call,
            long number,
            JsonNode config,
            TransactionTracer.Maker maker,
            long deadlineNanos) {
        CallArguments arguments = CallArguments.read(call, chain.spec().chainId());
        Block block = replay.blockAt(number);
        OverlaidState state = state(block, config);
        StateOverrides overrides = StateOverrides.read(config.path("stateOverrides"));
        BlockContext context =
                BlockOverrides.read(config.path("blockOverrides")).on(context(block));
        Precompiles precompiles = overrides.precompiles(Precompiles.forFork(context.fork()));
        state.add(overrides.changes(state));
        long gas = arguments.gasWithin(CallContexts.GAS_MAX);
        TransactionBody body = arguments.body(chain.spec().chainId(), gas, 0);
        Account account = state.account(arguments.from());
        JournaledState journal = new JournaledState(state);
        journal.fixPrecompiles(precompiles);
        BlockContext free = CallContexts.freeOfFees(context, body);
        Subject subject =
                new Subject(free, arguments.from(), body, state, journal, Optional.empty(), 0);
        TransactionTracer tracer = maker.on(subject);
        TransactionOutcome outcome =
                TrialRun.run(
                        journal,
                        free,
                        body,
                        arguments.from(),
                        TrialRun.Checks.CALL,
                        gas,
                        DeadlineTracer.around(tracer.hooks(), deadlineNanos));
        return switch (outcome) {
            case TransactionOutcome.Refused refused ->
                    throw new RpcError(
                            RpcError.SERVER_ERROR,
                            "tracing failed: "
                                    + Refusals.words(
                                            refused.reason(),
                                            body,
                                            arguments.from(),
                                            account,
                                            free));
            case TransactionOutcome.Executed executed -> tracer.result(executed.gasUsed());
        };
    }

    private OverlaidState state(Block block, JsonNode config) {
        if (!config.hasNonNull("txIndex")) {
            return new OverlaidState(replay.stateAt(block.header().number()));
        }
        long index = org.assay.rpc.Params.quantity(config.get("txIndex"), "txIndex").w3();
        if (index < 0 || index > block.transactions().size()) {
            throw new RpcError(
                    RpcError.SERVER_ERROR,
                    "transaction index "
                            + index
                            + " out of range for block "
                            + chain.hashing().hashOf(block.header()));
        }
        return replay.until(block, (int) index).state();
    }

    /// A call in the next block's place may ask for the hash of this one.
    private BlockContext context(Block block) {
        BlockContext context = chain.contexts().of(block.header());
        Hash hash = chain.hashing().hashOf(block.header());
        long number = block.header().number();
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
                context.blobBaseFee(),
                context.blobs(),
                asked -> asked == number ? hash : chain.hashOf(asked));
    }
}
