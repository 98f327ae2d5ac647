package org.assay.verifier.challenge;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.prover.HonestTrace;

/// The voters' rule on a challenge that has come to its last step (decision 0702).
///
/// FAIL if the claimed depth is the tree's, and either the provider asked for the ruling above a
/// leaf, or the hash at `index` is not that of the leaf recomputed from input and weights; PASS
/// otherwise.
public final class Rulings {
    private Rulings() {}

    /// Everything a ruling is a function of. `sidecar` is the one that the Open bound and that
    /// got the verdict PASS; `inputs` the job's, as the provider took them, needed for `mlp-int8`
    /// only and empty otherwise. `assignmentMix`: mix(assignment block).
    public record Case(
            JobFacts job,
            Commit commit,
            Open open,
            Model model,
            Bytes sidecar,
            Bytes inputs,
            Hash assignmentMix) {}

    /// A pure function: the same on every machine that has the case's data.
    public static Ruling rule(Case of, ChallengeGame game) {
        if (!game.possible()) {
            return Ruling.Cause.WRONG_DEPTH.because("no node of a tree: " + game);
        }
        if (of.sidecar.size() != of.open.sidecarBytes()
                || !Leaf.sidecarRoot(of.sidecar).equals(of.open.sidecarRoot())) {
            return new Ruling.CannotRule("sidecar " + of.open.sidecarRoot());
        }
        Optional<HonestTrace> found = trace(of);
        if (found.isEmpty()) {
            return new Ruling.CannotRule("inputs under " + of.job.inputRoot());
        }
        HonestTrace trace = found.get();
        if (game.depth() != trace.depth()) {
            return Ruling.Cause.WRONG_DEPTH.because(
                    "the trace tree has %d levels, not %d".formatted(trace.depth(), game.depth()));
        }
        if (game.levelsLeft() > 0) {
            return Ruling.Cause.NOT_ANSWERED.because(
                    "%d levels above the leaves".formatted(game.levelsLeft()));
        }
        int index = (int) game.index();
        Ruling.Cause cause =
                trace.leaf(index).equals(game.node())
                        ? Ruling.Cause.LEAF_AGREES
                        : Ruling.Cause.LEAF_DIFFERS;
        return cause.because("leaf " + index + ", " + trace.nameOf(index));
    }

    /// The honest trace in the commit's layout: a challenger's own tree. Empty where the inputs
    /// are missing or not the job's.
    public static Optional<HonestTrace> trace(Case of) {
        return HonestTrace.of(
                new HonestTrace.Source(
                        of.model,
                        of.job,
                        of.commit.facts().rows(),
                        of.sidecar,
                        of.inputs,
                        of.assignmentMix));
    }
}
