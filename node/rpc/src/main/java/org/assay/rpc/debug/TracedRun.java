package org.assay.rpc.debug;

import java.util.Optional;
import org.assay.evm.BlockContext;
import org.assay.evm.JournaledState;
import org.assay.evm.Tracer;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.Transition;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.state.StateView;
import org.assay.rpc.RpcError;
import org.assay.rpc.simulate.OverlaidState;
import org.jspecify.annotations.Nullable;

/// Runs transactions one after the other, each on a state of its own, so that a tracer can
/// compare before and after.
final class TracedRun {
    private final OverlaidState state;
    private final BlockContext block;
    private long gasUsed;
    private int logCount;

    TracedRun(StateView before, BlockContext block) {
        this.state = new OverlaidState(before);
        this.block = block;
    }

    OverlaidState state() {
        return state;
    }

    /// Runs the block's next transaction unwatched.
    void skip(RecoveredTransaction transaction) {
        JournaledState journal = new JournaledState(state);
        keep(journal, run(journal, transaction, Tracer.NONE));
    }

    /// Runs the block's next transaction; what the tracer made of it.
    @Nullable Object trace(
            RecoveredTransaction transaction,
            Optional<Subject.Place> place,
            TransactionTracer.Maker maker,
            long deadlineNanos) {
        JournaledState journal = new JournaledState(state);
        Subject subject =
                new Subject(
                        block,
                        transaction.sender(),
                        transaction.transaction().body(),
                        state,
                        journal,
                        place,
                        logCount);
        TransactionTracer tracer = maker.on(subject);
        Tracer hooks = DeadlineTracer.around(tracer.hooks(), deadlineNanos);
        TransactionOutcome.Executed outcome = run(journal, transaction, hooks);
        Object result = tracer.result(outcome.gasUsed());
        keep(journal, outcome);
        return result;
    }

    private TransactionOutcome.Executed run(
            JournaledState journal, RecoveredTransaction transaction, Tracer hooks) {
        long gasLeft = block.gasLimit() - gasUsed;
        return switch (Transition.apply(journal, block, transaction, gasLeft, hooks)) {
            case TransactionOutcome.Executed executed -> executed;
            case TransactionOutcome.Refused refused ->
                    throw new RpcError(
                            RpcError.SERVER_ERROR,
                            "tracing failed: transaction "
                                    + transaction.transaction().hash()
                                    + ": "
                                    + refused.reason());
        };
    }

    private void keep(JournaledState journal, TransactionOutcome.Executed outcome) {
        gasUsed += outcome.gasUsed();
        logCount += outcome.logs().size();
        state.add(journal.diff());
    }
}
