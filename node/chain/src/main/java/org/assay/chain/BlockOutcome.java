package org.assay.chain;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.state.StateDiff;

/// What running a block did. `requestsHash` from Prague on, of
/// `requests`, `type ‖ data` each (EIP-7685). The burned parts in wei are what a
/// header does not tell: contracts destroyed in their creating transaction, and what the burn
/// address gained.
public record BlockOutcome(
        StateDiff diff,
        List<Receipt> receipts,
        long gasUsed,
        long blobGasUsed,
        Bytes logsBloom,
        Optional<Hash> requestsHash,
        List<Bytes> requests,
        UInt256 selfdestructWei,
        UInt256 burnAddressWei) {}
