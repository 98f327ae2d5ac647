package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.chain.BlockError;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.Blockchain;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.ContractViews.VerdictRecord;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.emission.Category;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.MemoryStore;
import org.assay.verifier.Leaf;
import org.assay.verifier.Reason;
import org.assay.verifier.prover.Fault;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each way in which a provider or a proposer could stop the chain or get a wrong verdict in, and
/// what the proposal rules make of it (PROTOCOL section 4).
@NullUnmarked
class StallTest {
    private LockStep network;

    @BeforeEach
    void begin() throws Exception {
        network = new LockStep();
        network.stepTo(2);
    }

    private LockStepWork opened() {
        return new LockStepWork(network).commit(Fault.NONE).open();
    }

    private static PrologueCall with(
            PrologueCall call,
            List<PrologueCall.Certificate> certificates,
            List<PrologueCall.Verdict> verdicts) {
        return new PrologueCall(call.reveal(), certificates, verdicts, call.row());
    }

    private static BlockError refusal(Execution execution) {
        return execution instanceof Execution.Invalid invalid ? invalid.reason() : null;
    }

    @Test
    void aDeliveredProofPasses() {
        LockStepWork work = opened();
        assertThat(work.deliver(1)).isEmpty();
        VerdictRecord verdict = work.awaitVerdict();
        assertThat(verdict.pass()).isTrue();
        assertThat(verdict.workUnits()).isPositive();
    }

    @Test
    void aSidecarThatHalfTheValidatorsHoldEndsAsWithheldAndBlocksGoOn() {
        LockStepWork work = opened();
        for (int holder = 0; holder < 2; holder++) {
            network.seat(holder).withholdsSidecars = true;
            assertThat(work.deliver(holder)).isEmpty();
        }
        VerdictRecord verdict = work.awaitVerdict();
        assertThat(verdict.pass()).isFalse();
        assertThat(verdict.reason()).isEqualTo(Reason.WITHHELD.code());
    }

    @Test
    void aSidecarThatTwoValidatorsHoldAndShareReachesAll() {
        LockStepWork work = opened();
        assertThat(work.deliver(0)).isEmpty();
        network.seats.forEach(
                seat ->
                        assertThat(seat.desk.sidecar(work.opened.open().sidecarRoot()))
                                .isPresent());
    }

    @Test
    void aCertificateThatOneProposerWithholdsIsCarriedByTheNext() {
        LockStepWork work = opened();
        work.deliver(0);
        Block without = network.proposer().propose(call -> with(call, List.of(), call.verdicts()));
        assertThat(network.round(without)).isTrue();
        assertThat(network.seat(0).views().certificateHeight(work.commitId)).isZero();
        network.step();
        assertThat(network.seat(0).views().certificateHeight(work.commitId)).isPositive();
    }

    @Test
    void aCertificateThatEveryProposerWithholdsEndsAsWithheld() {
        LockStepWork work = opened();
        work.deliver(0);
        for (int i = 0; i < 40 && work.verdict().height() == 0; i++) {
            Block block =
                    network.proposer().propose(call -> with(call, List.of(), call.verdicts()));
            assertThat(network.round(block)).isTrue();
        }
        assertThat(work.verdict().reason()).isEqualTo(Reason.WITHHELD.code());
    }

    @Test
    void aCertificateOfTooFewOrOfStrangersIsRefused() {
        LockStepWork work = opened();
        work.deliver(0);
        PrologueCall.Certificate whole = network.seat(0).desk.certificates().getFirst();
        PrologueCall.Certificate few =
                new PrologueCall.Certificate(
                        whole.commitId(), whole.sidecarRoot(), whole.signatures().slice(0, 130));
        PrologueCall.Certificate other =
                new PrologueCall.Certificate(whole.commitId(), Hash.ZERO, whole.signatures());
        for (PrologueCall.Certificate forged : List.of(few, other)) {
            Block block =
                    network.proposer()
                            .propose(call -> with(call, List.of(forged), call.verdicts()));
            assertThat(refusal(network.seat(1).vote(block)))
                    .isEqualTo(BlockError.WRONG_CERTIFICATE);
        }
    }

