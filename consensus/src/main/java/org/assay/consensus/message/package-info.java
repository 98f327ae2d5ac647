/// The QBFT messages and the header's extraData, byte for byte as Hyperledger Besu writes them.
///
/// Layouts (RLP; `sig` = 65 bytes r ‖ s ‖ v with v ∈ {0, 1} and low s):
///
/// ```
/// Prepare     [[height, round, digest], sig]
/// Commit      [[height, round, digest, seal65], sig]
/// RoundChange [[[height, round, M], sig], block | [], A, [signedPrepare ...]]
///             M = [] | [preparedRound, preparedDigest]
/// Proposal    [[[height, round, block, A], sig], [[signedRoundChange ...], [signedPrepare ...]]]
/// block       [header, transactions, ommers, withdrawals?]
/// A           block access list (from Amsterdam) or the empty string; absent in the legacy form
/// extraData   [vanity, [validator ...], vote, round, [seal65 ...]]
/// ```
///
/// What is signed: `keccak256(RLP[code, payload])` with the local `istanbul` code.
@NullMarked
package org.assay.consensus.message;

import org.jspecify.annotations.NullMarked;
