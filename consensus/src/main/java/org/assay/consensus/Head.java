package org.assay.consensus;

import org.assay.primitives.Address;
import org.assay.primitives.Hash;

/// The chain's head, and what the chain says of the height after it: its validators (from headers
/// or from a contract: the chain's business) and its timing.
public record Head(
        long height,
        Hash hash,
        Address coinbase,
        long timestampMillis,
        Validators nextValidators,
        Timing nextTiming) {}
