package org.assay.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.consensus.RoundState.Accepted;
import org.assay.consensus.RoundState.Ballot;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.Message.Commit;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.PreparedMetadata;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Invariant;
import org.assay.primitives.crypto.Signature;
import org.jspecify.annotations.Nullable;

/// QBFT for one validator key, as a pure state machine (EEA QBFT v1, wire as Besu). Owned by the
/// node loop. Handlers are named as the specification's predicates.
///
/// Invariants: whatever is signed was allowed by the watermark, which was persisted first; a
/// commit is signed only after its lock was persisted; the round of a height only grows.
public final class Qbft {
    private final Address local;
    private final Rules rules;
    private final Flaws flaws;
    private final FutureMessages future = new FutureMessages();
    private final SeenMessages seen = new SeenMessages();
    private final List<Effect> effects = new ArrayList<>();

    private final Speaker speaker;
    private @Nullable Lock lock;
    private @Nullable HeightState current;

    /// `local` is the address of the key behind [Effect.Sign].
    public Qbft(Address local, Rules rules) {
        this(local, rules, Flaws.NONE);
    }

    Qbft(Address local, Rules rules, Flaws flaws) {
        this.local = local;
        this.rules = rules;
        this.flaws = flaws;
        this.speaker = new Speaker(local, rules, seen, effects);
    }

    /// The height being worked on, 0 before [Event.Start].
    public long height() {
        return current == null ? 0 : current.height();
    }

    public int round() {
        return current == null ? 0 : current.round;
    }

    public Watermark watermark() {
        return speaker.watermark();
    }

    /// The effects of `event`, to be performed in order.
    public List<Effect> step(Event event) {
        if (event instanceof Event.Start start) {
            uponStart(start);
        } else if (current != null) {
            dispatch(event, current);
        }
        List<Effect> result = List.copyOf(effects);
        effects.clear();
        return result;
    }

    private void dispatch(Event event, HeightState state) {
        switch (event) {
            case Event.Start ignored -> {}
            case Event.NewHead newHead -> uponNewHead(newHead, state);
            case Event.BlockTimerExpired expired -> uponBlockTimeout(expired, state);
            case Event.RoundTimerExpired(long height, int round) -> {
                if (isLive(state, height) && round == state.round) {
                    uponRoundTimeout(state);
                }
            }
            case Event.MessageReceived received -> uponMessage(received, state);
            case Event.BlockBuilt built -> uponBlockBuilt(built, state);
            case Event.Validated(long height, ProposedBlock block, Verdict verdict) -> {
                if (isLive(state, height)) {
                    uponValidated(block.id(), verdict, state);
                }
            }
            case Event.Signed(long id, Signature signature) -> speaker.onSigned(id, signature);
            case Event.PeerConnected(Address peer) -> speaker.tell(peer, state);
        }
    }

    private static boolean isLive(HeightState state, long height) {
        return height == state.height() && !state.committed;
    }

    private boolean isValidator(HeightState state) {
        return state.validators().contains(local);
    }

    // Heights

    private void uponStart(Event.Start start) {
        Invariant.check(current == null, "QBFT is started once");
        speaker.restore(start.watermark().orElse(Watermark.NONE));
        lock = start.lock().orElse(null);
        speaker.lookBack(start.head().height() + 1, start.recent());
        HeightState state = startHeight(start.head());
        if (isValidator(state)) {
            resume(state);
        }
    }

    private void uponNewHead(Event.NewHead event, HeightState state) {
        if (event.head().height() >= state.height()) {
            speaker.lookBack(event.head().height() + 1, event.synced());
            HeightState next = startHeight(event.head());
            if (isValidator(next)) {
                future.take(next.height()).forEach(message -> uponFresh(message, next));
            }
        }
    }

    private HeightState startHeight(Head head) {
        HeightState state = new HeightState(head, rules, flaws);
        current = state;
        speaker.forgetAwaited();
        if (lock != null && lock.height() != state.height()) {
            lock = null;
        }
        if (isValidator(state)) {
            long due = head.timestampMillis() + head.nextTiming().blockPeriodMillis();
            effects.add(new Effect.StartBlockTimer(state.height(), due));
        }
        return state;
    }

