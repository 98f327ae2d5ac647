/// The Merkle Patricia trie (YP appendix D): roots, incremental updates, proofs.
@NullMarked
package org.assay.storage.trie;

import org.jspecify.annotations.NullMarked;
