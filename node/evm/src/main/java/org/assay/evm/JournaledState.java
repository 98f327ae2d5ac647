package org.assay.evm;

import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;

/// The changes of a block on top of a [StateView], with a journal that undoes those of a reverted
/// call. Kept across the transactions of one block, so that their diff is merged once. One thread.
public final class JournaledState {
    private final StateView view;

    public JournaledState(StateView view) {
        this.view = view;
    }

    StateView view() {
        return view;
    }

    /// Credits a withdrawal or a block reward, outside any transaction.
    public void addBalance(Address address, UInt256 wei) {
        Stub.notYet("JournaledState");
    }

    /// Everything changed since this state was made. Between transactions only.
    public StateDiff diff() {
        return Stub.notYet("JournaledState");
    }
}
