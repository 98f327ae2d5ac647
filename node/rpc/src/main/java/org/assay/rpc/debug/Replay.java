package org.assay.rpc.debug;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.chain.Blockchain;
import org.assay.evm.BlockContext;
import org.assay.evm.JournaledState;
import org.assay.evm.SystemCalls;
import org.assay.evm.Tracer;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.state.StateView;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// Runs the transactions of known blocks again, on the state of the parent: system calls and
/// everything before included, as the block's execution had them.
public final class Replay {
    private final Blockchain chain;

    public Replay(Blockchain chain) {
        this.chain = chain;
    }

    /// What a tracer made of one transaction of a block.
    public record Traced(Hash transactionHash, @Nullable Object result) {
        Map<String, @Nullable Object> view() {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("txHash", transactionHash.toString());
            object.put("result", result);
            return object;
        }
    }

    /// The block at `number`; throws [RpcError] where there is none.
    public Block blockAt(long number) {
        return chain.blockAt(number)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR, "block #" + number + " not found"));
    }

    /// Traces all transactions of `block`, whose parent is in the chain.
    public List<Traced> block(Block block, TransactionTracer.Maker maker, long deadlineNanos) {
        TracedRun run = before(block);
        Hash hash = chain.hashing().hashOf(block.header());
        List<Traced> results = new ArrayList<>();
        for (int i = 0; i < block.transactions().size(); i++) {
            Transaction transaction = block.transactions().get(i);
            Subject.Place place = new Subject.Place(hash, transaction.hash(), i);
            results.add(
                    new Traced(
                            transaction.hash(),
                            run.trace(
                                    recovered(transaction),
                                    Optional.of(place),
                                    maker,
                                    deadlineNanos)));
        }
        return results;
    }

    /// Traces the transaction at `place`.
    public @Nullable Object transaction(
            Blockchain.Place place, TransactionTracer.Maker maker, long deadlineNanos) {
        Block block = blockAt(place.number());
        TracedRun run = until(block, place.index());
        Transaction transaction = block.transactions().get(place.index());
        Hash hash = chain.hashing().hashOf(block.header());
        return run.trace(
                recovered(transaction),
                Optional.of(new Subject.Place(hash, transaction.hash(), place.index())),
                maker,
                deadlineNanos);
    }

    /// `block` in the making, before its transaction `index`.
    TracedRun until(Block block, int index) {
        TracedRun run = before(block);
        for (Transaction transaction : block.transactions().subList(0, index)) {
            run.skip(recovered(transaction));
        }
        return run;
    }

    private TracedRun before(Block block) {
        Header header = block.header();
        if (header.number() == 0) {
            throw new RpcError(RpcError.SERVER_ERROR, "genesis is not traceable");
        }
        StateView parent = stateAt(header.number() - 1);
        BlockContext context = chain.contexts().of(header);
        TracedRun run = new TracedRun(parent, context);
        JournaledState journal = new JournaledState(run.state());
        SystemCalls.beforeTransactions(
                journal, context, header.parentHash(), header.parentBeaconBlockRoot(), Tracer.NONE);
        run.state().add(journal.diff());
        return run;
    }

    /// The state after block `number`; throws [RpcError] naming the window where it is pruned.
    StateView stateAt(long number) {
        return chain.stateAt(number)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "the state of block "
                                                + number
                                                + " is pruned: this node keeps the states of"
                                                + " blocks "
                                                + chain.world().oldestNumber()
                                                + " to "
                                                + chain.head().number()
                                                + "; an archive node keeps all"));
    }

    private static RecoveredTransaction recovered(Transaction transaction) {
        return transaction
                .recoverAnyS()
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "invalid signature of transaction " + transaction.hash()));
    }
}
