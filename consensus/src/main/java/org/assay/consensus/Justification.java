package org.assay.consensus;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assay.consensus.message.Message.Commit;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.Payload.CommitPayload;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.consensus.message.PreparedMetadata;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Secp256k1;

/// The specification's predicates `isValidProposalJustification` and `isValidRoundChange…` with
/// Besu's details (K/validation), each answering why not. Block execution is not their business.
final class Justification {
    private Justification() {}

    static Optional<Refusal> refuseProposal(Proposal proposal, HeightContext context) {
        var payload = proposal.signed().payload();
        ProposedBlock block = payload.block();
        if (payload.height() != context.height()) {
            return Optional.of(Refusal.WRONG_HEIGHT);
        }
        if (!proposal.author().equals(context.proposer(payload.round()))) {
            return Optional.of(Refusal.NOT_THE_PROPOSER);
        }
        if (block.number() != payload.height()) {
            return Optional.of(Refusal.WRONG_BLOCK_NUMBER);
        }
        if (context.rules().checksExtraDataRound()
                && block.header().extraData().round() != payload.round()) {
            return Optional.of(Refusal.EXTRA_DATA_OF_ANOTHER_ROUND);
        }
        if (context.flaws().skipsJustification()) {
            return Optional.empty();
        }
        if (payload.round() > 0) {
            return refuseJustification(proposal, context);
        }
        return proposal.roundChanges().isEmpty() && proposal.prepares().isEmpty()
                ? refuseCoinbase(proposal)
                : Optional.of(Refusal.JUSTIFICATION_IN_ROUND_ZERO);
    }

    private static Optional<Refusal> refuseCoinbase(Proposal fresh) {
        return fresh.block().coinbase().equals(fresh.author())
                ? Optional.empty()
                : Optional.of(Refusal.COINBASE_IS_NOT_THE_PROPOSER);
    }

    private static Optional<Refusal> refuseJustification(Proposal proposal, HeightContext context) {
        Optional<Refusal> refusal =
                refuseRoundChanges(proposal.roundChanges(), proposal.round(), context);
        if (refusal.isPresent()) {
            return refusal;
        }
        Optional<PreparedMetadata> best = highestPrepared(proposal.roundChanges());
        if (best.isEmpty()) {
            return proposal.prepares().isEmpty()
                    ? refuseCoinbase(proposal)
                    : Optional.of(Refusal.PREPARES_WITHOUT_METADATA);
        }
        ProposedBlock prepared = proposal.block().withRound(best.get().round());
        if (!prepared.digest().equals(best.get().digest())) {
            return Optional.of(Refusal.NOT_THE_PREPARED_BLOCK);
        }
        return refusePrepares(proposal.prepares(), best.get(), context);
    }

