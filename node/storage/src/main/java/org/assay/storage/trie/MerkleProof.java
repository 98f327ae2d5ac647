package org.assay.storage.trie;

import java.util.List;
import org.assay.primitives.Bytes;

/// The nodes (RLP) from a trie's root down to a key, or to where the key would be: proves the value
/// or its absence.
public record MerkleProof(List<Bytes> nodes) {}
