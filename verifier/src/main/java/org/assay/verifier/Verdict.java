package org.assay.verifier;

/// What the verifier says of one proof: a fact, the same on every machine.
///
/// `workUnits` is what the chain computes for the job, 0 on a failure. `detail` says in words
/// which check failed and where; it is for people and takes no part in comparisons between
/// validators.
public record Verdict(Reason reason, long workUnits, String detail) {
    public static Verdict passed(long workUnits) {
        return new Verdict(Reason.NONE, workUnits, "");
    }

    public static Verdict failed(Reason reason, String detail) {
        return new Verdict(reason, 0, detail);
    }

    public boolean pass() {
        return reason == Reason.NONE;
    }
}
