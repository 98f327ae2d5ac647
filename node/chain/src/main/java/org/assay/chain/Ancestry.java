package org.assay.chain;

import java.util.List;
import org.assay.evm.BlockHashes;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;

/// The blocks that a block stands on: their hashes for BLOCKHASH, and the blocks themselves for
/// the rules of ommers.
public interface Ancestry extends BlockHashes {
    /// The parent of `child`, its parent and so on: at most `count` of them, down to genesis.
    List<Block> before(Header child, int count);
}