    /// After a restart within a height: on from the highest round spoken in, saying again what
    /// was said where that is known. The watermark sees to it that nothing else is said.
    private void resume(HeightState state) {
        Watermark watermark = watermark();
        boolean spoke = watermark.height() == state.height() && !watermark.sitsOut(state.height());
        int lockRound = lock == null ? 0 : lock.round();
        int round = Math.max(spoke ? watermark.round() : 0, lockRound);
        if (round > 0) {
            enterRound(round, state);
        }
        if (lock != null && lockRound == round) {
            RoundState roundState = state.current();
            roundState.accepted = new Accepted(lock.block(), lock.accessList(), local);
            roundState.ballot = Ballot.VALID;
            roundState.prepared = true;
            lock.prepares().forEach(roundState::add);
            sendCommit(lock.block(), roundState, state);
        } else if (round > 0) {
            sendRoundChange(round, state);
        }
    }

    // Timers

    private void uponBlockTimeout(Event.BlockTimerExpired expired, HeightState state) {
        if (!isLive(state, expired.height()) || state.started || !isValidator(state)) {
            return;
        }
        Timing timing = state.parent.nextTiming();
        long emptyDue = state.parent.timestampMillis() + timing.emptyBlockPeriodMillis();
        if (!expired.workWaiting() && expired.nowMillis() < emptyDue) {
            long again = Math.min(expired.nowMillis() + timing.blockPeriodMillis(), emptyDue);
            effects.add(new Effect.StartBlockTimer(state.height(), again));
            return;
        }
        startRoundZero(state);
        if (state.context.proposer(0).equals(local)) {
            build(state.current(), state);
        }
    }

    private void startRoundZero(HeightState state) {
        state.started = true;
        startRoundTimer(state);
    }

    private void startRoundTimer(HeightState state) {
        long timeout = state.parent.nextTiming().requestTimeoutMillis();
        effects.add(
                new Effect.StartRoundTimer(
                        state.height(),
                        state.round,
                        rules.roundTimer().delayMillis(timeout, state.round)));
    }

    private void uponRoundTimeout(HeightState state) {
        if (!isValidator(state)) {
            return;
        }
        if (state.round >= rules.roundMax()) {
            startRoundTimer(state);
            return;
        }
        moveTo(state.round + 1, state);
    }

    private void moveTo(int round, HeightState state) {
        enterRound(round, state);
        sendRoundChange(round, state);
    }

    /// Votes of earlier rounds that still wait for the signer are dropped: a commit that follows
    /// a round change without its certificate would undo what the round change says.
    private void enterRound(int round, HeightState state) {
        Invariant.check(round > state.round, "rounds only grow");
        speaker.forgetAwaited();
        state.enter(round);
        startRoundTimer(state);
    }

    // Messages

    private void uponMessage(Event.MessageReceived received, HeightState state) {
        if (seen.add(received.envelope().id())) {
            uponFresh(received, state);
        }
    }

    private void uponFresh(Event.MessageReceived received, HeightState state) {
        Message message = received.envelope().message();
        Address author = message.author();
        if (message.height() != state.height()) {
            uponOtherHeight(received, state);
            return;
        }
        if (!isValidator(state)) {
            return;
        }
        if (!state.validators().contains(author)) {
            effects.add(new Effect.Blame(received.from(), Refusal.NOT_A_VALIDATOR));
            return;
        }
        if (speaker.showsOtherSelf(message)) {
            speaker.sitOut(state.height());
        }
        if (author.equals(local)) {
            return; // said already; and a damaged copy must not go on in our name
        }
        List<Address> others = state.validators().except(author, received.from(), local);
        if (!others.isEmpty()) {
            effects.add(new Effect.Send(received.envelope(), others));
        }
        if (state.committed) {
            return;
        }
        switch (message) {
            case Proposal proposal -> uponProposal(received.from(), proposal, state);
            case Prepare prepare -> uponPrepare(prepare, state);
            case Commit commit -> uponCommit(received.from(), commit, state);
            case RoundChange roundChange -> uponRoundChange(received.from(), roundChange, state);
        }
    }

    /// Round changes show that a height is stuck; other messages of a neighbouring height are
    /// just early or late.
    private void uponOtherHeight(Event.MessageReceived received, HeightState state) {
        Message message = received.envelope().message();
        if (!state.validators().contains(message.author())) {
            return;
        }
        boolean stuck = message.kind() == MessageKind.ROUND_CHANGE;
        if (message.height() < state.height()) {
            if (stuck && state.told.add(message.author())) {
                effects.add(new Effect.PeerBehind(message.author(), message.height()));
            }
            return;
        }
        if (stuck || message.height() > state.height() + 1) {
            effects.add(new Effect.RequestSync(received.from(), message.height() - 1));
        }
        future.add(received, state.height(), state.validators().count());
    }

    private void refuse(Address from, Address author, Refusal refusal) {
        if (refusal.blames(author, from)) {
            effects.add(new Effect.Blame(author, refusal));
        }
    }

