package org.assay.chain.pool;

import org.assay.primitives.Hash;

/// What the pool says to a transaction.
public sealed interface PoolAnswer {
    /// In the pool; `isNew` is false for one that was there already.
    record Accepted(Hash hash, boolean isNew) implements PoolAnswer {}

    record Refused(Reason reason, String detail) implements PoolAnswer {
        /// The words that clients look for, then what is wrong with this one.
        public String message() {
            return detail.isEmpty() ? reason.words : reason.words + ": " + detail;
        }
    }

    /// Why a transaction is refused, in the words that clients look for, and whether an honest
    /// peer could not have sent it.
    enum Reason {
        INVALID_SENDER("invalid sender", true),
        WRONG_CHAIN("invalid chain id for signer", true),
        TYPE_NOT_SUPPORTED("transaction type not supported", true),
        NONCE_TOO_LOW("nonce too low", false),
        NONCE_TOO_HIGH("nonce too far in the future", false),
        UNDERPRICED("transaction underpriced", false),
        REPLACEMENT_UNDERPRICED("replacement transaction underpriced", false),
        TIP_ABOVE_FEE_CAP("max priority fee per gas higher than max fee per gas", true),
        INSUFFICIENT_FUNDS("insufficient funds for gas * price + value", false),
        INTRINSIC_GAS("intrinsic gas too low", true),
        EXCEEDS_BLOCK_GAS_LIMIT("exceeds block gas limit", false),
        EXCEEDS_TRANSACTION_GAS_LIMIT("transaction gas limit too high", true),
        OVERSIZED("oversized data", false),
        SENDER_NOT_EXTERNALLY_OWNED("sender not an eoa", false),
        SENDER_FULL("account limit exceeded", false),
        POOL_FULL("txpool is full", false),
        MISSING_SIDECAR("missing sidecar in blob transaction", true),
        INVALID_BLOBS("invalid blob transaction", true),
        BLOB_FEE_CAP_TOO_LOW("max fee per blob gas less than block blob gas fee", false);

        private final String words;
        private final boolean peerToBlame;

        Reason(String words, boolean peerToBlame) {
            this.words = words;
            this.peerToBlame = peerToBlame;
        }

        public boolean isPeerToBlame() {
            return peerToBlame;
        }
    }
}
