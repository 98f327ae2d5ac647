/// Peers: authenticated connections, what travels on them, and catching up.
///
/// A frame on the wire is `u32 size ‖ AES-256-GCM(u8 code ‖ payload)`, numbered per direction.
/// The handshake: each side sends `u8 version ‖ ephemeral key (64) ‖ nonce (32)`, then,
/// encrypted, a signature with its node key over both sides' values, the chain id and the genesis
/// hash.
@NullMarked
package org.assay.p2p;

import org.jspecify.annotations.NullMarked;
