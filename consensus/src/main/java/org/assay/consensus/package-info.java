/// QBFT as a pure state machine: `Qbft` turns one event into the effects that the node loop
/// performs, in order. No clock, no I/O, no threads, no randomness in here.
@NullMarked
package org.assay.consensus;

import org.jspecify.annotations.NullMarked;
