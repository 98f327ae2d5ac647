package org.assay.rpc.simulate;

import org.assay.evm.BlockContext;
import org.assay.evm.IntrinsicGas;
import org.assay.evm.TransactionError;
import org.assay.evm.Validity;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.state.Account;
import org.jspecify.annotations.Nullable;

/// Why a transaction cannot run, in geth's words.
public final class Refusals {
    private Refusals() {}

    /// `account` is the sender's, null where there is none.
    public static String words(
            TransactionError error,
            TransactionBody body,
            Address from,
            @Nullable Account account,
            BlockContext block) {
        long nonce = account == null ? 0 : account.nonce();
        String nonces =
                ": address "
                        + from.toChecksum()
                        + ", tx: "
                        + Long.toUnsignedString(body.nonce())
                        + " state: "
                        + Long.toUnsignedString(nonce);
        IntrinsicGas intrinsic = IntrinsicGas.of(body, block.fork());
        return switch (error) {
            case NONCE_MISMATCH_TOO_LOW -> "nonce too low" + nonces;
            case NONCE_MISMATCH_TOO_HIGH -> "nonce too high" + nonces;
            case NONCE_IS_MAX ->
                    "nonce has max value: address "
                            + from.toChecksum()
                            + ", nonce: "
                            + Long.toUnsignedString(nonce);
            case INSUFFICIENT_MAX_FEE_PER_GAS ->
                    "max fee per gas less than block base fee: address "
                            + from.toChecksum()
                            + ", maxFeePerGas: "
                            + body.maxFeePerGas().toBigInteger()
                            + ", baseFee: "
                            + block.baseFeePerGas().toBigInteger();
            case PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS ->
                    "max priority fee per gas higher than max fee per gas: address "
                            + from.toChecksum();
            case INSUFFICIENT_MAX_FEE_PER_BLOB_GAS ->
                    "max fee per blob gas less than block blob gas fee: address "
                            + from.toChecksum();
            case INSUFFICIENT_ACCOUNT_FUNDS ->
                    "insufficient funds for gas * price + value: address "
                            + from.toChecksum()
                            + " have "
                            + (account == null ? UInt256.ZERO : account.balance()).toBigInteger()
                            + " want "
                            + Validity.upfrontCostWei(body);
            case INTRINSIC_GAS_TOO_LOW ->
                    "intrinsic gas too low: have " + body.gasLimit() + ", want " + intrinsic.gas();
            case INTRINSIC_GAS_BELOW_FLOOR_GAS_COST ->
                    "insufficient gas for floor data gas cost: have "
                            + body.gasLimit()
                            + ", want "
                            + intrinsic.floor();
            case INITCODE_SIZE_EXCEEDED ->
                    "max initcode size exceeded: code size " + body.data().size();
            case GAS_ALLOWANCE_EXCEEDED -> "gas limit reached";
            default -> error.toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
    }
}
