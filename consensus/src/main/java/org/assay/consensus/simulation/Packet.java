package org.assay.consensus.simulation;

import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Bytes;

/// What travels between simulated nodes.
sealed interface Packet {
    record Consensus(Envelope envelope) implements Packet {}

    /// A sealed block: eth NewBlock, or the answer to a request.
    record NewBlock(ProposedBlock block) implements Packet {}

    /// Asks for the blocks above `height`.
    record BlocksAbove(long height) implements Packet {}

    /// A client's transaction, in its network form.
    record Submitted(Bytes transaction) implements Packet {}

    /// A connection has come up.
    record Hello(long headHeight) implements Packet {}
}
