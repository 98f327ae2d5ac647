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
}
