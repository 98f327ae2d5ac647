package org.assay.verifier;

/// Why a proof failed. `code` is what prologues, events and `Reason.sol` carry.
public enum Reason {
    NONE(0),
    /// No Open, or no availability certificate, by the deadline. Follows from chain state alone.
    WITHHELD(1),
    /// Not the one canonical form: a length, a reserved bit, a range, a signature.
    BAD_ENCODING(2),
    /// The sidecar's bytes are not those the Open committed to.
    BAD_ROOT(3),
    /// A leaf and its siblings do not lead to the traceRoot.
    BAD_PATH(4),
    /// Other cells than the beacon drew.
    BAD_CELLS(5),
    /// `Y·r ≠ X·u`: a matrix product is wrong.
    BAD_ROW(6),
    /// An exactly recomputed step differs.
    BAD_GLUE(7),
    /// The answers are not those committed to, or not what the last step yields.
    BAD_OUTPUT(8),
    /// Other work units, rows or sequences than the chain computes.
    BAD_WORK(9),
    /// The inputs are not the job's.
    BAD_INPUT(10),
    /// Made for another chain, job, provider, template or commit.
    REPLAYED(11),
    /// A challenge found a divergent leaf.
    CHALLENGED(12);

    private final int code;

    Reason(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
