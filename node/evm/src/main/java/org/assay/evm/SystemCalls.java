package org.assay.evm;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Log;
import org.jspecify.annotations.Nullable;

/// What a block does around its transactions: EIP-4788 and EIP-2935 before, EIP-7002 and EIP-7251
/// after, each a call from 0xff…fe with 30 million gas of its own.
public final class SystemCalls {
    private SystemCalls() {}

    /// Before the first transaction: the beacon root (from Cancun) and the parent's hash (from
    /// Prague) go into their contracts. A missing contract is no error.
    public static void beforeTransactions(
            JournaledState state,
            BlockContext block,
            Hash parentHash,
            @Nullable Hash parentBeaconBlockRoot,
            Tracer tracer) {
        Stub.notYet("SystemCalls");
    }

    /// The requests of a block (EIP-7685), or why the block is invalid.
    public sealed interface Requests {
        /// `type ‖ data` of each type that has any, ascending.
        record Collected(List<Bytes> requests) implements Requests {
            /// The `requestsHash` of the header.
            public Hash hash() {
                return Stub.notYet("SystemCalls");
            }
        }

        /// The block is invalid.
        record Invalid(RequestsError reason) implements Requests {}
    }

    /// Named as execution-spec-tests name them (BlockException).
    public enum RequestsError {
        SYSTEM_CONTRACT_EMPTY,
        SYSTEM_CONTRACT_CALL_FAILED,
        INVALID_DEPOSIT_EVENT_LAYOUT
    }

    /// After the last transaction and the withdrawals, from Prague on: deposits from the logs of
    /// `depositContract` (EIP-6110), then the two queues.
    public static Requests afterTransactions(
            JournaledState state,
            BlockContext block,
            List<Log> logsOfBlock,
            org.assay.primitives.@Nullable Address depositContract,
            Tracer tracer) {
        return Stub.notYet("SystemCalls");
    }
}
