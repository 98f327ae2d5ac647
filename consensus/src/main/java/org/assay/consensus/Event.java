package org.assay.consensus;

import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.crypto.Signature;

/// What can happen to [Qbft]. Answers to effects name what they answer; late ones are ignored.
public sealed interface Event {
    /// First of all events, once a process. `watermark` and `lock` as last persisted; `recent`
    /// are the latest headers up to `head` (256 of them is plenty): where one of them carries a
    /// seal or the coinbase of the local key above the watermark, the disk is an old copy, and
    /// the key sits out the height after `head`.
    record Start(
            Head head, Optional<Watermark> watermark, Optional<Lock> lock, List<QbftHeader> recent)
            implements Event {}

    /// The chain has a new head: by [Effect.Append], or by sync, which brought the blocks of
    /// `synced`, the head's among them.
    record NewHead(Head head, List<QbftHeader> synced) implements Event {}

    /// Answers [Effect.StartBlockTimer]. `workWaiting`: whether a block built now would be other
    /// than empty; read only where the height spaces out empty blocks.
    record BlockTimerExpired(long height, long nowMillis, boolean workWaiting) implements Event {}

    /// Answers [Effect.StartRoundTimer].
    record RoundTimerExpired(long height, int round) implements Event {}

    /// `from` is the validator at the other end of the connection, not always the author.
    record MessageReceived(Address from, Envelope envelope) implements Event {}

    /// Answers [Effect.BuildBlock]. The block's extraData needs vanity, validators and vote; its
    /// round and seals are set here.
    record BlockBuilt(long height, int round, ProposedBlock block) implements Event {}

    /// Answers [Effect.Validate], with its block.
    record Validated(long height, ProposedBlock block, Verdict verdict) implements Event {}

    /// Answers [Effect.Sign]. A signer that fails just never answers.
    record Signed(long id, Signature signature) implements Event {}

    /// A connection to `peer` is up: it is told what this node last said at this height.
    record PeerConnected(Address peer) implements Event {}
}