    /// Blocks that leave the commit's verdict out, up to the one after which it is owed.
    private void leaveOut(LockStepWork work) {
        work.deliver(0);
        long grace = network.spec.assay().orElseThrow().verdictGraceBlocks();
        for (long since = 0;
                since == 0 || network.seat(0).chain.head().number() < since + grace; ) {
            Block block =
                    network.proposer().propose(call -> with(call, call.certificates(), List.of()));
            assertThat(network.round(block)).isTrue();
            ContractViews views = network.seat(0).views();
            long epochBlock = views.verifyEpochBlock(work.commitId);
            boolean due = epochBlock != 0 && views.certificateHeight(work.commitId) != 0;
            since = due ? Math.max(epochBlock, views.certificateHeight(work.commitId)) : 0;
        }
    }

    private static List<Address> paid(Block block) {
        List<Address> paid = new ArrayList<>();
        for (Withdrawal withdrawal : block.withdrawals()) {
            if (withdrawal.validatorIndex() == Category.VALIDATORS.code()) {
                paid.add(withdrawal.address());
            }
        }
        return paid;
    }

    @Test
    void leavingOutADueVerdictCostsTheProposersRewardAndNotTheBlock() {
        LockStepWork work = opened();
        leaveOut(work);
        LockStep.Seat proposer = network.proposer();
        PrologueCall call = with(proposer.call(List.of()), proposer.desk.certificates(), List.of());
        Block greedy = proposer.build(call, proposer.emission(proposer.desk.dueVerdicts()));
        assertThat(paid(greedy)).containsExactly(proposer.keys.address());
        assertThat(refusal(network.seat(3).vote(greedy))).isEqualTo(BlockError.WRONG_WITHDRAWALS);
        Block unpaid = proposer.build(call, proposer.emission(List.of()));
        assertThat(paid(unpaid)).containsExactly(Blockchain.BURN_ADDRESS);
        assertThat(network.round(unpaid)).isTrue();
        assertThat(work.verdict().height()).isZero();

        LockStep.Seat next = network.proposer();
        Block honest = network.step();
        assertThat(paid(honest)).containsExactly(next.keys.address());
        assertThat(work.verdict().pass()).isTrue();
    }

    @Test
    void beforeTheGraceIsOverAMissingVerdictCostsNothing() {
        LockStepWork work = opened();
        work.deliver(0);
        LockStep.Seat proposer = network.proposer();
        Block early = proposer.propose(call -> with(call, call.certificates(), List.of()));
        assertThat(paid(early)).containsExactly(proposer.keys.address());
        assertThat(network.round(early)).isTrue();
    }

    @Test
    void aValidatorForcedToLieAboutAVerdictGetsNoBlockCommitted() {
        LockStepWork work = opened();
        work.deliver(0);
        while (network.proposer().desk.dueVerdicts().isEmpty()) {
            network.step();
        }
        PrologueCall.Verdict truth = network.proposer().desk.dueVerdicts().getFirst();
        List<PrologueCall.Verdict> lies =
                List.of(
                        new PrologueCall.Verdict(truth.commitId(), false, Reason.BAD_ROW.code(), 0),
                        new PrologueCall.Verdict(truth.commitId(), true, 0, truth.workUnits() + 1));
        long head = network.seat(0).chain.head().number();
        for (PrologueCall.Verdict lie : lies) {
            Block block =
                    network.proposer()
                            .propose(call -> with(call, call.certificates(), List.of(lie)));
            assertThat(refusal(network.seat(2).vote(block))).isEqualTo(BlockError.WRONG_VERDICT);
            assertThat(network.round(block)).isFalse();
        }
        assertThat(network.seat(0).chain.head().number()).isEqualTo(head);
        network.step();
        assertThat(work.verdict().pass()).isTrue();
    }

