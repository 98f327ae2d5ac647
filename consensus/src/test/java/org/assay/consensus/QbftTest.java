package org.assay.consensus;

import static org.assay.consensus.Fixture.HEIGHT;
import static org.assay.consensus.Fixture.PARENT_MILLIS;
import static org.assay.consensus.Fixture.only;
import static org.assay.consensus.Fixture.spoken;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.ProposedBlock;
import org.junit.jupiter.api.Test;

/// State and event in, effects out. Validator r mod 4 proposes round r.
final class QbftTest {
    private final Fixture net = new Fixture();
    private final ProposedBlock block = net.block(0, 1);
    private final ProposedBlock other = net.block(0, 2);

    @Test
    void waitsForTheBlockPeriodBeforeItProposes() {
        var machine = net.new Machine(0);
        var effects =
                machine.step(
                        new Event.Start(net.head(), Optional.empty(), Optional.empty(), List.of()));
        assertThat(effects)
                .containsExactly(new Effect.StartBlockTimer(HEIGHT, PARENT_MILLIS + 1_000));
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, false)))
                .containsExactly(
                        new Effect.StartRoundTimer(HEIGHT, 0, 2_000),
                        new Effect.BuildBlock(HEIGHT, 0, net.head()));
    }

    @Test
    void aNonProposerOnlyStartsTheRound() {
        var machine = net.new Machine(1).started();
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, false)))
                .containsExactly(new Effect.StartRoundTimer(HEIGHT, 0, 2_000));
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT - 1, PARENT_MILLIS, false)))
                .isEmpty();
    }

    @Test
    void spacesOutEmptyBlocks() {
        var machine = net.new Machine(0);
        Head head = net.head(HEIGHT - 1, new Timing(1_000, 2_500, 2_000));
        machine.step(new Event.Start(head, Optional.empty(), Optional.empty(), List.of()));
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, false)))
                .containsExactly(new Effect.StartBlockTimer(HEIGHT, PARENT_MILLIS + 2_000));
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 2_000, false)))
                .containsExactly(new Effect.StartBlockTimer(HEIGHT, PARENT_MILLIS + 2_500));
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 2_500, false)))
                .contains(new Effect.BuildBlock(HEIGHT, 0, head));
    }

    @Test
    void workEndsTheWaitOfAnEmptyBlock() {
        var machine = net.new Machine(0);
        Head head = net.head(HEIGHT - 1, new Timing(1_000, 2_500, 2_000));
        machine.step(new Event.Start(head, Optional.empty(), Optional.empty(), List.of()));
        assertThat(machine.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, true)))
                .contains(new Effect.BuildBlock(HEIGHT, 0, head));
    }

    @Test
    void proposerSendsItsProposalAndItsPrepareAfterTheWatermark() {
        var machine = net.new Machine(0).inRoundZero();
        var effects = machine.step(new Event.BlockBuilt(HEIGHT, 0, block));
        assertThat(effects).hasSize(4);
        assertThat(effects.get(0)).isInstanceOf(Effect.PersistWatermark.class);
        assertThat(effects.get(1)).isInstanceOf(Effect.Send.class);
        assertThat(effects.get(2)).isInstanceOf(Effect.PersistWatermark.class);
        assertThat(effects.get(3)).isInstanceOf(Effect.Send.class);
        assertThat(spoken(net.address(0), effects).getFirst())
                .isInstanceOf(Proposal.class)
                .isEqualTo(net.proposal(0, 0, block));
        assertThat(spoken(net.address(0), effects).getLast())
                .isInstanceOf(Prepare.class)
                .isEqualTo(net.prepare(0, 0, block));
    }

    @Test
    void asksTheSignerOnlyAfterTheWatermark() {
        Qbft qbft = new Qbft(net.address(0), Rules.ASSAY);
        qbft.step(new Event.Start(net.head(), Optional.empty(), Optional.empty(), List.of()));
        qbft.step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, true));
        var effects = qbft.step(new Event.BlockBuilt(HEIGHT, 0, block));
        assertThat(effects).hasSize(2);
        assertThat(effects.get(0)).isInstanceOf(Effect.PersistWatermark.class);
        assertThat(effects.get(1))
                .isEqualTo(
                        new Effect.Sign(
                                0, net.proposal(0, 0, block).signed().payload().signedBytes()));
    }

    @Test
    void votesOnlyForABlockFoundValid() {
        var machine = net.new Machine(1).inRoundZero();
        var effects = machine.step(net.from(net.proposal(0, 0, block)));
        assertThat(only(Effect.Validate.class, effects))
                .containsExactly(new Effect.Validate(HEIGHT, 0, block, true));
        assertThat(spoken(net.address(1), effects)).isEmpty();
        assertThat(spoken(net.address(1), machine.step(machine.valid(block))))
                .containsExactly(net.prepare(1, 0, block));
    }

    @Test
    void blamesTheProposerOfAnInvalidBlockAndDoesNotVote() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(net.from(net.proposal(0, 0, block)));
        var effects =
                machine.step(new Event.Validated(HEIGHT, block, new Verdict.Invalid("roots")));
        assertThat(effects)
                .containsExactly(new Effect.Blame(net.address(0), Refusal.INVALID_BLOCK));
    }

    @Test
    void neitherVotesNorBlamesWhereItCannotCheckButFollowsAQuorum() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(net.from(net.proposal(0, 0, block)));
        var verdict = new Verdict.CannotCheck("no sidecar");
        assertThat(machine.step(new Event.Validated(HEIGHT, block, verdict))).isEmpty();
        var effects =
                machine.steps(
                        net.from(net.commit(0, 0, block)),
                        net.from(net.commit(2, 0, block)),
                        net.from(net.commit(3, 0, block)));
        assertThat(only(Effect.Append.class, effects)).hasSize(1);
        assertThat(spoken(net.address(1), effects)).isEmpty();
    }

    @Test
    void commitsOnAQuorumOfPreparesAfterItsLockIsOnDisk() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(net.from(net.proposal(0, 0, block)), machine.valid(block));
        assertThat(spoken(net.address(1), machine.step(net.from(net.prepare(0, 0, block)))))
                .isEmpty();
        var effects = machine.step(net.from(net.prepare(2, 0, block)));
        List<Class<?>> kinds = effects.stream().<Class<?>>map(Effect::getClass).toList();
        assertThat(kinds)
                .containsExactly(
                        Effect.Send.class, // gossip of the prepare
                        Effect.PersistLock.class,
                        Effect.PersistWatermark.class,
                        Effect.Send.class);
        assertThat(only(Effect.PersistLock.class, effects).getFirst().lock())
                .isEqualTo(net.certificate(0, block, 0, 1, 2));
        assertThat(spoken(net.address(1), effects)).containsExactly(net.commit(1, 0, block));
    }

    @Test
    void preparesForAnotherBlockDoNotCount() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(net.from(net.proposal(0, 0, block)), machine.valid(block));
        var effects =
                machine.steps(
                        net.from(net.prepare(0, 0, other)), net.from(net.prepare(2, 0, other)));
        assertThat(only(Effect.PersistLock.class, effects)).isEmpty();
    }

    @Test
    void appendsWithTheSealsOfAQuorumOfCommits() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(net.from(net.proposal(0, 0, block)), machine.valid(block));
        assertThat(
                        only(
                                Effect.Append.class,
                                machine.steps(
                                        net.from(net.commit(0, 0, block)),
                                        net.from(net.commit(2, 0, block)))))
                .isEmpty();
        var effects = machine.step(net.from(net.commit(3, 0, block)));
        FinalBlock appended = only(Effect.Append.class, effects).getFirst().block();
        assertThat(appended.signers())
                .containsExactly(net.address(0), net.address(2), net.address(3));
        assertThat(SealCheck.verify(appended.block().header(), net.validators()))
                .isEqualTo(new SealCheck.Result.Sealed(appended.signers()));
    }

    @Test
    void votesThatComeBeforeTheirProposalCount() {
        var machine = net.new Machine(1).inRoundZero();
        var effects =
                machine.steps(
                        net.from(net.commit(0, 0, block)),
                        net.from(net.commit(2, 0, block)),
                        net.from(net.commit(3, 0, block)),
                        net.from(net.proposal(0, 0, block)),
                        machine.valid(block));
        assertThat(only(Effect.Append.class, effects)).hasSize(1);
    }

    @Test
    void blamesACommitWithTheSealOfAnotherKey() {
        var machine = net.new Machine(1).inRoundZero();
        assertThat(machine.step(net.from(net.commit(0, 2, 0, block))))
                .contains(new Effect.Blame(net.address(0), Refusal.SEAL_BY_ANOTHER_KEY));
    }

    @Test
    void blamesASecondProposalInOneRound() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(net.from(net.proposal(0, 0, block)));
        assertThat(only(Effect.Blame.class, machine.step(net.from(net.proposal(0, 0, other)))))
                .containsExactly(new Effect.Blame(net.address(0), Refusal.SECOND_PROPOSAL));
    }

    @Test
    void timeoutMovesOnWithARoundChange() {
        var machine = net.new Machine(1).inRoundZero();
        var effects = machine.step(new Event.RoundTimerExpired(HEIGHT, 0));
        assertThat(effects.getFirst()).isEqualTo(new Effect.StartRoundTimer(HEIGHT, 1, 4_000));
        assertThat(spoken(net.address(1), effects)).containsExactly(net.roundChange(1, 1));
        assertThat(machine.step(new Event.RoundTimerExpired(HEIGHT, 0))).isEmpty();
    }

    @Test
    void laterRoundChangesCarryTheLock() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(
                net.from(net.proposal(0, 0, block)),
                machine.valid(block),
                net.from(net.prepare(0, 0, block)),
                net.from(net.prepare(2, 0, block)));
        var effects = machine.step(new Event.RoundTimerExpired(HEIGHT, 0));
        assertThat(spoken(net.address(1), effects))
                .containsExactly(net.roundChange(1, 1, net.certificate(0, block, 0, 1, 2)));
    }

    @Test
    void proposerOfALaterRoundBuildsOnAQuorumOfRoundChanges() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(new Event.RoundTimerExpired(HEIGHT, 0));
        assertThat(only(Effect.BuildBlock.class, machine.step(net.from(net.roundChange(0, 1)))))
                .isEmpty();
        assertThat(only(Effect.BuildBlock.class, machine.step(net.from(net.roundChange(2, 1)))))
                .containsExactly(new Effect.BuildBlock(HEIGHT, 1, net.head()));
        ProposedBlock mine = net.block(1, 5);
        var effects = machine.step(new Event.BlockBuilt(HEIGHT, 1, mine));
        Proposal proposal = (Proposal) spoken(net.address(1), effects).getFirst();
        assertThat(proposal.block()).isEqualTo(mine.withRound(1));
        assertThat(Justification.refuseProposal(proposal, net.context())).isEmpty();
    }

    @Test
    void reproposesThePreparedBlockWithItsCoinbase() {
        var machine = net.new Machine(1).inRoundZero();
        Lock certificate = net.certificate(0, block, 0, 2, 3);
        machine.step(new Event.RoundTimerExpired(HEIGHT, 0));
        var asked =
                machine.steps(
                        net.from(net.roundChange(2, 1, certificate)),
                        net.from(net.roundChange(0, 1)));
        assertThat(only(Effect.BuildBlock.class, asked)).isEmpty();
        assertThat(only(Effect.Validate.class, asked))
                .containsExactly(new Effect.Validate(HEIGHT, 1, block, false));
        var effects = machine.step(machine.valid(block));
        Proposal proposal = (Proposal) spoken(net.address(1), effects).getFirst();
        assertThat(proposal.block()).isEqualTo(block.withRound(1));
        assertThat(proposal.block().coinbase()).isEqualTo(net.address(0));
        assertThat(proposal.block().hash()).isEqualTo(block.hash());
        assertThat(Justification.refuseProposal(proposal, net.context())).isEmpty();
    }

    @Test
    void joinsAHigherRoundWithMoreThanTheFaultyOnes() {
        var machine = net.new Machine(3).inRoundZero();
        assertThat(spoken(net.address(3), machine.step(net.from(net.roundChange(0, 9))))).isEmpty();
        var effects = machine.step(net.from(net.roundChange(1, 7)));
        assertThat(spoken(net.address(3), effects)).contains(net.roundChange(3, 7));
        assertThat(machine.qbft.round()).isEqualTo(7);
        assertThat(effects).contains(new Effect.StartRoundTimer(HEIGHT, 7, 16_000));
    }

    @Test
    void underBesusRulesOnlyAQuorumMovesANode() {
        var machine = net.new Machine(3, Rules.BESU).inRoundZero();
        machine.steps(net.from(net.roundChange(0, 7)), net.from(net.roundChange(1, 7)));
        assertThat(machine.qbft.round()).isZero();
        machine.step(net.from(net.roundChange(2, 7)));
        assertThat(machine.qbft.round()).isEqualTo(7);
    }

    @Test
    void aJustifiedProposalTakesANodeToItsRound() {
        var machine = net.new Machine(3).inRoundZero();
        var changes =
                List.of(
                        net.roundChange(0, 5).signed(),
                        net.roundChange(1, 5).signed(),
                        net.roundChange(2, 5).signed());
        ProposedBlock fresh = net.block(1, 9);
        machine.step(net.from(net.proposal(1, 5, fresh, changes.subList(0, 2), List.of())));
        assertThat(machine.qbft.round()).isZero();
        machine.step(net.from(net.proposal(1, 5, fresh, changes, List.of())));
        assertThat(machine.qbft.round()).isEqualTo(5);
    }

    @Test
    void aLateCommitOfAnEarlierRoundStillFinishesTheBlock() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(
                net.from(net.proposal(0, 0, block)),
                machine.valid(block),
                net.from(net.commit(0, 0, block)),
                net.from(net.commit(2, 0, block)),
                new Event.RoundTimerExpired(HEIGHT, 0));
        assertThat(only(Effect.Append.class, machine.step(net.from(net.commit(3, 0, block)))))
                .hasSize(1);
    }

    @Test
    void aVoteThatWaitsForTheSignerDiesWithItsRound() {
        Qbft qbft = new Qbft(net.address(1), Rules.ASSAY);
        qbft.step(new Event.Start(net.head(), Optional.empty(), Optional.empty(), List.of()));
        qbft.step(net.from(net.proposal(0, 0, block)));
        var asked = qbft.step(new Event.Validated(HEIGHT, block, Verdict.VALID));
        long id = only(Effect.Sign.class, asked).getFirst().id();
        qbft.step(new Event.RoundTimerExpired(HEIGHT, 0));
        var signature = net.prepare(1, 0, block).signed().signature();
        assertThat(qbft.step(new Event.Signed(id, signature))).isEmpty();
    }

    @Test
    void gossipsOnceToAllButSenderAndAuthor() {
        var machine = net.new Machine(1).inRoundZero();
        Message message = net.prepare(0, 0, block);
        assertThat(machine.step(net.from(2, message)))
                .containsExactly(new Effect.Send(Envelope.of(message), List.of(net.address(3))));
        assertThat(machine.step(net.from(3, message))).isEmpty();
    }

    @Test
    void aDamagedCertificateBlamesNobodyBehindARelay() {
        var machine = net.new Machine(1).inRoundZero();
        Lock certificate = net.certificate(0, block, 0, 2, 3);
        RoundChange honest = net.roundChange(2, 1, certificate);
        RoundChange damaged =
                new RoundChange(
                        honest.signed(),
                        honest.block(),
                        honest.accessList(),
                        honest.prepares().subList(0, 2));
        assertThat(only(Effect.Blame.class, machine.step(net.from(3, damaged)))).isEmpty();
        assertThat(
                        only(
                                Effect.Blame.class,
                                net.new Machine(1).inRoundZero().step(net.from(damaged))))
                .containsExactly(new Effect.Blame(net.address(2), Refusal.TOO_FEW_PREPARES));
    }

    /// Simulation seed 1016: whoever gets it from us would blame us for the damage.
    @Test
    void doesNotForwardADamagedCopyOfItsOwnMessage() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(
                net.from(net.proposal(0, 0, block)),
                machine.valid(block),
                net.from(net.prepare(0, 0, block)),
                net.from(net.prepare(2, 0, block)));
        var said = spoken(net.address(1), machine.step(new Event.RoundTimerExpired(HEIGHT, 0)));
        RoundChange mine = (RoundChange) said.getFirst();
        RoundChange damaged =
                new RoundChange(
                        mine.signed(),
                        mine.block(),
                        mine.accessList(),
                        mine.prepares().subList(0, 2));
        assertThat(machine.step(net.from(3, damaged))).isEmpty();
    }

    @Test
    void tellsAPeerThatComesBackWhereItIs() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(new Event.RoundTimerExpired(HEIGHT, 0));
        assertThat(machine.step(new Event.PeerConnected(net.address(2))))
                .containsExactly(
                        new Effect.Send(
                                Envelope.of(net.roundChange(1, 1)), List.of(net.address(2))));
    }

    @Test
    void aNewHeadEndsTheHeight() {
        var machine = net.new Machine(1).inRoundZero();
        machine.step(new Event.NewHead(net.head(HEIGHT, Fixture.TIMING), List.of()));
        assertThat(machine.qbft.height()).isEqualTo(HEIGHT + 1);
        assertThat(machine.step(new Event.RoundTimerExpired(HEIGHT, 0))).isEmpty();
        assertThat(machine.step(new Event.NewHead(net.head(), List.of()))).isEmpty();
    }

    @Test
    void anObserverStaysSilent() {
        Fixture outside = new Fixture();
        Qbft observer = new Qbft(org.assay.primitives.Address.ofNumber(99), Rules.ASSAY);
        observer.step(
                new Event.Start(outside.head(), Optional.empty(), Optional.empty(), List.of()));
        assertThat(observer.step(outside.from(outside.proposal(0, 0, block)))).isEmpty();
        assertThat(observer.step(new Event.RoundTimerExpired(HEIGHT, 0))).isEmpty();
    }

    @Test
    void oneValidatorAloneFinishesBlocks() {
        Head head =
                new Head(
                        HEIGHT - 1,
                        Fixture.PARENT,
                        net.address(0),
                        PARENT_MILLIS,
                        Validators.of(List.of(net.address(0))),
                        Fixture.TIMING);
        var machine = net.new Machine(0);
        machine.step(new Event.Start(head, Optional.empty(), Optional.empty(), List.of()));
        var effects =
                machine.steps(
                        new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, true),
                        new Event.BlockBuilt(HEIGHT, 0, block));
        assertThat(only(Effect.Append.class, effects)).hasSize(1);
        assertThat(only(Effect.Send.class, effects)).isEmpty();
    }

    @Test
    void repeatsOnlyWhatItSaidBefore() {
        var machine = net.new Machine(1).inRoundZero();
        machine.steps(net.from(net.proposal(0, 0, block)), machine.valid(block));
        Watermark persisted = machine.qbft.watermark();
        var restarted = net.new Machine(1);
        restarted.step(
                new Event.Start(net.head(), Optional.of(persisted), Optional.empty(), List.of()));
        assertThat(spoken(net.address(1), proposeAgain(restarted, other))).isEmpty();
        var again = net.new Machine(1);
        again.step(
                new Event.Start(net.head(), Optional.of(persisted), Optional.empty(), List.of()));
        assertThat(spoken(net.address(1), proposeAgain(again, block)))
                .containsExactly(net.prepare(1, 0, block));
    }

    private List<Effect> proposeAgain(Fixture.Machine machine, ProposedBlock proposed) {
        return machine.steps(net.from(net.proposal(0, 0, proposed)), machine.valid(proposed));
    }

    @Test
    void aRestartWithALockSaysItsCommitAgain() {
        Lock lock = net.certificate(0, block, 0, 1, 2);
        Watermark persisted =
                Watermark.NONE
                        .after(HEIGHT, 0, MessageKind.PREPARE, block.digest())
                        .after(HEIGHT, 0, MessageKind.COMMIT, block.digest());
        var machine = net.new Machine(1);
        var effects =
                machine.step(
                        new Event.Start(
                                net.head(),
                                Optional.of(Watermark.decode(persisted.encode())),
                                Optional.of(Lock.decode(lock.encode())),
                                List.of()));
        assertThat(spoken(net.address(1), effects)).containsExactly(net.commit(1, 0, block));
        var later = machine.step(new Event.RoundTimerExpired(HEIGHT, 0));
        assertThat(spoken(net.address(1), later)).containsExactly(net.roundChange(1, 1, lock));
    }

    @Test
    void aRestartInALaterRoundGoesOnThere() {
        var before = net.new Machine(1).inRoundZero();
        before.steps(
                new Event.RoundTimerExpired(HEIGHT, 0), new Event.RoundTimerExpired(HEIGHT, 1));
        var machine = net.new Machine(1);
        var effects =
                machine.step(
                        new Event.Start(
                                net.head(),
                                Optional.of(before.qbft.watermark()),
                                Optional.empty(),
                                List.of()));
        assertThat(machine.qbft.round()).isEqualTo(2);
        assertThat(spoken(net.address(1), effects)).containsExactly(net.roundChange(1, 2));
    }

    @Test
    void sitsOutTheNextHeightWhenTheChainKnowsMoreThanItsWatermark() {
        ProposedBlock sealed =
                block.withSeals(List.of(net.commit(1, 0, block).signed().payload().seal()));
        var recent = List.of(sealed.header());
        var effects =
                net.new Machine(1)
                        .step(
                                new Event.Start(
                                        net.head(HEIGHT, Fixture.TIMING),
                                        Optional.empty(),
                                        Optional.empty(),
                                        recent));
        assertThat(effects).contains(new Effect.SitOut(HEIGHT + 1));
        Watermark known = Watermark.NONE.after(HEIGHT, 0, MessageKind.COMMIT, block.digest());
        var calm =
                net.new Machine(1)
                        .step(
                                new Event.Start(
                                        net.head(HEIGHT, Fixture.TIMING),
                                        Optional.of(known),
                                        Optional.empty(),
                                        recent));
        assertThat(only(Effect.SitOut.class, calm)).isEmpty();
    }

    @Test
    void sitsOutWhereSyncEndsWhenItBringsSealsOfItsOtherSelf() {
        ProposedBlock sealed =
                block.withSeals(List.of(net.commit(1, 0, block).signed().payload().seal()));
        var synced = List.of(sealed.header());
        var machine = net.new Machine(1).inRoundZero();
        var effects = machine.step(new Event.NewHead(net.head(HEIGHT, Fixture.TIMING), synced));
        assertThat(effects).contains(new Effect.SitOut(HEIGHT + 1));
        var strangers = net.new Machine(2).inRoundZero();
        assertThat(
                        only(
                                Effect.SitOut.class,
                                strangers.step(
                                        new Event.NewHead(
                                                net.head(HEIGHT, Fixture.TIMING), synced))))
                .isEmpty();
    }

    @Test
    void sitsOutWhenItHearsItselfSpeakBeyondItsWatermark() {
        var machine = net.new Machine(1).inRoundZero();
        var effects = machine.step(net.from(2, net.prepare(1, 0, block)));
        assertThat(effects).contains(new Effect.SitOut(HEIGHT));
        assertThat(
                        spoken(
                                net.address(1),
                                machine.steps(
                                        net.from(net.proposal(0, 0, block)),
                                        machine.valid(block),
                                        new Event.RoundTimerExpired(HEIGHT, 0))))
                .isEmpty();
        var next = net.new Machine(1);
        next.step(
                new Event.Start(
                        net.head(),
                        Optional.of(machine.qbft.watermark()),
                        Optional.empty(),
                        List.of()));
        assertThat(spoken(net.address(1), next.step(new Event.RoundTimerExpired(HEIGHT, 0))))
                .isEmpty();
    }
}