    private static Optional<Refusal> refuseRoundChanges(
            List<SignedPayload<RoundChangePayload>> roundChanges,
            int round,
            HeightContext context) {
        if (roundChanges.size() < context.quorum()) {
            return Optional.of(Refusal.TOO_FEW_ROUND_CHANGES);
        }
        Set<Address> authors = new HashSet<>();
        Map<Integer, Hash> preparedIn = new HashMap<>();
        for (var roundChange : roundChanges) {
            if (!authors.add(roundChange.author())) {
                return Optional.of(Refusal.TWO_ROUND_CHANGES_OF_ONE_AUTHOR);
            }
            if (roundChange.payload().round() != round) {
                return Optional.of(Refusal.ROUND_CHANGE_FOR_ANOTHER_ROUND);
            }
            Optional<Refusal> refusal = refuseRoundChangePayload(roundChange, context);
            if (refusal.isPresent()) {
                return refusal;
            }
            PreparedMetadata prepared = roundChange.payload().prepared().orElse(null);
            if (prepared != null
                    && !preparedIn
                            .computeIfAbsent(prepared.round(), ignored -> prepared.digest())
                            .equals(prepared.digest())) {
                return Optional.of(Refusal.TWO_DIGESTS_PREPARED_IN_ONE_ROUND);
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuseRoundChangePayload(
            SignedPayload<RoundChangePayload> signed, HeightContext context) {
        RoundChangePayload payload = signed.payload();
        if (!context.validators().contains(signed.author())) {
            return Optional.of(Refusal.ROUND_CHANGE_NOT_BY_A_VALIDATOR);
        }
        if (payload.height() != context.height()) {
            return Optional.of(Refusal.WRONG_HEIGHT);
        }
        if (payload.round() == 0) {
            return Optional.of(Refusal.TARGET_ROUND_ZERO);
        }
        if (payload.round() > context.rules().roundMax()) {
            return Optional.of(Refusal.ROUND_TOO_HIGH);
        }
        return payload.prepared().filter(it -> it.round() >= payload.round()).isPresent()
                ? Optional.of(Refusal.PREPARED_ROUND_NOT_BEFORE_TARGET)
                : Optional.empty();
    }

    /// The metadata with the highest prepared round, empty where nobody prepared.
    static Optional<PreparedMetadata> highestPrepared(
            Collection<SignedPayload<RoundChangePayload>> roundChanges) {
        PreparedMetadata best = null;
        for (var roundChange : roundChanges) {
            PreparedMetadata prepared = roundChange.payload().prepared().orElse(null);
            if (prepared != null && (best == null || prepared.round() > best.round())) {
                best = prepared;
            }
        }
        return Optional.ofNullable(best);
    }

    private static Optional<Refusal> refusePrepares(
            List<SignedPayload<PreparePayload>> prepares,
            PreparedMetadata metadata,
            HeightContext context) {
        if (prepares.size() < context.quorum()) {
            return Optional.of(Refusal.TOO_FEW_PREPARES);
        }
        var expected = new PreparePayload(context.height(), metadata.round(), metadata.digest());
        Set<Address> authors = new HashSet<>();
        for (var prepare : prepares) {
            if (!authors.add(prepare.author())) {
                return Optional.of(Refusal.TWO_PREPARES_OF_ONE_AUTHOR);
            }
            if (!context.validators().contains(prepare.author())) {
                return Optional.of(Refusal.PREPARE_NOT_BY_A_VALIDATOR);
            }
            if (!prepare.payload().equals(expected)) {
                return Optional.of(Refusal.PREPARE_FOR_SOMETHING_ELSE);
            }
        }
        return Optional.empty();
    }

    /// The block inside is not executed, as Besu would: a quorum of prepares says that f+1 honest
    /// validators have executed it, and its re-proposal is executed anyway.
    static Optional<Refusal> refuseRoundChange(RoundChange message, HeightContext context) {
        Optional<Refusal> refusal = refuseRoundChangePayload(message.signed(), context);
        if (refusal.isPresent()) {
            return refusal;
        }
        PreparedMetadata prepared = message.signed().payload().prepared().orElse(null);
        ProposedBlock block = message.block().orElse(null);
        if (prepared == null) {
            if (block != null) {
                return Optional.of(Refusal.BLOCK_WITHOUT_METADATA);
            }
            return message.prepares().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Refusal.PREPARES_WITHOUT_METADATA);
        }
        if (block == null) {
            return Optional.of(Refusal.METADATA_WITHOUT_BLOCK);
        }
        if (block.number() != context.height()) {
            return Optional.of(Refusal.WRONG_BLOCK_NUMBER);
        }
        return block.digest().equals(prepared.digest())
                ? refusePrepares(message.prepares(), prepared, context)
                : Optional.of(Refusal.NOT_THE_PREPARED_BLOCK);
    }

    /// A prepare for the proposal with `digest` that was accepted in `round`.
    static Optional<Refusal> refusePrepare(
            Prepare message, int round, Hash digest, HeightContext context) {
        PreparePayload payload = message.signed().payload();
        return refuseVote(message.author(), payload.height(), payload.round(), round, context)
                .or(() -> refuseDigest(payload.digest(), digest));
    }

    /// As [#refusePrepare], for a commit.
    static Optional<Refusal> refuseCommit(
            Commit message, int round, Hash digest, HeightContext context) {
        CommitPayload payload = message.signed().payload();
        return refuseVote(message.author(), payload.height(), payload.round(), round, context)
                .or(() -> refuseDigest(payload.digest(), digest))
                .or(() -> refuseSeal(message));
    }

    private static Optional<Refusal> refuseVote(
            Address author, long height, int ofRound, int round, HeightContext context) {
        if (!context.validators().contains(author)) {
            return Optional.of(Refusal.NOT_A_VALIDATOR);
        }
        if (height != context.height()) {
            return Optional.of(Refusal.WRONG_HEIGHT);
        }
        return ofRound == round ? Optional.empty() : Optional.of(Refusal.WRONG_ROUND);
    }

    private static Optional<Refusal> refuseDigest(Hash said, Hash accepted) {
        return said.equals(accepted)
                ? Optional.empty()
                : Optional.of(Refusal.DIGEST_OF_ANOTHER_BLOCK);
    }

    /// The seal must be its author's, over the digest that the commit names.
    static Optional<Refusal> refuseSeal(Commit message) {
        CommitPayload payload = message.signed().payload();
        return Secp256k1.recoverAddress(payload.digest(), payload.seal())
                        .filter(message.author()::equals)
                        .isPresent()
                ? Optional.empty()
                : Optional.of(Refusal.SEAL_BY_ANOTHER_KEY);
    }
}
