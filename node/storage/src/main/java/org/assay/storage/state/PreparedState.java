package org.assay.storage.state;

import org.assay.primitives.Hash;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;

/// A state that is computed but not on disk: a child of the head, or of another prepared state.
/// Readable at once. [WorldState#commit] writes it. Made by [WorldState#prepare]; many may
/// stand side by side, those not committed are just dropped.
public sealed interface PreparedState extends StateView permits LayeredState {
    Hash stateRoot();

    /// The changes against the parent that made it.
    StateDiff diff();

    /// The height it gets when it is committed.
    long blockNumber();
}