    private void uponProposal(Address from, Proposal proposal, HeightState state) {
        if (proposal.round() < state.round) {
            return;
        }
        RoundState known = state.rounds.get(proposal.round());
        if (known != null && known.accepted != null) {
            if (!known.accepted.block().digest().equals(proposal.block().digest())) {
                refuse(from, proposal.author(), Refusal.SECOND_PROPOSAL);
            }
            return;
        }
        Optional<Refusal> refusal = Justification.refuseProposal(proposal, state.context);
        if (refusal.isPresent()) {
            refuse(from, proposal.author(), refusal.get());
            return;
        }
        if (proposal.round() > state.round) {
            enterRound(proposal.round(), state);
        } else if (!state.started) {
            startRoundZero(state);
        }
        accept(
                new Accepted(
                        proposal.block(),
                        proposal.signed().payload().accessList(),
                        proposal.author()),
                state);
    }

    private void accept(Accepted accepted, HeightState state) {
        RoundState roundState = state.current();
        roundState.accepted = accepted;
        ProposedBlock block = accepted.block();
        if (state.verdicts.get(block.id()) instanceof Verdict.Valid) {
            roundState.ballot = Ballot.VALID;
            sendPrepare(block, roundState, state);
            return;
        }
        roundState.ballot = Ballot.PENDING;
        validate(block, block.coinbase().equals(accepted.author()), state);
    }

    private void validate(ProposedBlock block, boolean fresh, HeightState state) {
        if (state.validating.add(block.id())) {
            effects.add(new Effect.Validate(state.height(), state.round, block, fresh));
        }
    }

    private void uponValidated(ProposedBlock.Id id, Verdict verdict, HeightState state) {
        state.validating.remove(id);
        state.verdicts.put(id, verdict);
        for (RoundState roundState : List.copyOf(state.rounds.values())) {
            Accepted accepted = roundState.accepted;
            if (accepted == null
                    || roundState.ballot != Ballot.PENDING
                    || !accepted.block().id().equals(id)) {
                continue;
            }
            boolean isCurrent = roundState.round == state.round;
            switch (verdict) {
                case Verdict.Valid ignored -> {
                    roundState.ballot = Ballot.VALID;
                    if (isCurrent) {
                        sendPrepare(accepted.block(), roundState, state);
                    }
                }
                case Verdict.CannotCheck ignored -> roundState.ballot = Ballot.CANNOT_CHECK;
                case Verdict.Invalid ignored -> {
                    roundState.ballot = Ballot.INVALID;
                    refuse(accepted.author(), accepted.author(), Refusal.INVALID_BLOCK);
                }
            }
            checkPrepared(roundState, state);
            checkCommitted(roundState, state);
        }
        checkRoundChanges(state);
    }

    private void uponPrepare(Prepare prepare, HeightState state) {
        state.near(prepare.round())
                .ifPresent(
                        roundState -> {
                            roundState.add(prepare.signed());
                            checkPrepared(roundState, state);
                        });
    }

    private void checkPrepared(RoundState roundState, HeightState state) {
        Accepted accepted = roundState.accepted;
        boolean mayLock =
                roundState.ballot == Ballot.VALID || roundState.ballot == Ballot.CANNOT_CHECK;
        if (accepted == null
                || !mayLock
                || roundState.prepared
                || roundState.round != state.round
                || state.committed) {
            return;
        }
        var prepares = roundState.preparesFor(accepted.block().digest());
        if (prepares.size() < state.quorum()) {
            return;
        }
        roundState.prepared = true;
        Lock certificate =
                new Lock(
                        state.height(),
                        state.round,
                        accepted.block(),
                        accepted.accessList(),
                        prepares);
        lock = certificate;
        effects.add(new Effect.PersistLock(certificate));
        if (roundState.ballot == Ballot.VALID) {
            sendCommit(accepted.block(), roundState, state);
        }
    }

    private void uponCommit(Address from, Commit commit, HeightState state) {
        RoundState roundState = state.near(commit.round()).orElse(null);
        if (roundState == null) {
            return;
        }
        Optional<Refusal> refusal = Justification.refuseSeal(commit);
        if (refusal.isPresent()) {
            refuse(from, commit.author(), refusal.get());
            return;
        }
        roundState.addCommit(commit.signed());
        checkCommitted(roundState, state);
    }

