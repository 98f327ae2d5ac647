package org.assay.chain;

import java.util.List;
import org.assay.consensus.emission.BlockFacts;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateView;

/// The last block and what its child needs: its state, what it burned, and the validators of the
/// height after it. Immutable; replaced whole by [Blockchain#append].
public record ChainHead(
        Block block,
        Hash hash,
        StateView state,
        BlockFacts.Parent burned,
        List<Address> nextValidators) {
    public Header header() {
        return block.header();
    }

    public long number() {
        return block.header().number();
    }
}
