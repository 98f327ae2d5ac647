package org.assay.evm;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// Runs a message as `eth_call` does: no signature, no nonce check, no fees, nothing kept. State
/// overrides are a [StateView] of the caller's making.
public final class CallSimulation {
    private CallSimulation() {}

    /// A call, or a creation where `to` is null. `gasPrice` is what GASPRICE answers.
    public record Message(
            Address from,
            @Nullable Address to,
            Bytes input,
            UInt256 value,
            long gas,
            UInt256 gasPrice,
            List<AccessListEntry> accessList,
            List<Hash> blobVersionedHashes,
            List<Authorization> authorizations) {

        /// As a body, for what depends on that alone.
        TransactionBody body(BlockContext block) {
            return new TransactionBody(
                    authorizations.isEmpty() ? Transaction.DYNAMIC_FEE : Transaction.SET_CODE,
                    UInt256.of(block.chainId()),
                    0,
                    UInt256.ZERO,
                    gasPrice,
                    gas,
                    to,
                    value,
                    input,
                    accessList,
                    UInt256.ZERO,
                    blobVersionedHashes,
                    authorizations);
        }

        /// A plain call.
        public static Message call(Address from, Address to, Bytes input, long gas) {
            return new Message(
                    from,
                    to,
                    input,
                    UInt256.ZERO,
                    gas,
                    UInt256.ZERO,
                    List.of(),
                    List.of(),
                    List.of());
        }
    }

    /// How it went. `gasUsed` with intrinsic gas and after refunds, `gasSpent` before refunds:
    /// the least limit that could do, but for the 63/64 rule and the floor of EIP-7623. `halt`
    /// null means success; INTRINSIC problems are in `refusal`, with nothing run.
    public record Result(
            @Nullable HaltReason halt,
            Bytes output,
            long gasUsed,
            long gasSpent,
            List<Log> logs,
            Optional<Address> created,
            Optional<TransactionError> refusal,
            StateDiff diff) {
        static Result of(@Nullable HaltReason halt, Bytes output, long gasUsed, List<Log> logs) {
            return new Result(
                    halt,
                    output,
                    gasUsed,
                    gasUsed,
                    logs,
                    Optional.empty(),
                    Optional.empty(),
                    StateDiff.EMPTY);
        }

        public boolean success() {
            return halt == null && refusal.isEmpty();
        }
    }

    /// Runs `message` on `state`. Refuses only a gas limit below the intrinsic gas, a value above
    /// the balance, and initcode that is too large.
    public static Result run(StateView state, BlockContext block, Message message, Tracer tracer) {
        JournaledState journal = new JournaledState(state);
        Result result = run(journal, block, message, tracer);
        return new Result(
                result.halt(),
                result.output(),
                result.gasUsed(),
                result.gasSpent(),
                result.logs(),
                result.created(),
                result.refusal(),
                journal.diff());
    }

    public static Result run(StateView state, BlockContext block, Message message) {
        return run(state, block, message, Tracer.NONE);
    }

    /// On a state that keeps the changes for the next message; `diff` of the result is empty.
    public static Result run(
            JournaledState state, BlockContext block, Message message, Tracer tracer) {
        TransactionBody body = message.body(block);
        Rules rules = Rules.forFork(block.fork());
        IntrinsicGas intrinsic = IntrinsicGas.of(body, block.fork());
        Machine machine = state.machine();
        machine.prepare(
                block, message.from(), message.gasPrice(), message.blobVersionedHashes(), tracer);
        AccountState sender = state.account(message.from());
        TransactionError error = null;
        if (rules.shanghai
                && message.to() == null
                && message.input().size() > Rules.INITCODE_BYTES_MAX) {
            error = TransactionError.INITCODE_SIZE_EXCEEDED;
        } else if (message.gas() < intrinsic.gas()) {
            error = TransactionError.INTRINSIC_GAS_TOO_LOW;
        } else if (message.gas() < intrinsic.floor()) {
            error = TransactionError.INTRINSIC_GAS_BELOW_FLOOR_GAS_COST;
        } else if (sender.balance.compareTo(message.value()) < 0) {
            error = TransactionError.INSUFFICIENT_ACCOUNT_FUNDS;
        }
        if (error != null) {
            return refused(error);
        }
        state.beginTransaction();
        org.assay.evm.Message inner =
                new org.assay.evm.Message(
                        message.from(),
                        message.to(),
                        message.input(),
                        message.value(),
                        message.gas() - intrinsic.gas(),
                        message.accessList(),
                        message.authorizations());
        Frame frame = inner.run(machine);
        long spent = message.gas() - frame.gas;
        long used = Transition.settle(state, machine, spent, intrinsic.floor());
        boolean created = frame.isCreate() && frame.halt == null;
        HaltReason halt = frame.halt;
        Bytes output = frame.outputBytes();
        List<Log> logs = List.copyOf(state.finishTransaction(rules));
        return new Result(
                halt,
                output,
                used,
                spent,
                logs,
                created ? Optional.of(frame.target.address) : Optional.empty(),
                Optional.empty(),
                StateDiff.EMPTY);
    }

    private static Result refused(TransactionError error) {
        return new Result(
                null,
                Bytes.EMPTY,
                0,
                0,
                List.of(),
                Optional.empty(),
                Optional.of(error),
                StateDiff.EMPTY);
    }
}
