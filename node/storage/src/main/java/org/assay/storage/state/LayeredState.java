package org.assay.storage.state;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.jspecify.annotations.Nullable;

/// A diff over its parent.
record LayeredState(Hash stateRoot, StateDiff diff, long blockNumber) implements PreparedState {
    @Override
    public @Nullable Account account(Address address) {
        throw new UnsupportedOperationException("not there yet");
    }

    @Override
    public UInt256 storage(Address address, UInt256 slot) {
        throw new UnsupportedOperationException("not there yet");
    }

    @Override
    public Bytes code(Hash codeHash) {
        throw new UnsupportedOperationException("not there yet");
    }

    @Override
    public boolean hasStorage(Address address) {
        throw new UnsupportedOperationException("not there yet");
    }
}
