package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assay.chain.BlockError;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.PrologueRules;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.Predeploys;
import org.assay.chain.system.PrologueCall;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Descent;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Challenges of a passed commit, ruled on by every validator in prologues.
@NullUnmarked
class ChallengeTest {
    private static final UInt256 BOND = TestNetwork.COIN;

    private LockStep network;
    private LockStepWork work;

    @BeforeEach
    void pass() throws Exception {
        network = new LockStep();
        network.stepTo(2);
        work = new LockStepWork(network);
        network.seats.forEach(
                seat -> seat.desk.offerInputs(work.jobId, Digits.images(0, LockStepWork.IMAGES)));
        work.commit(Fault.NONE).open().deliver(0);
        assertThat(work.awaitVerdict().pass()).isTrue();
    }

    private void toProofs(UInt256 wei, String signature, Abi... more) {
        List<Abi> arguments = new ArrayList<>(List.of(Abi.of(work.commitId)));
        arguments.addAll(List.of(more));
        network.send(
                LockStepWork.KEY,
                Predeploys.PROOFS,
                wei,
                Abi.call(signature, arguments.toArray(Abi[]::new)));
    }

    private void challenge(int depth) {
        toProofs(BOND, "challenge(bytes32,uint8)", Abi.of(depth));
    }

    private ContractViews.Challenge game() {
        return network.seat(0).views().challengeOf(work.commitId);
    }

    private boolean isOverturned() {
        return AbiReader.of(
                        network.seat(0)
                                .views()
                                .view(
                                        Predeploys.PROOFS,
                                        Abi.call("isOverturned(bytes32)", Abi.of(work.commitId))))
                .readBoolean();
    }

    private static Abi hashes(List<Hash> hashes) {
        return new Abi.Array(hashes.stream().map(Abi::of).toList());
    }

    private void answer() {
        ContractViews.Challenge game = game();
        List<Hash> below =
                Descent.answer(
                        work.run.trace(),
                        new ChallengeGame(
                                game.depth(), game.levelsLeft(), game.index(), game.node()));
        toProofs(UInt256.ZERO, "answer(bytes32,bytes32[])", hashes(below));
    }

    /// Goes down to the first hash of the answer.
    private void descendLeft() {
        ContractViews.Challenge game = game();
        int levels = Math.min(8, game.levelsLeft());
        int level = game.levelsLeft() - levels;
        int first = (int) game.index() << levels;
        List<Hash> path = new ArrayList<>();
        for (int up = 0; up < levels; up++) {
            path.add(work.run.trace().node(level + up, (first >> up) ^ 1));
        }
        toProofs(
                UInt256.ZERO,
                "descend(bytes32,uint256,bytes32,bytes32[])",
                Abi.of(0),
                Abi.of(work.run.trace().node(level, first)),
                hashes(path));
    }

    @Test
    void aTrueLeafStandsByRulingAndTheBondIsLost() {
        challenge(work.run.trace().depth());
        while (game().stage() == ContractViews.Stage.PROVIDER) {
            answer();
            descendLeft();
        }
        assertThat(game().stage()).isEqualTo(ContractViews.Stage.RULING);
        network.step();
        toProofs(UInt256.ZERO, "resolve(bytes32)");
        assertThat(game().stage()).isEqualTo(ContractViews.Stage.NONE);
        assertThat(isOverturned()).isFalse();
        assertThat(network.seat(1).desk.detailOf(work.commitId).orElse(""))
                .startsWith("LEAF_AGREES");
    }

    @Test
    void aProviderThatAsksForARulingInsteadOfAnsweringFalls() {
        challenge(work.run.trace().depth());
        toProofs(UInt256.ZERO, "askRuling(bytes32)");
        network.step();
        toProofs(UInt256.ZERO, "resolve(bytes32)");
        assertThat(isOverturned()).isTrue();
        assertThat(network.seat(3).desk.detailOf(work.commitId).orElse(""))
                .startsWith("NOT_ANSWERED");
    }

    @Test
    void aClaimOfAWrongDepthIsRuledInTheProvidersFavour() {
        challenge(work.run.trace().depth() + 1);
        toProofs(UInt256.ZERO, "askRuling(bytes32)");
        network.step();
        toProofs(UInt256.ZERO, "resolve(bytes32)");
        assertThat(isOverturned()).isFalse();
    }

    @Test
    void aFalseRulingIsRefusedAndOneThatIsNotDueToo() {
        PrologueCall.Verdict early =
                new PrologueCall.Verdict(work.commitId, false, PrologueRules.CHALLENGED, 0);
        assertThat(refusal(early)).isEqualTo(BlockError.WRONG_VERDICT);
        challenge(work.run.trace().depth() + 1);
        toProofs(UInt256.ZERO, "askRuling(bytes32)");
        assertThat(network.seat(1).views().dueOf(work.commitId))
                .isEqualTo(ContractViews.Due.RULING);
        assertThat(refusal(early)).isEqualTo(BlockError.WRONG_VERDICT);
        assertThat(refusal(new PrologueCall.Verdict(work.commitId, true, 0, 1)))
                .isEqualTo(BlockError.WRONG_VERDICT);
        assertThat(
                        refusal(
                                new PrologueCall.Verdict(
                                        work.commitId, true, PrologueRules.CHALLENGED, 0)))
                .isNull();
    }

    private BlockError refusal(PrologueCall.Verdict verdict) {
        Block block =
                network.proposer()
                        .propose(
                                call ->
                                        new PrologueCall(
                                                call.reveal(),
                                                call.certificates(),
                                                List.of(verdict),
                                                call.row()));
        return network.seat(2).vote(block) instanceof Execution.Invalid invalid
                ? invalid.reason()
                : null;
    }
}
