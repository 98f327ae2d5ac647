package org.assay.storage.state;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;

/// What is sent of a state snapshot in answer to one [StateTask]: everything below a place in a
/// trie, or the one node there where that is too much, or a piece of code.
public sealed interface StatePart {
    /// Accounts, or slots of one account, in one part; who holds more answers with a node.
    int LEAVES_MAX = 1_024;

    /// One contract's code; EIP-170 allows 24,576, a network of one's own may allow more.
    int CODE_BYTES_MAX = 1 << 19;

    /// A trie node: a branch has 532 bytes at most.
    int NODE_BYTES_MAX = 1_024;

    /// The node at the place: there are more leaves under it than one part holds.
    record Inner(Bytes node) implements StatePart {}

    /// All accounts under the place, by the hash of their address.
    record Accounts(List<AccountEntry> entries) implements StatePart {}

    /// All slots under the place, by their hash.
    record Slots(List<SlotEntry> entries) implements StatePart {}

    record Code(Bytes code) implements StatePart {}

    record AccountEntry(Address address, Account account, Hash storageRoot) {}

    /// `value` is not zero.
    record SlotEntry(UInt256 slot, UInt256 value) {}
}
