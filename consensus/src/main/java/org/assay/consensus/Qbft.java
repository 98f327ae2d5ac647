package org.assay.consensus;

import java.util.List;
import org.assay.primitives.Address;

/// QBFT for one validator key, as a pure state machine (EEA QBFT v1, wire as Besu). Owned by the
/// node loop. Handlers are named as the specification's predicates.
public final class Qbft {
    private final Address local;
    private final Rules rules;

    /// `local` is the address of the key behind [Effect.Sign].
    public Qbft(Address local, Rules rules) {
        this.local = local;
        this.rules = rules;
    }

    /// The effects of `event`, to be performed in order.
    public List<Effect> step(Event event) {
        if (rules.roundMax() > 0) { // the machine itself lands next
            throw new UnsupportedOperationException("lands next: " + local + event);
        }
        return List.of();
    }
}
