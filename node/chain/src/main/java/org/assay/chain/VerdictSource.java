package org.assay.chain;

import java.util.Optional;
import org.assay.chain.system.PrologueCall;
import org.assay.primitives.Hash;

/// This node's own verdicts.
@FunctionalInterface
public interface VerdictSource {
    /// What this node found about the commit's proof; empty while it has not checked it or cannot
    /// (`CANNOT_CHECK`).
    Optional<PrologueCall.Verdict> own(Hash commitId);

    /// What this node found about the open challenge of the commit: whether the commit stands.
    /// Empty while it has not checked it or cannot.
    default Optional<Boolean> ruling(Hash commitId) {
        return Optional.empty();
    }
}
