package org.assay.consensus;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;

/// What [Qbft] knows of the height it works on. Dropped whole when the height ends.
final class HeightState {
    /// Later rounds for which prepares and commits are kept.
    static final int ROUNDS_AHEAD_MAX = 8;

    /// Earlier rounds that late commits may still finish.
    static final int ROUNDS_BEHIND_MAX = 3;

    final Head parent;
    final HeightContext context;
    final RoundChanges roundChanges = new RoundChanges();
    final TreeMap<Integer, RoundState> rounds = new TreeMap<>();

    /// What execution has said of blocks, the latest word; and what it is being asked.
    final Map<ProposedBlock.Id, Verdict> verdicts = new HashMap<>();

    final Set<ProposedBlock.Id> validating = new HashSet<>();

    /// This node's latest message of each kind.
    final Map<MessageKind, Envelope> said = new EnumMap<>(MessageKind.class);

    /// Whom this node has told, in this round, where it is.
    final Set<Address> told = new HashSet<>();

    int round;

    /// Whether round 0's timer runs, or a later round has begun.
    boolean started;

    boolean committed;

    HeightState(Head parent, Rules rules, Flaws flaws) {
        this.parent = parent;
        this.context =
                new HeightContext(
                        parent.height() + 1,
                        parent.coinbase(),
                        parent.nextValidators(),
                        rules,
                        flaws);
        rounds.put(0, new RoundState(0));
    }

    long height() {
        return context.height();
    }

    Validators validators() {
        return context.validators();
    }

    int quorum() {
        return context.quorum();
    }

    RoundState current() {
        return rounds.computeIfAbsent(round, RoundState::new);
    }

    /// The state of `ofRound` where it is near enough to the current round to be kept.
    Optional<RoundState> near(int ofRound) {
        if (ofRound < round) {
            return Optional.ofNullable(rounds.get(ofRound));
        }
        return ofRound - round > ROUNDS_AHEAD_MAX
                ? Optional.empty()
                : Optional.of(rounds.computeIfAbsent(ofRound, RoundState::new));
    }

    void enter(int newRound) {
        round = newRound;
        started = true;
        told.clear();
        rounds.headMap(newRound - ROUNDS_BEHIND_MAX).clear();
    }
}
