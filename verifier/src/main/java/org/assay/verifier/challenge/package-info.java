/// Challenges: what `Proofs.challenge` plays over, from both players' side and from the voters'
/// who rule on it.
///
/// A challenger names a node of the committed trace tree and goes down to one leaf. The leaf is
/// then recomputed from input and weights, every product exactly and without projection: r(E) is
/// public by then, and a row with a false product and the right projection is found in seconds by
/// lattice reduction.
@NullMarked
package org.assay.verifier.challenge;

import org.jspecify.annotations.NullMarked;
