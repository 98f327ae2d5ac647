package org.assay.consensus.simulation;

import org.assay.primitives.Address;

/// A node of the simulated network, honest or not.
sealed interface Participant permits SimulatedNode, Adversary {
    Address address();

    void start();

    /// A connection to `peer` is up, seen from here.
    void greet(Address peer);

    /// The time of crashes is over.
    void heal();

    void receive(Address from, Packet packet);
}
