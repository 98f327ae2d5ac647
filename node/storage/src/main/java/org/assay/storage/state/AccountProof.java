package org.assay.storage.state;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;
import org.assay.storage.trie.MerkleProof;

/// An account and slots of it with their proofs, as `eth_getProof` answers (EIP-1186). An
/// account that does not exist is [Account#EMPTY] with the empty storage root.
public record AccountProof(
        Address address,
        Account account,
        Hash storageRoot,
        MerkleProof proof,
        List<SlotProof> slots) {

    public record SlotProof(UInt256 slot, UInt256 value, MerkleProof proof) {}
}
