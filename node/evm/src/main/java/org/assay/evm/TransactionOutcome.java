package org.assay.evm;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.primitives.state.StateDiff;
import org.jspecify.annotations.Nullable;

/// What became of a transaction: it ran (well or not) and is in the block, or it cannot be in it.
public sealed interface TransactionOutcome {
    /// It ran. `halt` is null exactly when it succeeded. `gasUsed` after refunds; `gasSpent`
    /// before them. `output` is the return data, the created code, or the revert data. `created`
    /// is the new contract of a creation. `burnedWei` left the supply by SELFDESTRUCT; burned
    /// base and blob fees are not in it. `diff` is empty when the caller keeps the
    /// [JournaledState].
    record Executed(
            StateDiff diff,
            long gasUsed,
            long gasSpent,
            @Nullable HaltReason halt,
            Bytes output,
            List<Log> logs,
            Optional<Address> created,
            UInt256 effectiveGasPrice,
            long blobGasUsed,
            UInt256 burnedWei)
            implements TransactionOutcome {
        public boolean success() {
            return halt == null;
        }
    }

    /// It is invalid here and changed nothing.
    record Refused(TransactionError reason) implements TransactionOutcome {}
}
