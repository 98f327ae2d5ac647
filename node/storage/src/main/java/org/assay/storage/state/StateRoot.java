package org.assay.storage.state;

import org.assay.primitives.Hash;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.MemoryStore;

/// State roots in memory, for genesis blocks and state tests.
public final class StateRoot {
    private StateRoot() {}

    /// The root of the state that `state` makes of the empty one: accounts with their full
    /// storage. Cleared flags are without meaning, deleted accounts and zero slots are left
    /// out.
    public static Hash of(StateDiff state) {
        return WorldState.open(new MemoryStore(), StateOptions.bounded())
                .prepare(state)
                .stateRoot();
    }
}
