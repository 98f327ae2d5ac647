package org.assay.evm;

import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.state.StateView;

/// Applies one transaction (YP §6): checks it, buys gas, runs it, refunds and pays.
public final class Transition {
    private Transition() {}

    /// On a state of its own. `gasAvailableInBlock`: the block's gas limit less what is used.
    public static TransactionOutcome apply(
            StateView state,
            BlockContext block,
            RecoveredTransaction transaction,
            long gasAvailableInBlock,
            Tracer tracer) {
        JournaledState journal = new JournaledState(state);
        return switch (apply(journal, block, transaction, gasAvailableInBlock, tracer)) {
            case TransactionOutcome.Executed e ->
                    new TransactionOutcome.Executed(
                            journal.diff(),
                            e.gasUsed(),
                            e.gasSpent(),
                            e.halt(),
                            e.output(),
                            e.logs(),
                            e.created(),
                            e.effectiveGasPrice(),
                            e.blobGasUsed(),
                            e.burnedWei());
            case TransactionOutcome.Refused refused -> refused;
        };
    }

    /// On a state that outlives the transaction: the changes stay in `state`, and `diff` of the
    /// outcome is empty. A refusal leaves `state` as it was.
    public static TransactionOutcome apply(
            JournaledState state,
            BlockContext block,
            RecoveredTransaction transaction,
            long gasAvailableInBlock,
            Tracer tracer) {
        return Stub.notYet("Transition");
    }
}
