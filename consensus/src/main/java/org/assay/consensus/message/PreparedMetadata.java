package org.assay.consensus.message;

import org.assay.primitives.Hash;

/// In a round change: the latest round in which its author saw a quorum of prepares, and the
/// digest they were for.
public record PreparedMetadata(int round, Hash digest) {}
