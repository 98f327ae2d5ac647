package org.assay.consensus;

/// What execution and the protocol's rules say of a proposed block.
public sealed interface Verdict {
    record Valid() implements Verdict {}

    /// The proposer is to blame.
    record Invalid(String reason) implements Verdict {}

    /// Something needed for the check is missing here: no vote, no blame.
    record CannotCheck(String reason) implements Verdict {}

    Verdict VALID = new Valid();
}
