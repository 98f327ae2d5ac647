package org.assay.primitives.state;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// Reads of one fixed state: nothing seen through a view ever changes.
public interface StateView {
    /// The account, or null where there is none.
    @Nullable Account account(Address address);

    /// The value in `slot` of the account's storage; zero where there is none.
    UInt256 storage(Address address, UInt256 slot);

    /// The code with this hash; empty for the hash of no code. Throws [IllegalStateException] for
    /// a hash that no account of this state carries.
    Bytes code(Hash codeHash);

    /// Whether any storage slot of the account is non-zero (EIP-7610 asks at creation).
    boolean hasStorage(Address address);
}
