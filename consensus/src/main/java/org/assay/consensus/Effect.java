package org.assay.consensus;

import java.util.List;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;

/// What the node loop does for [Qbft], strictly in the order of the list: a `Persist…` is on disk
/// (fsync) before any effect after it is begun.
public sealed interface Effect {
    /// Build a block on `parent` for `round`; answered by [Event.BlockBuilt].
    record BuildBlock(long height, int round, Head parent) implements Effect {}

    /// Execute and check everything but justification; answered by [Event.Validated]. `fresh`:
    /// proposed for the first time by its coinbase, so that proposer-only rules on timestamps
    /// apply.
    record Validate(long height, int round, ProposedBlock block, boolean fresh) implements Effect {}

    /// Replace the persisted watermark.
    record PersistWatermark(Watermark watermark) implements Effect {}

    /// Replace the persisted lock.
    record PersistLock(Lock lock) implements Effect {}

    /// Sign `keccak256(message)` with the local validator key; answered by [Event.Signed]. The
    /// message and not its hash, because remote signers hash what they are sent. An effect and
    /// not an injected function, because the key may live in a remote signer: the loop goes on
    /// meanwhile, and the watermark is durable before the signer is even asked. The answer is an
    /// event of its own, stepped after the whole list that holds this request has been performed.
    record Sign(long id, Bytes message) implements Effect {
        public Hash digest() {
            return Keccak.hash256(message);
        }
    }

    /// Send the envelope's bytes to those of `recipients` that are connected.
    record Send(Envelope envelope, List<Address> recipients) implements Effect {}

    /// Replaces the block timer. `atMillis` since 1970, in the past perhaps: then at once.
    record StartBlockTimer(long height, long atMillis) implements Effect {}

    /// Replaces the round timer.
    record StartRoundTimer(long height, int round, long delayMillis) implements Effect {}

    /// Execute if need be (a restarted node may not have), store, and answer [Event.NewHead].
    record Append(FinalBlock block) implements Effect {}

    /// `peer` has shown that blocks up to `height` are final.
    record RequestSync(Address peer, long height) implements Effect {}

    /// `peer` still works on a height ≤ ours: send it the head (eth NewBlock).
    record PeerBehind(Address peer, long height) implements Effect {}

    /// `peer` has done what no honest validator does.
    record Blame(Address peer, Refusal reason) implements Effect {}

    /// The local key was seen to have signed beyond its watermark: it signs nothing at `height`
    /// or below. For the operator: this disk is an old copy, or the key runs elsewhere too.
    record SitOut(long height) implements Effect {}
}
