package org.assay.verifier.challenge;

/// What a voter says when `Proofs` asks for a ruling. A prologue carries `Ruled` as the entry
/// (commitId, `stands`, reason CHALLENGED, 0 work units); `CannotRule` is never written.
public sealed interface Ruling {
    /// A fact, the same for every voter; `detail` is for people.
    record Ruled(boolean stands, Cause cause, String detail) implements Ruling {}

    /// What this node lacks: the sidecar or the job's input.
    record CannotRule(String missing) implements Ruling {}

    /// Why a commit stands or falls (decision 0702).
    enum Cause {
        /// The claimed depth is not the tree's: the commit stands.
        WRONG_DEPTH(true),
        /// The leaf is the one that input and weights give: the commit stands.
        LEAF_AGREES(true),
        /// The leaf is not the one that input and weights give.
        LEAF_DIFFERS(false),
        /// The provider asked for a ruling above a leaf though the depth was right.
        NOT_ANSWERED(false);

        private final boolean stands;

        Cause(boolean stands) {
            this.stands = stands;
        }

        Ruled because(String detail) {
            return new Ruled(stands, this, detail);
        }
    }
}
