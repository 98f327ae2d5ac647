package org.assay.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.junit.jupiter.api.Test;

/// Each valid case with its nearest invalid ones, beyond Besu's own list in [BesuRunTest].
final class JustificationTest {
    private final Fixture net = new Fixture();
    private final HeightContext context = net.context();
    private final ProposedBlock block = net.block(0, 1);
    private final ProposedBlock fresh = net.block(1, 2);
    private final Lock inZero = net.certificate(0, block, 0, 2, 3);

    private void accepts(Proposal proposal) {
        assertThat(Justification.refuseProposal(proposal, context)).isEmpty();
    }

    private void refuses(Refusal refusal, Proposal proposal) {
        assertThat(Justification.refuseProposal(proposal, context)).contains(refusal);
    }

    private void refuses(Refusal refusal, RoundChange roundChange) {
        assertThat(Justification.refuseRoundChange(roundChange, context)).contains(refusal);
    }

    private List<SignedPayload<RoundChangePayload>> unprepared(int target, int... validators) {
        return java.util.Arrays.stream(validators)
                .mapToObj(it -> net.roundChange(it, target).signed())
                .toList();
    }

    private Proposal reproposal(
            List<SignedPayload<RoundChangePayload>> roundChanges,
            List<SignedPayload<PreparePayload>> prepares) {
        return net.proposal(1, 1, block, roundChanges, prepares);
    }

    @Test
    void roundZeroIsTheProposersOwnBlockAndNothingElse() {
        accepts(net.proposal(0, 0, block));
        refuses(Refusal.NOT_THE_PROPOSER, net.proposal(1, 0, block));
        refuses(Refusal.COINBASE_IS_NOT_THE_PROPOSER, net.proposal(0, 0, fresh));
        refuses(
                Refusal.JUSTIFICATION_IN_ROUND_ZERO,
                net.proposal(0, 0, block, unprepared(0, 0), List.of()));
        var anotherRound =
                new Proposal(
                        net.sign(
                                0,
                                new org.assay.consensus.message.Payload.ProposalPayload(
                                        Fixture.HEIGHT,
                                        0,
                                        block.withRound(1),
                                        Fixture.NO_ACCESS_LIST)),
                        List.of(),
                        List.of());
        refuses(Refusal.EXTRA_DATA_OF_ANOTHER_ROUND, anotherRound);
    }

    @Test
    void aFreshBlockNeedsAQuorumThatPreparedNothing() {
        accepts(net.proposal(1, 1, fresh, unprepared(1, 0, 1, 2), List.of()));
        refuses(
                Refusal.TOO_FEW_ROUND_CHANGES,
                net.proposal(1, 1, fresh, unprepared(1, 0, 1), List.of()));
        refuses(
                Refusal.TWO_ROUND_CHANGES_OF_ONE_AUTHOR,
                net.proposal(1, 1, fresh, unprepared(1, 0, 1, 1), List.of()));
        refuses(
                Refusal.ROUND_CHANGE_FOR_ANOTHER_ROUND,
                net.proposal(1, 1, fresh, unprepared(2, 0, 1, 2), List.of()));
        refuses(
                Refusal.COINBASE_IS_NOT_THE_PROPOSER,
                net.proposal(1, 1, block, unprepared(1, 0, 1, 2), List.of()));
        refuses(
                Refusal.PREPARES_WITHOUT_METADATA,
                net.proposal(1, 1, fresh, unprepared(1, 0, 1, 2), inZero.prepares()));
    }

    @Test
    void onePreparedRoundChangeBindsTheProposer() {
        var bound =
                List.of(
                        net.roundChange(2, 1, inZero).signed(),
                        net.roundChange(0, 1).signed(),
                        net.roundChange(1, 1).signed());
        accepts(reproposal(bound, inZero.prepares()));
        refuses(
                Refusal.NOT_THE_PREPARED_BLOCK,
                net.proposal(1, 1, fresh, bound, inZero.prepares()));
        refuses(Refusal.TOO_FEW_PREPARES, reproposal(bound, inZero.prepares().subList(0, 2)));
        refuses(Refusal.TOO_FEW_PREPARES, reproposal(bound, List.of()));
        refuses(
                Refusal.PREPARE_FOR_SOMETHING_ELSE,
                reproposal(bound, net.certificate(0, fresh, 0, 2, 3).prepares()));
        refuses(
                Refusal.TWO_PREPARES_OF_ONE_AUTHOR,
                reproposal(bound, net.certificate(0, block, 0, 2, 2).prepares()));
    }

    @Test
    void theHighestPreparedRoundWins() {
        Lock inOne = net.certificate(1, fresh, 0, 1, 3);
        var changes =
                List.of(
                        net.roundChange(0, 2, inZero).signed(),
                        net.roundChange(1, 2, inOne).signed(),
                        net.roundChange(2, 2).signed());
        accepts(net.proposal(2, 2, fresh, changes, inOne.prepares()));
        refuses(
                Refusal.NOT_THE_PREPARED_BLOCK,
                net.proposal(2, 2, block, changes, inZero.prepares()));
    }

    @Test
    void twoDigestsOfOneRoundCannotBothBePrepared() {
        var changes =
                List.of(
                        net.claim(0, 2, 0, block.digest()),
                        net.claim(1, 2, 0, fresh.digest()),
                        net.roundChange(2, 2).signed());
        refuses(
                Refusal.TWO_DIGESTS_PREPARED_IN_ONE_ROUND,
                net.proposal(2, 2, block, changes, inZero.prepares()));
    }

    @Test
    void aRoundChangeProvesWhatItClaims() {
        assertThat(Justification.refuseRoundChange(net.roundChange(2, 1, inZero), context))
                .isEmpty();
        assertThat(Justification.refuseRoundChange(net.roundChange(2, 1), context)).isEmpty();
        refuses(Refusal.TOO_FEW_PREPARES, net.roundChange(2, 1, net.certificate(0, block, 0, 2)));
        refuses(
                Refusal.PREPARED_ROUND_NOT_BEFORE_TARGET,
                net.roundChange(2, 1, net.certificate(1, block, 0, 2, 3)));
        refuses(Refusal.TARGET_ROUND_ZERO, net.roundChange(2, 0));
        refuses(Refusal.ROUND_TOO_HIGH, net.roundChange(2, Rules.ASSAY.roundMax() + 1));
        RoundChange honest = net.roundChange(2, 1, inZero);
        refuses(
                Refusal.NOT_THE_PREPARED_BLOCK,
                new RoundChange(
                        honest.signed(),
                        java.util.Optional.of(fresh),
                        honest.accessList(),
                        honest.prepares()));
    }
}
