package org.assay.consensus.simulation;

import java.util.function.BiFunction;
import org.assay.consensus.Qbft;
import org.assay.consensus.Rules;
import org.assay.primitives.Address;

/// How honest nodes are made, so that a test can plant a bug in all of them and see the
/// simulation find it. `forgets…`: what a restart does not find on its disk; `skipsExecution`: it
/// votes for what it has not executed.
public record Planted(
        BiFunction<Address, Rules, Qbft> machines,
        boolean forgetsWatermark,
        boolean forgetsLock,
        boolean skipsExecution) {
    public static final Planted NOTHING = new Planted(Qbft::new, false, false);

    public Planted(
            BiFunction<Address, Rules, Qbft> machines,
            boolean forgetsWatermark,
            boolean forgetsLock) {
        this(machines, forgetsWatermark, forgetsLock, false);
    }

    Qbft machine(Address local, Rules rules) {
        return machines.apply(local, rules);
    }
}
