package org.assay.rpc.debug;

import org.assay.evm.Tracer;
import org.jspecify.annotations.Nullable;

/// Watches one transaction and says what it saw, in geth's shape.
public interface TransactionTracer {
    /// What is to be told of the execution.
    Tracer hooks();

    /// The answer, once the transaction has run. `gasUsed` after refunds.
    @Nullable Object result(long gasUsed);

    /// Makes a tracer for a transaction; options are read, and refused, before.
    interface Maker {
        TransactionTracer on(Subject subject);
    }
}
