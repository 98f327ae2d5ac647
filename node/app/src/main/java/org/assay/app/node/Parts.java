package org.assay.app.node;

import java.util.Optional;
import java.util.function.Supplier;
import org.assay.chain.Blockchain;
import org.assay.chain.Emissions;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.HeaderRules;
import org.assay.chain.PrologueRules;
import org.assay.chain.ProposalRules;
import org.assay.chain.pool.BlobShelf;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.TransactionPool;
import org.assay.consensus.Event;
import org.assay.p2p.PeerNetwork;
import org.assay.primitives.Address;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.storage.KeyValueStore;

/// What the parts of a node see of each other; all of it belongs to the node loop.
interface Parts {
    Blockchain chain();

    KeyValueStore store();

    TransactionPool pool();

    BlobShelf blobs();

    ProofDesk desk();

    PeerNetwork network();

    Sync sync();

    SnapshotDesk snapshots();

    HeaderRules headers();

    ProposalRules rules();

    /// Present on an Assay chain.
    Optional<PrologueRules> prologues();

    /// Present on an Assay chain.
    Optional<Emissions> emissions();

    /// Makes a checked block the head and tells everyone but consensus.
    default void append(Block sealed, ExecutedBlock executed) {
        append(sealed, executed, true);
    }

    /// Where not `synced`, a power failure may take the block back, with those after it.
    void append(Block sealed, ExecutedBlock executed, boolean synced);

    /// Runs `task` later on the loop, from any thread.
    void post(Runnable task);

    /// As [#post], before what others have posted.
    void postFirst(Runnable task);

    void blame(Address peer, String reason);

    /// Whether this node takes part in consensus.
    boolean isValidator();

    /// Gives consensus an event; nothing happens on a node without a key.
    void step(Event event);

    PoolAnswer addToPool(RecoveredTransaction recovered, Address from);

    /// With its blobs, which have been checked.
    PoolAnswer addToPool(RecoveredTransaction recovered, BlobSidecar sidecar, Address from);

    /// From any thread: the answer of the node loop.
    <T> T ask(Supplier<T> question);
}
