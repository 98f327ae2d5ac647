package org.assay.storage.trie;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// A node to be written: its encoding, and the hash of that. `isLeaf` tells the nodes that a
/// cache need not hold: who updates a leaf knows what is in it.
public record TrieNode(Bytes encoded, Hash hash, boolean isLeaf) {
    /// In place of a node that goes away.
    public static final TrieNode DELETED = new TrieNode(Bytes.EMPTY, Hash.ZERO, false);

    public boolean isDeleted() {
        return encoded.isEmpty();
    }
}
