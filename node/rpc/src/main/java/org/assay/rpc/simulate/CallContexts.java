package org.assay.rpc.simulate;

import java.util.List;
import org.assay.evm.BlockContext;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;

/// What calls, unlike transactions, are run with.
public final class CallContexts {
    /// Gas of one call or simulation, whatever it asks for: geth's standard cap.
    public static final long GAS_MAX = 50_000_000;

    private CallContexts() {}

    /// `block` with fees of zero where the call offers none, for a base fee above the offer is
    /// no state that code may see.
    public static BlockContext freeOfFees(BlockContext block, TransactionBody body) {
        boolean free = body.maxFeePerGas().isZero() && body.maxPriorityFeePerGas().isZero();
        return new BlockContext(
                block.fork(),
                block.chainId(),
                block.number(),
                block.timestamp(),
                block.coinbase(),
                free ? UInt256.ZERO : block.baseFeePerGas(),
                block.prevRandao(),
                block.difficulty(),
                block.gasLimit(),
                body.maxFeePerBlobGas().isZero() ? UInt256.ZERO : block.blobBaseFee(),
                block.blobs(),
                block.hashes());
    }

    static BlockContext withBlobBaseFee(BlockContext block, UInt256 blobBaseFee) {
        return new BlockContext(
                block.fork(),
                block.chainId(),
                block.number(),
                block.timestamp(),
                block.coinbase(),
                block.baseFeePerGas(),
                block.prevRandao(),
                block.difficulty(),
                block.gasLimit(),
                blobBaseFee,
                block.blobs(),
                block.hashes());
    }

    static TransactionBody withAccessList(TransactionBody body, List<AccessListEntry> list) {
        return new TransactionBody(
                body.type() == Transaction.LEGACY ? Transaction.ACCESS_LIST : body.type(),
                body.chainId(),
                body.nonce(),
                body.maxPriorityFeePerGas(),
                body.maxFeePerGas(),
                body.gasLimit(),
                body.to(),
                body.value(),
                body.data(),
                list,
                body.maxFeePerBlobGas(),
                body.blobVersionedHashes(),
                body.authorizations());
    }
}
