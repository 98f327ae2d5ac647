package org.assay.evm;

import org.assay.primitives.Hash;

/// The hashes of earlier blocks, for BLOCKHASH. Asked only for the 256 blocks before the current.
@FunctionalInterface
public interface BlockHashes {
    /// Knows none: every hash is zero.
    BlockHashes NONE = number -> Hash.ZERO;

    /// The hash of the ancestor at this height; zero where it is not known.
    Hash hashOf(long number);
}
