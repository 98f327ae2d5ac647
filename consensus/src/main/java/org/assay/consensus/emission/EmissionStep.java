package org.assay.consensus.emission;

import java.util.List;
import org.assay.primitives.block.Withdrawal;

/// What [EmissionRules#next] decides for a block: its ledger row, its withdrawals in their only
/// valid order, and what is worth telling.
public record EmissionStep(
        LedgerRow row, List<Withdrawal> withdrawals, List<EmissionEvent> events) {
    public EmissionStep {
        withdrawals = List.copyOf(withdrawals);
        events = List.copyOf(events);
    }
}
