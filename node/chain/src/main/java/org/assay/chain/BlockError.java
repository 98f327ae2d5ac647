package org.assay.chain;

/// Why a block is refused, named as execution-spec-tests name it where they do. Each says whether
/// the peer that sent it is to blame.
public enum BlockError {
    MALFORMED(true),
    UNKNOWN_PARENT(false),
    INVALID_BLOCK_NUMBER(true),
    INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT(true),
    TIMESTAMP_IN_THE_FUTURE(false),
    INVALID_GASLIMIT(true),
    GAS_USED_OVERFLOW(true),
    INVALID_BASEFEE_PER_GAS(true),
    INVALID_DIFFICULTY(true),
    INVALID_MIX_HASH(true),
    INVALID_NONCE(true),
    INVALID_EXTRA_DATA(true),
    INVALID_COINBASE(true),
    INVALID_OMMERS(true),
    MISSING_OR_EXTRA_HEADER_FIELD(true),
    INCORRECT_EXCESS_BLOB_GAS(true),
    INCORRECT_BLOB_GAS_USED(true),
    INVALID_PARENT_BEACON_BLOCK_ROOT(true),
    RLP_BLOCK_LIMIT_EXCEEDED(true),
    INVALID_TRANSACTIONS_ROOT(true),
    INVALID_WITHDRAWALS_ROOT(true),
    INVALID_RECEIPTS_ROOT(true),
    INVALID_LOG_BLOOM(true),
    INVALID_STATE_ROOT(true),
    INVALID_GAS_USED(true),
    INVALID_REQUESTS(true),
    INVALID_SIGNATURE(true),
    INVALID_TRANSACTION(true),
    INVALID_SEALS(true),
    PROLOGUE_MISSING(true),
    PROLOGUE_MALFORMED(true),
    PROLOGUE_FAILED(true),
    WRONG_BEACON_REVEAL(true),
    WRONG_CERTIFICATE(true),
    WRONG_VERDICT(true),
    WRONG_LEDGER_ROW(true),
    WRONG_WITHDRAWALS(true),
    CANNOT_CHECK(false);

    private final boolean peerToBlame;

    BlockError(boolean peerToBlame) {
        this.peerToBlame = peerToBlame;
    }

    public boolean isPeerToBlame() {
        return peerToBlame;
    }
}
