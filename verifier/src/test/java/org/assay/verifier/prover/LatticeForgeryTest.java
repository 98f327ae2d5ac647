package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.verifier.Challenge;
import org.assay.verifier.Merkle;
import org.assay.verifier.MlpModel;
import org.assay.verifier.MlpTrace;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Scene;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Descent;
import org.assay.verifier.challenge.Ruling;
import org.assay.verifier.challenge.Rulings;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.PlainProjection;
import org.junit.jupiter.api.Test;

/// Why a challenge never projects (PROOFS section 0, decision 5): whoever knows r before it
/// commits finds a false row with the true projection, and every check of the verdict passes.
class LatticeForgeryTest {
    private static final int ROWS = 5;
    private static final int ROW = 3;
    private static final int LAYER = 1;

    private final Scene scene = Scene.of(ROWS, 21);
    private final MlpModel model = scene.model();
    private final ProverRun.Work work =
            new ProverRun.Work(model, scene.job(), scene.inputs(), Scene.RULES);
    private final int[] error = errorUnderR();
    private final MlpRun forged = forge();
    private final ProverRun.Opened opened = forged.open(scene.mixes().cells(), scene.key());

    /// e with e·r = 0, scaled so that it changes the requantised activations.
    private int[] errorUnderR() {
        ExtensionVector r = r();
        int[] e = Lattice.shortRelation(r, 16);
        return Arrays.stream(e).map(value -> 8 * value).toArray();
    }

    private ExtensionVector r() {
        Hash root = model.template().modelRoot();
        return Challenge.tensor(
                scene.mixes().projection(), root, LAYER, model.template().outputs(LAYER));
    }

    private MlpRun forge() {
        int[] y = MlpExecution.run(model, scene.inputs()).product(ROW, LAYER);
        for (int j = 0; j < y.length; j++) {
            y[j] += error[j];
        }
        return MlpRun.forge(
                work,
                model,
                scene.key(),
                new MlpRun.ForgedProduct(ROW, LAYER, Arrays.stream(y).boxed().toList()));
    }

    @Test
    void reductionFindsAShortErrorThatTheProjectionCannotSee() {
        assertThat(Arrays.stream(error).map(Math::abs).max().orElseThrow()).isBetween(1, 1 << 20);
        ExtensionVector r = r();
        Extension sum = Extension.ZERO;
        for (int j = 0; j < error.length; j++) {
            long residue = org.assay.verifier.cpu.Field.reduce(error[j]);
            sum = sum.add(r.get(j).multiply(new Extension(residue, 0)));
        }
        assertThat(sum).isEqualTo(Extension.ZERO);
    }

    @Test
    void theFalseRowPassesTheProjectionAndFailsTheChallenge() {
        ProofTask task =
                new ProofTask(
                        scene.job(),
                        forged.commit(),
                        opened.open(),
                        opened.sidecar(),
                        scene.mixes(),
                        model);
        long units = forged.commit().facts().workUnits();
        assertThat(forged.cells(scene.mixes().cells()))
                .anyMatch(cell -> cell.seq() == ROW && cell.layer() == LAYER);
        assertThat(new Verifier(Scene.RULES).verify(task)).isEqualTo(Verdict.passed(units));
        assertThat(new Verifier(Scene.RULES, new PlainProjection()).verify(task).pass()).isTrue();

        Rulings.Case facts =
                new Rulings.Case(
                        scene.job(),
                        forged.commit(),
                        opened.open(),
                        model,
                        opened.sidecar(),
                        scene.inputs(),
                        Hash.ZERO);
        Merkle own = Rulings.trace(facts).orElseThrow().tree();
        Hash traceRoot = forged.commit().facts().traceRoot();
        ChallengeGame game = ChallengeGame.opened(own.depth(), traceRoot);
        while (game.levelsLeft() > 0) {
            Descent.Step step =
                    Descent.next(own, game, Descent.answer(forged.trace(), game)).orElseThrow();
            game = game.descended(step.child(), step.hash());
        }
        Ruling ruling = Rulings.rule(facts, game);
        assertThat(ruling)
                .isInstanceOfSatisfying(
                        Ruling.Ruled.class,
                        ruled -> {
                            assertThat(ruled.stands()).isFalse();
                            assertThat(ruled.cause()).isEqualTo(Ruling.Cause.LEAF_DIFFERS);
                        });
        int first = new MlpTrace(model.template(), ROWS).hiddenLeaf(ROW, LAYER + 1);
        assertThat(game.index()).isLessThanOrEqualTo(first);
    }
}
