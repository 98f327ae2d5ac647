package org.assay.rpc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.chain.SupplyAudit;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.TransactionPool;
import org.assay.consensus.PendingVotes;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;

/// What JSON-RPC needs of a node. Safe for many threads.
public interface Backend {
    Blockchain chain();

    /// Offers a transaction to the pool and, when it is new, to the peers.
    PoolAnswer submit(RecoveredTransaction transaction);

    /// Offers a blob transaction with its blobs, which have been checked.
    default PoolAnswer submit(RecoveredTransaction transaction, BlobSidecar sidecar) {
        return submit(transaction);
    }

    /// Offers many, in order, in one go.
    default List<PoolAnswer> submitAll(List<RecoveredTransaction> transactions) {
        return transactions.stream().map(this::submit).toList();
    }

    /// Where to register for new heads and transactions.
    ChainListeners listeners();

    Optional<Transaction> pooled(Hash hash);

    /// The nonce after the sender's unbroken run of waiting transactions.
    long pendingNonce(Address sender);

    /// Why a transaction is not in a block.
    String explain(Hash hash);

    Map<Address, List<TransactionPool.Entry>> poolContent();

    /// Hands in a proof's sidecar; answers what is wrong with it, or nothing.
    Optional<String> submitSidecar(Hash commitId, Bytes sidecar);

    Optional<Bytes> sidecar(Hash sidecarRoot);

    /// Hands in a job's inputs; answers what is wrong with them, or nothing.
    Optional<String> submitInputs(Hash jobId, Bytes inputs);

    Optional<Bytes> inputs(Hash jobId);

    /// Proofs checked since the start, and the nanoseconds spent on them.
    VerifierLoad verifierLoad();

    record VerifierLoad(long proofs, long busyNanos) {}

    /// What this node's verifier said about a commit, in words.
    Optional<String> verdictDetail(Hash commitId);

    /// The supply by the ledgers against the sum of all balances, after block `number`; empty
    /// where its state is pruned or not yet there.
    Optional<SupplyAudit> audit(long number);

    int peerCount();

    /// What the node says of itself, as `admin_nodeInfo` words it.
    default Map<String, Object> nodeInfo() {
        return Map.of("name", NetMethods.version());
    }

    /// The connected peers, as `admin_peers` words them.
    default List<Map<String, Object>> peers() {
        return List.of();
    }

    /// Adds a peer to those that the node keeps a connection to. Throws [RpcError] for what is
    /// no enode URL, or where the node takes no more.
    default boolean addPeer(String enode) {
        throw new RpcError(
                RpcError.SERVER_ERROR,
                "not there yet: name peers with --static-peers at the start");
    }

    /// Takes a peer from those again; false where it was not among them.
    default boolean removePeer(String enode) {
        return false;
    }

    /// The height the node is catching up to, while it is behind.
    Optional<Long> syncTarget();

    /// Called once after the calls of a request or batch, before the answer goes out: a
    /// developer's chain mines here what was sent, so that it is in a block when the client hears
    /// of it.
    default void settle() {}

    /// Does `action` with the votes that this node's next blocks carry; the answer is the
    /// action's. A node without consensus has none to carry.
    default <T> T votes(Function<PendingVotes, T> action) {
        return action.apply(new PendingVotes());
    }

    /// The address of the node's key, where it has one.
    Optional<Address> validatorAddress();
}
