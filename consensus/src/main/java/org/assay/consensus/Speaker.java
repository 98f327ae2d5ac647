package org.assay.consensus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.Message.Commit;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.Payload;
import org.assay.consensus.message.Payload.CommitPayload;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.Payload.ProposalPayload;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Signature;

/// All that the local key says goes through here: the watermark allows it and is raised first,
/// then the signer is asked, and when its answer comes the message goes out and `then` is told.
final class Speaker {
    /// The access list slot of blocks that have none: the empty string.
    private static final Bytes NO_ACCESS_LIST = Bytes.of((byte) 0x80);

    private final Address local;
    private final Rules rules;
    private final SeenMessages seen;

    /// Of the step that is under way.
    private final List<Effect> effects;

    /// What to do with signatures asked for in this round, by id.
    private final Map<Long, Consumer<Signature>> awaited = new HashMap<>();

    private long nextSignId;
    private Watermark watermark = Watermark.NONE;
    private boolean isShadowed;

    Speaker(Address local, Rules rules, SeenMessages seen, List<Effect> effects) {
        this.seen = seen;
        this.local = local;
        this.rules = rules;
        this.effects = effects;
    }

    Watermark watermark() {
        return watermark;
    }

    void restore(Watermark persisted) {
        watermark = persisted;
    }

    void onSigned(long id, Signature signature) {
        Consumer<Signature> then = awaited.remove(id);
        if (then != null) {
            then.accept(signature);
        }
    }

    /// What was asked for is no longer wanted.
    void forgetAwaited() {
        awaited.clear();
    }

    /// Closes `height` for the local key, which was seen to have signed beyond the watermark.
    void sitOut(long height) {
        watermark = Watermark.sittingOut(height);
        awaited.clear();
        effects.add(new Effect.PersistWatermark(watermark));
        effects.add(new Effect.SitOut(height));
    }

    /// Looks for seals of the local key beyond the watermark in blocks that were there at the
    /// start or came by sync, before `height` begins. While such blocks come, each height that
    /// sync ends at may be one at which the other self has spoken.
    void lookBack(long height, List<QbftHeader> blocks) {
        long known = watermark.height();
        isShadowed =
                !blocks.isEmpty()
                        && (isShadowed
                                || blocks.stream()
                                        .filter(block -> block.number() > known)
                                        .anyMatch(block -> SealCheck.isSignedBy(block, local)));
        if (isShadowed) {
            sitOut(height);
        }
    }

    /// Whether `message` holds something that the local key signed at this height and the
    /// watermark does not know. Other heights are not evidence: payloads carry no chain id, and a
    /// message of another chain must not silence this key for good.
    boolean showsOtherSelf(Message message) {
        List<SignedPayload<? extends Payload>> all = new ArrayList<>(List.of(message.signed()));
        if (message instanceof Proposal proposal) {
            all.addAll(proposal.roundChanges());
            all.addAll(proposal.prepares());
        } else if (message instanceof RoundChange roundChange) {
            all.addAll(roundChange.prepares());
        }
        return all.stream()
                .filter(signed -> signed.author().equals(local))
                .map(SignedPayload::payload)
                .filter(payload -> payload.height() == message.height())
                .anyMatch(payload -> !watermark.knows(payload));
    }

    /// Whether a new block may still be proposed in the current round.
    boolean mayPropose(HeightState state) {
        return watermark.isBelow(state.height(), state.round)
                || (!watermark.sitsOut(state.height())
                        && watermark.height() == state.height()
                        && watermark.round() == state.round
                        && !watermark.said().containsKey(MessageKind.PROPOSAL));
    }

    void propose(
            ProposedBlock block,
            Optional<Bytes> accessList,
            List<SignedPayload<PreparePayload>> prepares,
            HeightState state,
            Consumer<Proposal> then) {
        var justification = state.current().justification;
        var payload = new ProposalPayload(state.height(), state.round, block, slot(accessList));
        sign(
                payload,
                signed -> {
                    Proposal proposal = new Proposal(signed, justification, prepares);
                    send(proposal, state);
                    then.accept(proposal);
                });
    }

    private Optional<Bytes> slot(Optional<Bytes> accessList) {
        return rules.legacyEncoding()
                ? Optional.empty()
                : Optional.of(accessList.orElse(NO_ACCESS_LIST));
    }

    void prepare(Hash digest, int round, HeightState state, Consumer<Prepare> then) {
        sign(
                new PreparePayload(state.height(), round, digest),
                signed -> {
                    Prepare prepare = new Prepare(signed);
                    send(prepare, state);
                    then.accept(prepare);
                });
    }

    /// Two signatures, of the digest (the seal) and of the message around it, under one
    /// watermark.
    void commit(ProposedBlock block, int round, HeightState state, Consumer<Commit> then) {
        Hash digest = block.digest();
        if (permit(state.height(), round, MessageKind.COMMIT, digest)) {
            ask(block.header().sealForm(), seal -> sendCommit(digest, round, seal, state, then));
        }
    }

    private void sendCommit(
            Hash digest, int round, Signature seal, HeightState state, Consumer<Commit> then) {
        var payload = new CommitPayload(state.height(), round, digest, seal);
        ask(
                payload.signedBytes(),
                signature -> {
                    Commit commit = new Commit(new SignedPayload<>(payload, signature, local));
                    send(commit, state);
                    then.accept(commit);
                });
    }

    void roundChange(
            int round, Optional<Lock> certificate, HeightState state, Consumer<RoundChange> then) {
        var payload =
                new RoundChangePayload(state.height(), round, certificate.map(Lock::metadata));
        sign(
                payload,
                signed -> {
                    RoundChange message =
                            new RoundChange(
                                    signed,
                                    certificate.map(Lock::block),
                                    slot(certificate.flatMap(Lock::accessList)),
                                    certificate.map(Lock::prepares).orElse(List.of()));
                    send(message, state);
                    then.accept(message);
                });
    }

    private <P extends Payload> void sign(P payload, Consumer<SignedPayload<P>> then) {
        Hash statement = Watermark.statement(payload);
        if (permit(payload.height(), payload.round(), payload.kind(), statement)) {
            ask(
                    payload.signedBytes(),
                    signature -> then.accept(new SignedPayload<>(payload, signature, local)));
        }
    }

    /// Raises the watermark for what is about to be signed; false where that must not be signed.
    private boolean permit(long height, int round, MessageKind kind, Hash statement) {
        if (!watermark.allows(height, round, kind, statement)) {
            return false;
        }
        Watermark raised = watermark.after(height, round, kind, statement);
        if (!raised.equals(watermark)) {
            watermark = raised;
            effects.add(new Effect.PersistWatermark(raised));
        }
        return true;
    }

    private void ask(Bytes message, Consumer<Signature> then) {
        long id = nextSignId++;
        awaited.put(id, then);
        effects.add(new Effect.Sign(id, message));
    }

    private void send(Message message, HeightState state) {
        Envelope envelope = Envelope.of(message);
        seen.add(envelope.id());
        state.said.put(message.kind(), envelope);
        List<Address> others = state.validators().except(local);
        if (!others.isEmpty()) {
            effects.add(new Effect.Send(envelope, others));
        }
    }

    /// Repeats to `peer` what this node last said at this height, so that a peer that comes back
    /// need not wait for the next timeout.
    void tell(Address peer, HeightState state) {
        if (state.validators().contains(peer) && !peer.equals(local)) {
            state.said
                    .values()
                    .forEach(envelope -> effects.add(new Effect.Send(envelope, List.of(peer))));
        }
    }
}
