package org.assay.evm;

import java.math.BigInteger;
import org.assay.evm.TransactionOutcome.Refused;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.jspecify.annotations.Nullable;

/// Runs a transaction without a signature as if it were in a block, fees, refunds and all, with
/// those checks left out that a simulation does without. The checks and their order are geth's
/// (`core/state_transition.go`), for clients compare the refusals.
public final class TrialRun {
    private TrialRun() {}

    /// Which checks hold. `nonce`: the nonce must be the account's. `baseFee`: fees must cover
    /// the base fee even where they are zero.
    public record Checks(boolean nonce, boolean baseFee) {
        /// As `eth_call`: fees of zero pass, and then BASEFEE is as the context says.
        public static final Checks CALL = new Checks(false, false);

        /// As a block, but for the signature.
        public static final Checks BLOCK = new Checks(true, true);
    }

    /// On a state that keeps the changes; a refusal leaves it as it was. `gasAvailable` as in
    /// [Transition#apply].
    public static TransactionOutcome run(
            JournaledState state,
            BlockContext block,
            TransactionBody body,
            Address from,
            Checks checks,
            long gasAvailable,
            Tracer tracer) {
        Machine machine = state.machine();
        boolean free = body.maxFeePerGas().isZero() && body.maxPriorityFeePerGas().isZero();
        boolean skipsFees = !checks.baseFee() && free;
        machine.prepare(
                block, from, price(body, block, skipsFees), body.blobVersionedHashes(), tracer);
        AccountState sender = state.account(from);
        TransactionError error = refusal(body, block, sender, checks, skipsFees);
        if (error == null) {
            error = refusalByGas(body, block, sender, gasAvailable);
        }
        return error == null
                ? Transition.execute(machine, body, sender, !skipsFees)
                : new Refused(error);
    }

    private static UInt256 price(TransactionBody body, BlockContext block, boolean skipsFees) {
        if (skipsFees) {
            return UInt256.ZERO;
        }
        if (body.type() < Transaction.DYNAMIC_FEE) {
            return body.maxFeePerGas();
        }
        UInt256 full = block.baseFeePerGas().add(body.maxPriorityFeePerGas());
        return full.min(body.maxFeePerGas());
    }

    private static @Nullable TransactionError refusal(
            TransactionBody body,
            BlockContext block,
            AccountState sender,
            Checks checks,
            boolean skipsFees) {
        if (checks.nonce()) {
            int order = Long.compareUnsigned(body.nonce(), sender.nonce);
            if (order != 0) {
                return order < 0
                        ? TransactionError.NONCE_MISMATCH_TOO_LOW
                        : TransactionError.NONCE_MISMATCH_TOO_HIGH;
            }
            if (sender.nonce == -1L) {
                return TransactionError.NONCE_IS_MAX;
            }
        }
        if (Rules.forFork(block.fork()).hasBaseFee && !skipsFees) {
            if (body.maxPriorityFeePerGas().compareTo(body.maxFeePerGas()) > 0) {
                return TransactionError.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS;
            }
            if (body.maxFeePerGas().compareTo(block.baseFeePerGas()) < 0) {
                return TransactionError.INSUFFICIENT_MAX_FEE_PER_GAS;
            }
        }
        if (!body.blobVersionedHashes().isEmpty()
                && (checks.baseFee() || !body.maxFeePerBlobGas().isZero())
                && body.maxFeePerBlobGas().compareTo(block.blobBaseFee()) < 0) {
            return TransactionError.INSUFFICIENT_MAX_FEE_PER_BLOB_GAS;
        }
        if (!body.blobVersionedHashes().isEmpty() && body.to() == null) {
            return TransactionError.TYPE_3_TX_CONTRACT_CREATION;
        }
        return body.type() == Transaction.SET_CODE && body.to() == null
                ? TransactionError.TYPE_4_TX_CONTRACT_CREATION
                : null;
    }

    private static @Nullable TransactionError refusalByGas(
            TransactionBody body, BlockContext block, AccountState sender, long gasAvailable) {
        BigInteger cost = Validity.upfrontCostWei(body);
        if (cost.compareTo(sender.balance.toBigInteger()) > 0) {
            return TransactionError.INSUFFICIENT_ACCOUNT_FUNDS;
        }
        if (body.gasLimit() < 0 || body.gasLimit() > gasAvailable) {
            return TransactionError.GAS_ALLOWANCE_EXCEEDED;
        }
        IntrinsicGas intrinsic = IntrinsicGas.of(body, block.fork());
        if (body.gasLimit() < intrinsic.gas()) {
            return TransactionError.INTRINSIC_GAS_TOO_LOW;
        }
        if (body.gasLimit() < intrinsic.floor()) {
            return TransactionError.INTRINSIC_GAS_BELOW_FLOOR_GAS_COST;
        }
        return Rules.forFork(block.fork()).shanghai
                        && body.to() == null
                        && body.data().size() > Rules.INITCODE_BYTES_MAX
                ? TransactionError.INITCODE_SIZE_EXCEEDED
                : null;
    }
}