    @Test
    void aFakedProofCannotBeReportedAsPassed() {
        LockStepWork work =
                new LockStepWork(network).commit(new Fault(Fault.Kind.FORGED, 1_000, 3)).open();
        work.deliver(0);
        while (network.proposer().desk.dueVerdicts().isEmpty()) {
            network.step();
        }
        PrologueCall.Verdict lie = new PrologueCall.Verdict(work.commitId, true, 0, 1);
        Block block =
                network.proposer().propose(call -> with(call, call.certificates(), List.of(lie)));
        assertThat(network.round(block)).isFalse();
        assertThat(work.awaitVerdict().pass()).isFalse();
    }

    @Test
    void oneThatCannotCheckNeitherVotesNorAccuses() {
        LockStepWork work = opened();
        network.seat(3).withholdsAttestations = true;
        work.deliver(0);
        while (network.seat(0).desk.dueVerdicts().isEmpty()) {
            network.step();
        }
        Block block = network.seat(0).propose(call -> call);
        Execution withoutOwn =
                network.seat(3)
                        .rules
                        .checkProposal(
                                block,
                                network.seat(3).chain.head(),
                                commitId -> Optional.empty(),
                                block.header().timestamp());
        assertThat(refusal(withoutOwn)).isEqualTo(BlockError.CANNOT_CHECK);
        assertThat(BlockError.CANNOT_CHECK.isPeerToBlame()).isFalse();
        assertThat(network.round(block)).isTrue();
    }

    @Test
    void aProposerWithoutFundsIsPassedOver() {
        LockStep.Seat poor = network.proposer();
        UInt256 all = poor.chain.head().state().account(poor.keys.address()).balance();
        UInt256 gas = UInt256.of(2_000_000_000L).multiply(UInt256.of(3_000_000));
        network.seat(0);
        network.offer(
                poor.keys.key(),
                TestNetwork.key("friend").address(),
                all.subtractExact(gas),
                Bytes.EMPTY);
        while (poor.prologues.canPay(poor.chain.head(), poor.keys.address())) {
            LockStep.Seat turn = network.proposer();
            if (turn == poor) {
                network.round(network.seat((network.seats.indexOf(poor) + 1) % 4).propose(c -> c));
            } else {
                network.step();
            }
        }
        long head = network.seat(0).chain.head().number();
        int next = (network.seats.indexOf(poor) + 1) % LockStep.SEATS;
        assertThat(network.round(network.seat(next).propose(call -> call))).isTrue();
        assertThat(network.seat(0).chain.head().number()).isEqualTo(head + 1);
    }

    @Test
    void whoPaysForAPrologueGetsTheFeeBackInTheNextBlock() {
        Block block = network.step();
        Block next = network.step();
        assertThat(next.withdrawals())
                .anyMatch(
                        withdrawal ->
                                withdrawal.validatorIndex() == Category.PROLOGUE_REFUND.code()
                                        && withdrawal.address().equals(block.header().coinbase())
                                        && withdrawal.amountGwei() > 0);
    }

    @Test
    void aPreparedBlockStaysValidInALaterRound() {
        LockStepWork work = opened();
        Block prepared = network.proposer().propose(call -> call);
        work.deliver(0);
        assertThat(network.seat(0).desk.certificates()).isNotEmpty();
        LockStep.Seat later = network.seat((network.seats.indexOf(network.proposer()) + 1) % 4);
        assertThat(prepared.header().coinbase()).isNotEqualTo(later.keys.address());
        Execution again =
                later.rules.checkProposal(
                        prepared,
                        later.chain.head(),
                        later.desk,
                        prepared.header().timestamp() + 60);
        assertThat(again).isInstanceOf(Execution.Executed.class);
        assertThat(network.round(prepared)).isTrue();
    }

