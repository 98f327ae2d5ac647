/// The running node: one loop that owns consensus, the pool and state writes, and the adapters
/// around it for disk, peers and verification.
///
/// | thread | owns |
/// |---|---|
/// | `node` (platform) | [NodeLoop]: consensus, pool, block building and execution, state writes
/// |
/// | `verifier` (platform) | one proof at a time |
/// | `p2p-in`, `p2p-out` (virtual, one a peer) | decoding, signature recovery, writing |
/// | RPC calls (virtual) | decoding, reads of the head snapshot; writes are posted to the loop |
@NullMarked
package org.assay.app.node;

import org.jspecify.annotations.NullMarked;
