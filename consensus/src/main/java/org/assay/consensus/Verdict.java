package org.assay.consensus;

/// What execution and the protocol's rules say of a proposed block.
public sealed interface Verdict {
    record Valid() implements Verdict {}

    /// The proposer is to blame.
    record Invalid(String reason) implements Verdict {}

    /// All that could be checked holds, execution and roots included, but something needed for
    /// the rest is missing here (a sidecar, a model): no vote, no blame.
    record CannotCheck(String reason) implements Verdict {}

    Verdict VALID = new Valid();
}