    @Test
    void whoWithholdsItsRevealLosesItsTurnAndNothingElse() {
        LockStep.Seat silent = network.proposer();
        Block noReveal =
                silent.propose(
                        call ->
                                new PrologueCall(
                                        Bytes.EMPTY,
                                        call.certificates(),
                                        call.verdicts(),
                                        call.row()));
        Block foreign =
                silent.propose(
                        call ->
                                new PrologueCall(
                                        network.seat(
                                                        (network.seats.indexOf(silent) + 1)
                                                                % LockStep.SEATS)
                                                .call(List.of())
                                                .reveal(),
                                        call.certificates(),
                                        call.verdicts(),
                                        call.row()));
        for (Block block : List.of(noReveal, foreign)) {
            assertThat(refusal(network.seat(0).vote(block)))
                    .isEqualTo(BlockError.WRONG_BEACON_REVEAL);
        }
        long height = network.seat(0).chain.head().number();
        Hash before = network.seat(0).views().mix(height);
        LockStep.Seat next = network.seat((network.seats.indexOf(silent) + 1) % LockStep.SEATS);
        Bytes reveal = next.call(List.of()).reveal();
        assertThat(network.round(next.propose(call -> call))).isTrue();
        assertThat(network.seat(0).views().mix(height + 1))
                .isEqualTo(Keccak.hash256(before.toArray(), reveal.toArray()));
    }

    @Test
    void aNodeThatJoinsLaterReachesTheSameStateWithoutAnySidecar() throws Exception {
        LockStepWork work = opened();
        leaveOut(work);
        assertThat(work.awaitVerdict().height()).isPositive();
        network.stepTo(network.seat(0).chain.head().number() + 10);
        LockStep.Seat late = network.newSeat("late");
        Blockchain chain = network.seat(0).chain;
        for (long n = 1; n <= chain.head().number(); n++) {
            late.append(chain.blockAt(n).orElseThrow());
        }
        assertThat(late.chain.head().hash()).isEqualTo(chain.head().hash());
        assertThat(late.chain.head().header().stateRoot())
                .isEqualTo(chain.head().header().stateRoot());
        assertThat(late.desk.sidecar(work.opened.open().sidecarRoot()).isPresent()).isFalse();
        assertThat(late.views().verdictOf(work.commitId)).isEqualTo(work.verdict());
    }

    @Test
    void aSidecarIsKeptForTheRetentionAndThenForgotten() {
        MemoryStore store = new MemoryStore();
        Shelf shelf = new Shelf(store);
        Bytes sidecar = Bytes.wrap(new byte[100_000]);
        Hash root = Leaf.sidecarRoot(sidecar);
        shelf.keep(sidecar, 20);
        shelf.prune(20);
        assertThat(shelf.find(root)).contains(sidecar);
        shelf.extend(root, 30);
        shelf.prune(21);
        assertThat(shelf.find(root)).contains(sidecar);
        shelf.prune(31);
        assertThat(shelf.find(root)).isEmpty();
        assertThat(shelf.keepInputs(Hash.ZERO, sidecar, 40)).isTrue();
        assertThat(new Shelf(store).inputsOf(Hash.ZERO)).contains(sidecar);
        shelf.prune(41);
        assertThat(new Shelf(store).inputsOf(Hash.ZERO)).isEmpty();
    }

    @Test
    void aCommitMadeThroughAnotherContractIsFollowedToItsVerdict() {
        // Passes its calldata on to the Proofs contract.
        String forward =
                "365f5f375f5f365f5f73" + "00000000000000000000000000000000a55a0005" + "5af100";
        Bytes code = Bytes.wrap(Hex.decode("0x60" + "21" + "8060095f395ff3" + forward));
        Address forwarder =
                Address.ofWord(
                        Keccak.hash256(
                                        org.assay.primitives.rlp.RlpWriter.encodeList(
                                                w -> {
                                                    w.writeBytes(
                                                            Bytes.wrap(
                                                                    TestNetwork.key("deployer")
                                                                            .address()
                                                                            .toArray()));
                                                    w.writeLong(0);
                                                }))
                                .toUInt256());
        network.send(
                LockStepWork.KEY,
                TestNetwork.key("deployer").address(),
                TestNetwork.COIN,
                Bytes.EMPTY);
        network.send(TestNetwork.key("deployer"), null, UInt256.ZERO, code);
        LockStepWork work =
                new LockStepWork(network)
                        .commit(Fault.NONE, forwarder, call -> call)
                        .open(forwarder, call -> call);
        assertThat(work.deliver(2)).isEmpty();
        assertThat(work.awaitVerdict().pass()).isTrue();
    }
}