    private void checkCommitted(RoundState roundState, HeightState state) {
        Accepted accepted = roundState.accepted;
        boolean known =
                roundState.ballot == Ballot.VALID || roundState.ballot == Ballot.CANNOT_CHECK;
        if (accepted == null || !known || state.committed) {
            return;
        }
        var commits = roundState.commitsFor(accepted.block().digest());
        if (commits.size() < state.quorum()) {
            return;
        }
        state.committed = true;
        speaker.forgetAwaited();
        ProposedBlock sealed =
                accepted.block()
                        .withSeals(commits.stream().map(it -> it.payload().seal()).toList());
        effects.add(
                new Effect.Append(
                        new FinalBlock(
                                sealed, commits.stream().map(SignedPayload::author).toList())));
    }

    private void uponRoundChange(Address from, RoundChange roundChange, HeightState state) {
        Optional<Refusal> refusal = Justification.refuseRoundChange(roundChange, state.context);
        if (refusal.isPresent()) {
            refuse(from, roundChange.author(), refusal.get());
            return;
        }
        if (roundChange.round() < state.round && state.told.add(roundChange.author())) {
            speaker.tell(roundChange.author(), state);
        }
        state.roundChanges.add(roundChange);
        checkRoundChanges(state);
    }

    private void checkRoundChanges(HeightState state) {
        if (state.committed) {
            return;
        }
        if (rules.joinsEarly()) {
            int joined = state.roundChanges.reachedBy(state.validators().faulty() + 1);
            if (joined > state.round) {
                moveTo(joined, state);
            }
        }
        int agreed = state.roundChanges.highestWithQuorum(state.quorum());
        if (agreed > state.round) {
            moveTo(agreed, state);
        }
        if (agreed == state.round && agreed > 0) {
            proposeJustified(state);
        }
    }

    // Speaking

    private void proposeJustified(HeightState state) {
        RoundState roundState = state.current();
        if (!state.context.proposer(state.round).equals(local)
                || roundState.proposing
                || roundState.accepted != null) {
            return;
        }
        roundState.justification = state.roundChanges.forRound(state.round);
        Optional<PreparedMetadata> best = Justification.highestPrepared(roundState.justification);
        if (best.isEmpty()) {
            build(roundState, state);
            return;
        }
        List<Lock> certificates =
                state.roundChanges.certificates(best.get(), Optional.ofNullable(lock));
        for (Lock certificate : certificates) {
            Verdict verdict = state.verdicts.get(certificate.block().id());
            if (verdict instanceof Verdict.Invalid) {
                continue; // a body that is not the header's: another author may have the right one
            }
            if (verdict == null) {
                validate(certificate.block(), false, state);
                return;
            }
            roundState.proposing = true;
            propose(
                    certificate.block().withRound(state.round),
                    certificate.accessList(),
                    certificate.prepares(),
                    state);
            return;
        }
    }

    private void build(RoundState roundState, HeightState state) {
        if (!speaker.mayPropose(state)) {
            return;
        }
        roundState.proposing = true;
        effects.add(new Effect.BuildBlock(state.height(), state.round, state.parent));
    }

    private void uponBlockBuilt(Event.BlockBuilt built, HeightState state) {
        RoundState roundState = state.current();
        if (!isLive(state, built.height())
                || built.round() != state.round
                || !roundState.proposing
                || roundState.accepted != null) {
            return;
        }
        ProposedBlock block = built.block().withRound(state.round).withSeals(List.of());
        state.verdicts.put(block.id(), Verdict.VALID);
        propose(block, Optional.empty(), List.of(), state);
    }

    private void propose(
            ProposedBlock block,
            Optional<Bytes> accessList,
            List<SignedPayload<PreparePayload>> prepares,
            HeightState state) {
        speaker.propose(
                block,
                accessList,
                prepares,
                state,
                said ->
                        accept(
                                new Accepted(block, said.signed().payload().accessList(), local),
                                state));
    }

    private void sendPrepare(ProposedBlock block, RoundState roundState, HeightState state) {
        speaker.prepare(
                block.digest(),
                roundState.round,
                state,
                said -> {
                    roundState.add(said.signed());
                    checkPrepared(roundState, state);
                });
        checkPrepared(roundState, state);
    }

    private void sendCommit(ProposedBlock block, RoundState roundState, HeightState state) {
        speaker.commit(
                block,
                roundState.round,
                state,
                said -> {
                    roundState.addCommit(said.signed());
                    checkCommitted(roundState, state);
                });
    }

    private void sendRoundChange(int round, HeightState state) {
        speaker.roundChange(
                round,
                Optional.ofNullable(lock),
                state,
                said -> {
                    state.roundChanges.add(said);
                    checkRoundChanges(state);
                });
    }
}
