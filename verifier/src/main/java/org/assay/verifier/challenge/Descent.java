package org.assay.verifier.challenge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Hash;
import org.assay.verifier.Merkle;

/// The moves of a challenge: `Proofs.answer` and `Proofs.descend`. Pure functions.
public final class Descent {
    private Descent() {}

    /// A move of the challenger: the arguments of `Proofs.descend`. `path`: siblings from the
    /// bottom up.
    public record Step(int child, Hash hash, List<Hash> path) {
        public Step {
            path = List.copyOf(path);
        }
    }

    /// The provider's answer out of its own trace: the 2^stepLevels hashes below the node, left
    /// to right. Empty where the claimed depth is not the tree's: then it asks for a ruling
    /// instead.
    public static List<Hash> answer(Merkle trace, ChallengeGame game) {
        return game.depth() == trace.depth() ? below(trace, game) : List.of();
    }

    private static List<Hash> below(Merkle tree, ChallengeGame game) {
        int levels = game.stepLevels();
        int level = game.levelsLeft() - levels;
        int first = (int) game.index() << levels;
        List<Hash> hashes = new ArrayList<>(1 << levels);
        for (int i = 0; i < 1 << levels; i++) {
            hashes.add(tree.node(level, first + i));
        }
        return hashes;
    }

    /// The challenger's move: the first of the `answered` hashes that differs from its `own` tree
    /// (`HonestTrace.tree`). Empty if none differs, if the answer has the wrong count, or if
    /// the game is not over a tree of this depth.
    public static Optional<Step> next(Merkle own, ChallengeGame game, List<Hash> answered) {
        int count = 1 << game.stepLevels();
        if (answered.size() != count || game.depth() != own.depth() || game.levelsLeft() == 0) {
            return Optional.empty();
        }
        List<Hash> expected = below(own, game);
        for (int child = 0; child < count; child++) {
            if (!expected.get(child).equals(answered.get(child))) {
                return Optional.of(new Step(child, answered.get(child), path(answered, child)));
            }
        }
        return Optional.empty();
    }

    /// Siblings of `child` among a full level of hashes, from the bottom up.
    private static List<Hash> path(List<Hash> hashes, int child) {
        byte[] level = new byte[hashes.size() * Hash.SIZE];
        for (int i = 0; i < hashes.size(); i++) {
            hashes.get(i).writeTo(level, i * Hash.SIZE);
        }
        Merkle tree = Merkle.of(level, hashes.size());
        List<Hash> path = new ArrayList<>();
        for (int up = 0; up < tree.depth(); up++) {
            path.add(tree.node(up, (child >> up) ^ 1));
        }
        return path;
    }
}
