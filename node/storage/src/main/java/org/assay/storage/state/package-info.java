/// The state of the chain on disk. Layout, one column each (integers big-endian):
///
/// ```
/// ACCOUNTS         address(20)                                  -> account (StoredAccount)
/// SLOTS            address(20) slot(32)                         -> value, 1 to 32 bytes
/// CODES            codeHash(32)                                 -> code
/// ACCOUNT_NODES    path, one nibble a byte                      -> trie node (RLP)
/// SLOT_NODES       keccak(address)(32) path                     -> trie node (RLP)
/// ACCOUNT_HISTORY  segment(8) address(20) block(8)              -> account before that block
/// SLOT_HISTORY     segment(8) address(20) slot(32) block(8)     -> value before that block
/// PREIMAGES        keccak(address or slot)(32)                  -> address(20) or slot(32)
/// INTAKE           see StateTask                                -> reference, while downloading
/// META             "state"                                      -> block(8) stateRoot(32)
///                  "preimages"                                  -> block up to which they are
/// kept
///                  "intake"                                     -> plan of an unfinished
/// download ```
///
/// The flat values are keyed by plain address, so that a read costs no hash. Trie nodes are
/// keyed by path: a new version replaces the old one, nothing has to be collected. What was
/// before a block is in the history columns, written by the same batch; an entry of nothing is
/// empty.
@NullMarked
package org.assay.storage.state;

import org.jspecify.annotations.NullMarked;
