package org.assay.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.Vote;
import org.assay.primitives.Address;
import org.junit.jupiter.api.Test;

final class VoteTallyTest {
    private static final Address NEW = Address.ofNumber(0xaa);
    private final Fixture net = new Fixture();
    private final VoteTally start = VoteTally.atEpoch(net.validators(), 100);

    private QbftHeader vote(int voter, Address recipient, boolean add) {
        QbftHeader header = net.block(voter, 0).header();
        ExtraData extra =
                ExtraData.ofProposal(
                        ExtraData.VANITY_ZERO,
                        net.validators().sorted(),
                        Optional.of(new Vote(recipient, add)),
                        0);
        return header.withExtraData(extra);
    }

    @Test
    void moreThanHalfAddAndNotHalf() {
        VoteTally two = start.after(vote(0, NEW, true)).after(vote(1, NEW, true));
        assertThat(two.validators()).isEqualTo(net.validators());
        assertThat(two.votersToAdd(NEW)).containsExactly(net.address(0), net.address(1));
        VoteTally three = two.after(vote(2, NEW, true));
        assertThat(three.validators().contains(NEW)).isTrue();
        assertThat(three.votersToAdd(NEW)).isEmpty();
    }

    @Test
    void aVoterCountsOnceAndMayChangeItsMind() {
        VoteTally same = start.after(vote(0, NEW, true)).after(vote(0, NEW, true));
        assertThat(same.votersToAdd(NEW)).hasSize(1);
        VoteTally changed = same.after(vote(0, NEW, false));
        assertThat(changed.votersToAdd(NEW)).isEmpty();
        assertThat(changed.votersToDrop(NEW)).hasSize(1);
    }

    @Test
    void votesOfADroppedValidatorAreForgotten() {
        VoteTally tally =
                start.after(vote(3, NEW, true))
                        .after(vote(0, net.address(3), false))
                        .after(vote(1, net.address(3), false))
                        .after(vote(2, net.address(3), false));
        assertThat(tally.validators().sorted())
                .isEqualTo(List.of(net.address(0), net.address(1), net.address(2)));
        assertThat(tally.votersToAdd(NEW)).isEmpty();
    }

    @Test
    void anEpochBlockClearsTheVotesAndIgnoresItsOwn() {
        VoteTally everyEight = VoteTally.atEpoch(net.validators(), Fixture.HEIGHT);
        VoteTally tally = start.after(vote(0, NEW, true)).after(vote(1, NEW, true));
        assertThat(tally.votersToAdd(NEW)).hasSize(2);
        assertThat(everyEight.after(vote(2, NEW, true)).votersToAdd(NEW)).isEmpty();
    }

    @Test
    void pendingVotesTakeTurnsWhileTheyHaveEffect() {
        PendingVotes pending = new PendingVotes();
        pending.propose(NEW, true);
        pending.propose(net.address(0), true); // a member already
        pending.propose(net.address(1), false);
        Vote first = pending.next(net.validators()).orElseThrow();
        Vote second = pending.next(net.validators()).orElseThrow();
        assertThat(List.of(first, second))
                .containsExactlyInAnyOrder(new Vote(NEW, true), new Vote(net.address(1), false));
        pending.discard(NEW);
        pending.discard(net.address(1));
        assertThat(pending.next(net.validators())).isEmpty();
        assertThat(pending.pending()).hasSize(1);
    }
}
