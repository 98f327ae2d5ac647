/// RLPx v5 (devp2p `rlpx.md`, EIP-8): who the other side is, and encrypted frames with it.
///
/// The handshake is `auth` from the initiator and `ack` back, each `u16 size ‖ ECIES(rlp ‖
/// padding)`; the form before EIP-8 (no size, fixed fields) is understood too. ECIES is
/// `0x04 ‖ ephemeral key (64) ‖ iv (16) ‖ AES-128-CTR ciphertext ‖ HMAC-SHA-256 (32)`.
/// A frame is `header (16) ‖ header MAC (16) ‖ data, padded to 16 ‖ data MAC (16)`; its data is
/// `rlp(message id) ‖ payload`, the payload compressed with snappy once both sides have sent
/// Hello of version 5.
@NullMarked
package org.assay.p2p.rlpx;

import org.jspecify.annotations.NullMarked;
