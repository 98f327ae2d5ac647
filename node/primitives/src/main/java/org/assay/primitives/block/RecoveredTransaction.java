package org.assay.primitives.block;

import org.assay.primitives.Address;

/// A transaction and the sender that its signature proves. Made by [Transaction#recover] alone,
/// save for calls that carry no signature.
public record RecoveredTransaction(Transaction transaction, Address sender) {}
