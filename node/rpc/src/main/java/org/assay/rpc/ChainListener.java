package org.assay.rpc;

import org.assay.chain.Blockchain;
import org.assay.primitives.block.RecoveredTransaction;

/// Hears of what is new. Called on the thread that makes it so, in order: it must not wait.
public interface ChainListener {
    /// A block became the head. Its logs are in its receipts.
    default void onHead(Blockchain.Stored block) {}

    /// A transaction came into the pool.
    default void onPending(RecoveredTransaction transaction) {}
}
