/// Peers: connections over RLPx ([org.assay.p2p.rlpx]), what travels on them ([WireCode]), whom
/// to dial, who is banned.
///
/// Besides devp2p's own messages a connection carries `eth/68` or `eth/69`, `istanbul/100` (QBFT
/// messages as Besu sends them) and `assay/1`: attestations, and sidecars fetched in pieces.
@NullMarked
package org.assay.p2p;

import org.jspecify.annotations.NullMarked;
