package org.assay.verifier.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.testkit.Seeds;
import org.assay.verifier.Merkle;
import org.assay.verifier.Scene;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.HonestTrace;
import org.assay.verifier.prover.Plays;
import org.assay.verifier.prover.ProverRun;
import org.junit.jupiter.api.Test;

class RulingsTest {
    /// A commit, opened, with what a voter knows of it.
    private record Told(ProverRun run, Rulings.Case facts) {
        int depth() {
            return run.trace().depth();
        }

        ChallengeGame at(int index) {
            return new ChallengeGame(depth(), 0, index, run.trace().node(0, index));
        }

        Merkle own() {
            return Rulings.trace(facts).orElseThrow().tree();
        }
    }

    private static Told digits(Fault fault, long seed) {
        Scene scene = Scene.of(20, seed);
        ProverRun run = scene.run(fault);
        ProverRun.Opened opened = run.open(scene.mixes().cells(), scene.key());
        Rulings.Case facts =
                new Rulings.Case(
                        scene.job(),
                        run.commit(),
                        opened.open(),
                        scene.model(),
                        opened.sidecar(),
                        scene.inputs(),
                        Hash.ZERO);
        return new Told(run, facts);
    }

    private static Told decoder(Fault fault, long seed) {
        Plays.Proven proven = Plays.decoder(fault, seed);
        return told(proven);
    }

    private static Told product(Fault fault, long seed) {
        return told(Plays.product(fault, seed));
    }

    private static Told told(Plays.Proven proven) {
        Rulings.Case facts =
                new Rulings.Case(
                        proven.task().job(),
                        proven.task().commit(),
                        proven.task().open(),
                        proven.task().model(),
                        proven.task().sidecar(),
                        Bytes.EMPTY,
                        proven.task().mixes().assignment());
        return new Told(proven.run(), facts);
    }

    private static Told told(RandomGenerator random, Fault fault, long seed) {
        return switch (random.nextInt(3)) {
            case 0 -> digits(fault, seed);
            case 1 -> decoder(fault, seed);
            default -> product(fault, seed);
        };
    }

    private static Ruling.Cause cause(Ruling ruling) {
        return ((Ruling.Ruled) ruling).cause();
    }

    /// Padding included: the recomputed tree is the committed one, node for node.
    @Seeds(30)
    void anHonestTraceIsRecomputedLeafByLeaf(RandomGenerator random, long seed) {
        Told told = told(random, Fault.NONE, seed);
        HonestTrace trace = Rulings.trace(told.facts).orElseThrow();
        assertThat(trace.depth()).isEqualTo(told.depth());
        for (int index = 0; index < 1 << told.depth(); index++) {
            assertThat(trace.leaf(index))
                    .as(trace.nameOf(index))
                    .isEqualTo(told.run.trace().node(0, index));
        }
        assertThat(told.own().root()).isEqualTo(told.run.commit().facts().traceRoot());
    }

    @Seeds(30)
    void aChallengeOfAnHonestLeafLeavesTheCommitStanding(RandomGenerator random, long seed) {
        Told told = told(random, Fault.NONE, seed);
        ChallengeGame game = told.at(random.nextInt(1 << told.depth()));
        assertThat(cause(Rulings.rule(told.facts, game))).isEqualTo(Ruling.Cause.LEAF_AGREES);
        ChallengeGame start =
                ChallengeGame.opened(told.depth(), told.run.commit().facts().traceRoot());
        assertThat(Descent.next(told.own(), start, Descent.answer(told.run.trace(), start)))
                .isEmpty();
    }

    @Seeds(30)
    void aDescentEndsAtALeafThatOverturnsTheCommit(RandomGenerator random, long seed) {
        Told told = told(random, new Fault(Fault.Kind.SKIPPED, 50, seed), seed);
        Merkle own = told.own();
        ChallengeGame game =
                ChallengeGame.opened(told.depth(), told.run.commit().facts().traceRoot());
        int turns = 0;
        while (game.levelsLeft() > 0) {
            Descent.Step step =
                    Descent.next(own, game, Descent.answer(told.run.trace(), game)).orElseThrow();
            assertThat(climb(step)).isEqualTo(game.node());
            game = game.descended(step.child(), step.hash());
            turns++;
        }
        assertThat(turns).isEqualTo(Math.ceilDiv(told.depth(), 8));
        assertThat(game.possible()).isTrue();
        assertThat(cause(Rulings.rule(told.facts, game))).isEqualTo(Ruling.Cause.LEAF_DIFFERS);
    }

    /// What `Proofs.descend` computes.
    private static Hash climb(Descent.Step step) {
        Hash hash = step.hash();
        for (int i = 0; i < step.path().size(); i++) {
            byte[] pair = new byte[64];
            boolean right = (step.child() >> i & 1) == 1;
            hash.writeTo(pair, right ? 32 : 0);
            step.path().get(i).writeTo(pair, right ? 0 : 32);
            hash = Merkle.of(pair, 2).root();
        }
        return hash;
    }

    @Test
    void aWrongDepthLeavesTheCommitStandingWhoeverAsks() {
        Told told = digits(new Fault(Fault.Kind.SKIPPED, 1000, 1), 1);
        for (int depth : new int[] {0, told.depth() - 1, told.depth() + 1, 40}) {
            Hash root = told.run.commit().facts().traceRoot();
            for (int left : new int[] {0, depth}) {
                ChallengeGame game = new ChallengeGame(depth, left, 0, root);
                assertThat(cause(Rulings.rule(told.facts, game)))
                        .isEqualTo(Ruling.Cause.WRONG_DEPTH);
            }
        }
        ChallengeGame outside = new ChallengeGame(told.depth(), 0, 1L << 40, Hash.ZERO);
        assertThat(cause(Rulings.rule(told.facts, outside))).isEqualTo(Ruling.Cause.WRONG_DEPTH);
    }

    @Test
    void askingAboveALeafOverturnsWhereTheDepthWasRight() {
        Told told = digits(Fault.NONE, 1);
        Hash root = told.run.commit().facts().traceRoot();
        Ruling ruling = Rulings.rule(told.facts, ChallengeGame.opened(told.depth(), root));
        assertThat(cause(ruling)).isEqualTo(Ruling.Cause.NOT_ANSWERED);
    }

    @Test
    void saysWhatIsMissingInsteadOfGuessing() {
        Told told = digits(Fault.NONE, 1);
        Rulings.Case facts = told.facts;
        Rulings.Case noInputs =
                new Rulings.Case(
                        facts.job(),
                        facts.commit(),
                        facts.open(),
                        facts.model(),
                        facts.sidecar(),
                        Bytes.EMPTY,
                        Hash.ZERO);
        assertThat(Rulings.rule(noInputs, told.at(0))).isInstanceOf(Ruling.CannotRule.class);
        Rulings.Case noSidecar =
                new Rulings.Case(
                        facts.job(),
                        facts.commit(),
                        facts.open(),
                        facts.model(),
                        Bytes.EMPTY,
                        facts.inputs(),
                        Hash.ZERO);
        assertThat(Rulings.rule(noSidecar, told.at(0))).isInstanceOf(Ruling.CannotRule.class);
    }

    /// A provider that cuts a sequence short where the model did not end it, and opens nothing
    /// that shows it: the lengths leaf itself is wrong.
    @Test
    void anEarlyEndIsFoundInTheLengthsLeaf() {
        Plays.Proven early = Plays.earlyEnd(3);
        Told told = told(early);
        assertThat(cause(Rulings.rule(told.facts, told.at(0))))
                .isEqualTo(Ruling.Cause.LEAF_DIFFERS);
    }
}
