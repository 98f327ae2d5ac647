/// The `eth` protocol, versions 68 and 69 (devp2p `caps/eth.md`): handshake with fork id, and
/// answering for blocks and receipts. QBFT headers travel as stored, with their seals.
@NullMarked
package org.assay.p2p.eth;

import org.jspecify.annotations.NullMarked;
