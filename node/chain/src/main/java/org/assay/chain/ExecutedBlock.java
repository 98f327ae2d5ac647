package org.assay.chain;

import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.storage.state.PreparedState;

/// A block whose every root this node has computed itself. Made by [BlockExecutor] (and by
/// [BlockBuilder], which computes them first). `hash` is the block hash.
public record ExecutedBlock(Block block, Hash hash, PreparedState state, BlockOutcome outcome) {}
