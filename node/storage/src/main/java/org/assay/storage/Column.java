package org.assay.storage;

/// The columns (RocksDB column families) of the database. A column's name on disk is its name
/// here; a new one may be added at any time, renaming or reusing one needs a new
/// [RocksStore#FORMAT_VERSION].
public enum Column {
    /// Markers and heads: small keys in ASCII.
    META,
    HEADERS,
    BODIES,
    RECEIPTS,
    /// Block hash to height.
    BLOCK_NUMBERS,
    /// Transaction hash to its place.
    TRANSACTIONS,
    LOGS,
    ACCOUNTS,
    SLOTS,
    CODES,
    ACCOUNT_NODES,
    SLOT_NODES,
    ACCOUNT_HISTORY,
    SLOT_HISTORY,
    /// Watermarks and locks of the consensus engine.
    CONSENSUS,
    POOL,
    SIDECARS,
    PROOFS,
    PEERS,
    /// Keccak of an address or a slot to that: what a state snapshot is served with.
    PREIMAGES,
    /// What is still to be fetched of a state snapshot.
    INTAKE,
    /// Proven changes of the validator set, by height.
    VALIDATOR_SETS
}
