package org.assay.evm;

import java.math.BigInteger;
import java.util.List;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.jspecify.annotations.Nullable;

/// Whether a transaction may be in a block at all: first what the transaction and the block's
/// rules say, then what the sender's account says.
public final class Validity {
    /// EIP-7594: blobs a transaction may carry from Osaka on.
    private static final int TRANSACTION_BLOBS_MAX = 6;

    private static final int VERSIONED_HASH_VERSION = 1;

    private Validity() {}

    /// The first rule that `body` breaks whatever the state, or null. Base fee and blob base fee
    /// are those of `block`.
    public static @Nullable TransactionError check(TransactionBody body, BlockContext block) {
        Rules rules = Rules.forFork(block.fork());
        TransactionError error = checkType(body, rules);
        if (error == null) {
            error = checkChainId(body, block, rules);
        }
        if (error == null) {
            error = checkGas(body, rules);
        }
        if (error == null) {
            error = checkFees(body, block, rules);
        }
        if (error == null && body.type() == Transaction.BLOB) {
            error = checkBlobs(body, block, rules);
        }
        if (error == null && body.type() == Transaction.SET_CODE) {
            if (body.to() == null) {
                return TransactionError.TYPE_4_TX_CONTRACT_CREATION;
            }
            if (body.authorizations().isEmpty()) {
                return TransactionError.TYPE_4_EMPTY_AUTHORIZATION_LIST;
            }
        }
        return error;
    }

    private static @Nullable TransactionError checkType(TransactionBody body, Rules rules) {
        return switch (body.type()) {
            case Transaction.ACCESS_LIST ->
                    rules.hasWarmAndCold ? null : TransactionError.TYPE_1_TX_PRE_FORK;
            case Transaction.DYNAMIC_FEE ->
                    rules.hasBaseFee ? null : TransactionError.TYPE_2_TX_PRE_FORK;
            case Transaction.BLOB -> rules.cancun ? null : TransactionError.TYPE_3_TX_PRE_FORK;
            case Transaction.SET_CODE -> rules.prague ? null : TransactionError.TYPE_4_TX_PRE_FORK;
            default -> null;
        };
    }

    private static @Nullable TransactionError checkChainId(
            TransactionBody body, BlockContext block, Rules rules) {
        UInt256 chainId = body.chainId();
        boolean known = rules.clearsEmpty; // EIP-155 came with EIP-161.
        return chainId == null || (known && chainId.equals(UInt256.of(block.chainId())))
                ? null
                : TransactionError.INVALID_CHAINID;
    }

    private static @Nullable TransactionError checkGas(TransactionBody body, Rules rules) {
        boolean huge = body.gasLimit() < 0; // Above 2^63: more than any block has.
        if (rules.osaka && (huge || body.gasLimit() > Rules.TRANSACTION_GAS_MAX)) {
            return TransactionError.GAS_LIMIT_EXCEEDS_MAXIMUM;
        }
        if (rules.shanghai && body.to() == null && body.data().size() > Rules.INITCODE_BYTES_MAX) {
            return TransactionError.INITCODE_SIZE_EXCEEDED;
        }
        IntrinsicGas intrinsic = IntrinsicGas.of(body, rules.fork);
        if (!huge && body.gasLimit() < intrinsic.gas()) {
            return TransactionError.INTRINSIC_GAS_TOO_LOW;
        }
        return !huge && body.gasLimit() < intrinsic.floor()
                ? TransactionError.INTRINSIC_GAS_BELOW_FLOOR_GAS_COST
                : null;
    }

    private static @Nullable TransactionError checkFees(
            TransactionBody body, BlockContext block, Rules rules) {
        if (!rules.hasBaseFee) {
            return null;
        }
        if (body.maxPriorityFeePerGas().compareTo(body.maxFeePerGas()) > 0) {
            return TransactionError.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS;
        }
        return body.maxFeePerGas().compareTo(block.baseFeePerGas()) < 0
                ? TransactionError.INSUFFICIENT_MAX_FEE_PER_GAS
                : null;
    }

    private static @Nullable TransactionError checkBlobs(
            TransactionBody body, BlockContext block, Rules rules) {
        List<Hash> hashes = body.blobVersionedHashes();
        if (body.to() == null) {
            return TransactionError.TYPE_3_TX_CONTRACT_CREATION;
        }
        if (hashes.isEmpty()) {
            return TransactionError.TYPE_3_TX_ZERO_BLOBS;
        }
        for (Hash hash : hashes) {
            if (hash.w0() >>> 56 != VERSIONED_HASH_VERSION) {
                return TransactionError.TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH;
            }
        }
        if (hashes.size() > block.blobs().maxBlobs()
                || (rules.osaka && hashes.size() > TRANSACTION_BLOBS_MAX)) {
            return TransactionError.TYPE_3_TX_BLOB_COUNT_EXCEEDED;
        }
        return body.maxFeePerBlobGas().compareTo(block.blobBaseFee()) < 0
                ? TransactionError.INSUFFICIENT_MAX_FEE_PER_BLOB_GAS
                : null;
    }

    /// The most the sender may have to pay, in wei: gas and blob gas at their caps, and the
    /// value.
    public static BigInteger upfrontCostWei(TransactionBody body) {
        BigInteger gasLimit = UInt256.of(body.gasLimit()).toBigInteger();
        BigInteger cost = body.maxFeePerGas().toBigInteger().multiply(gasLimit);
        long blobGas = body.blobVersionedHashes().size() * Rules.BLOB_GAS;
        if (blobGas > 0) {
            BigInteger fee = body.maxFeePerBlobGas().toBigInteger();
            cost = cost.add(fee.multiply(BigInteger.valueOf(blobGas)));
        }
        return cost.add(body.value().toBigInteger());
    }

    /// The first rule broken in view of the sender's account, or null.
    /// `impersonated`: a developer's chain lets contracts send.
    static @Nullable TransactionError checkSender(
            TransactionBody body,
            AccountState sender,
            Code code,
            Rules rules,
            boolean impersonated) {
        if (body.nonce() == -1L) {
            return TransactionError.NONCE_IS_MAX; // EIP-2681
        }
        int order = Long.compareUnsigned(body.nonce(), sender.nonce);
        if (order != 0) {
            return order < 0
                    ? TransactionError.NONCE_MISMATCH_TOO_LOW
                    : TransactionError.NONCE_MISMATCH_TOO_HIGH;
        }
        if (sender.hasCode() && !impersonated && !(rules.prague && code.delegate != null)) {
            return TransactionError.SENDER_NOT_EOA; // EIP-3607
        }
        BigInteger cost = upfrontCostWei(body);
        if (cost.compareTo(sender.balance.toBigInteger()) > 0) {
            return cost.bitLength() > 256
                    ? TransactionError.GASLIMIT_PRICE_PRODUCT_OVERFLOW
                    : TransactionError.INSUFFICIENT_ACCOUNT_FUNDS;
        }
        return null;
    }
}
