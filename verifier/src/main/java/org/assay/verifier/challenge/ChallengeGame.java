package org.assay.verifier.challenge;

import org.assay.primitives.Hash;

/// Where a challenge stands, as `Proofs.challengeOf` says: the challenger claims a tree of
/// `depth` levels, `node` is at `index` of its level, `levelsLeft` levels above the leaves.
public record ChallengeGame(int depth, int levelsLeft, long index, Hash node) {
    /// Levels that one answer uncovers; `Proofs.LEVELS_PER_STEP`.
    public static final int LEVELS_PER_STEP = 8;

    /// `Proofs.DEPTH_MAX`.
    public static final int DEPTH_MAX = 40;

    /// A challenge as it is opened: the root, `depth` levels up.
    public static ChallengeGame opened(int depth, Hash traceRoot) {
        return new ChallengeGame(depth, depth, 0, traceRoot);
    }

    /// Whether a contract could be in this state.
    public boolean possible() {
        return depth >= 0
                && depth <= DEPTH_MAX
                && levelsLeft >= 0
                && levelsLeft <= depth
                && index >= 0
                && index >>> (depth - levelsLeft) == 0;
    }

    /// Levels of the next answer: at most eight.
    public int stepLevels() {
        return Math.min(levelsLeft, LEVELS_PER_STEP);
    }

    /// After the challenger went down to answered hash `child`.
    public ChallengeGame descended(int child, Hash hash) {
        int levels = stepLevels();
        return new ChallengeGame(depth, levelsLeft - levels, index << levels | child, hash);
    }
}
