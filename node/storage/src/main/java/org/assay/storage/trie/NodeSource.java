package org.assay.storage.trie;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// Where a trie's nodes are. Safe for many threads.
public interface NodeSource {
    /// The encoding of the node at `path` (one nibble a byte) whose keccak256 is `hash`:
    /// exactly that, or an exception. The trie does not hash what it loads.
    byte[] node(Bytes path, Hash hash);

    /// The same if it is at hand; else null, without going to the disk.
    byte @Nullable [] nodeInMemory(Bytes path, Hash hash);
}
