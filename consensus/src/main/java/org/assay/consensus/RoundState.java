package org.assay.consensus;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.consensus.message.Payload.CommitPayload;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// What one round of the current height has brought: at most one proposal, and a prepare and a
/// commit from each validator, the first one each. Votes may come before the proposal and for
/// another digest than its; they are counted by digest.
final class RoundState {
    /// What is known of the accepted proposal's block.
    enum Ballot {
        NO_PROPOSAL,
        PENDING,
        VALID,
        CANNOT_CHECK,
        INVALID
    }

    final int round;
    Ballot ballot = Ballot.NO_PROPOSAL;
    @Nullable Accepted accepted;

    /// The round changes on which the local proposer builds; empty in round 0.
    List<SignedPayload<RoundChangePayload>> justification = List.of();

    boolean proposing;
    boolean prepared;

    private final SortedMap<Address, SignedPayload<PreparePayload>> prepares = new TreeMap<>();
    private final SortedMap<Address, SignedPayload<CommitPayload>> commits = new TreeMap<>();

    RoundState(int round) {
        this.round = round;
    }

    /// The round's one accepted proposal.
    record Accepted(ProposedBlock block, Optional<Bytes> accessList, Address author) {}

    void add(SignedPayload<PreparePayload> prepare) {
        prepares.putIfAbsent(prepare.author(), prepare);
    }

    void addCommit(SignedPayload<CommitPayload> commit) {
        commits.putIfAbsent(commit.author(), commit);
    }

    List<SignedPayload<PreparePayload>> preparesFor(Hash digest) {
        return prepares.values().stream()
                .filter(it -> it.payload().digest().equals(digest))
                .toList();
    }

    List<SignedPayload<CommitPayload>> commitsFor(Hash digest) {
        return commits.values().stream()
                .filter(it -> it.payload().digest().equals(digest))
                .toList();
    }
}
