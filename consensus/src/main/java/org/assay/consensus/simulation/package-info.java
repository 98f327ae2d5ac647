/// Deterministic simulation of a validator network on one thread: simulated clock, network, disks
/// and adversaries, everything drawn from one seed. `Simulation` runs a seed, `Simulations` many.
@NullMarked
package org.assay.consensus.simulation;

import org.jspecify.annotations.NullMarked;
