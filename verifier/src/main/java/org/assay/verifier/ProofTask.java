package org.assay.verifier;

import org.assay.primitives.Bytes;

/// Everything a verdict is a function of. The caller has the model; without it there is no task
/// and no verdict (CANNOT_CHECK is never written).
public record ProofTask(
        JobFacts job, Commit commit, Open open, Bytes sidecar, Mixes mixes, Model model) {}
