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

    /// How it went. `gasUsed` with intrinsic gas and after refunds, `gasSpent` before refunds: the
    /// least limit that could do, but for the 63/64 rule and the floor of EIP-7623. `halt` null
    /// means success; INTRINSIC problems are in `refusal`, with nothing run.
    public record Result(
            @Nullable HaltReason halt,
            Bytes output,
            long gasUsed,
            long gasSpent,
            List<Log> logs,
            Optional<Address> created,
            Optional<TransactionError> refusal,
            StateDiff diff) {
        public boolean success() {
            return halt == null && refusal.isEmpty();
        }
    }

    /// Runs `message` on `state`. Refuses only a gas limit below the intrinsic gas, a value above
    /// the balance, and initcode that is too large.
    public static Result run(StateView state, BlockContext block, Message message, Tracer tracer) {
        if (message.gas() >= 0) {
            return Stub.notYet("CallSimulation");
        }
        return new Result(
                HaltReason.OUT_OF_GAS,
                Bytes.EMPTY,
                0,
                0,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                StateDiff.EMPTY);
    }

    public static Result run(StateView state, BlockContext block, Message message) {
        return run(state, block, message, Tracer.NONE);
    }
}
