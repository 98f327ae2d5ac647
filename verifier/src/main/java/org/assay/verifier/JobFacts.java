package org.assay.verifier;

import org.assay.primitives.Address;
import org.assay.primitives.Hash;

/// What `Jobs[jobId]` and the chain say about a job; a Commit must name exactly these.
/// `rows`: rows of the input; for a decoder the tokens of all prompts. `expiry` is a block
/// height; `maxNew`: most tokens generated for a sequence, 0 where nothing is generated.
public record JobFacts(
        long chainId,
        Hash jobId,
        Address provider,
        Hash templateId,
        Hash inputRoot,
        int rows,
        int seqs,
        int maxNew,
        long expiry) {}
