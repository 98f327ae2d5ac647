package org.assay.storage.state;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.storage.trie.MerkleProof;
import org.assay.storage.trie.TrieRoot;

/// An account and slots of it with their proofs, as `eth_getProof` answers (EIP-1186). An
/// account that does not exist is [Account#EMPTY] with the empty storage root.
public record AccountProof(
        Address address,
        Account account,
        Hash storageRoot,
        MerkleProof proof,
        List<SlotProof> slots) {

    public record SlotProof(UInt256 slot, UInt256 value, MerkleProof proof) {}

    /// Whether the account and all the slots are what the state under `stateRoot` holds.
    public boolean isOf(Hash stateRoot) {
        Hash key = Keccak.hash256(address.toArray());
        MerkleProof.Verdict verdict = proof.verify(stateRoot, key);
        boolean isAccount =
                switch (verdict) {
                    case MerkleProof.Verdict.Present(Bytes value) ->
                            value.equals(new StoredAccount(account, storageRoot).toRlp());
                    case MerkleProof.Verdict.Absent() ->
                            account.equals(Account.EMPTY) && storageRoot.equals(TrieRoot.EMPTY);
                    case MerkleProof.Verdict.Invalid ignored -> false;
                };
        return isAccount && slots.stream().allMatch(slot -> isOf(storageRoot, slot));
    }

    private static boolean isOf(Hash storageRoot, SlotProof slot) {
        Hash key = Keccak.hash256(slot.slot.toArray());
        return switch (slot.proof.verify(storageRoot, key)) {
            case MerkleProof.Verdict.Present(Bytes value) ->
                    !slot.value.isZero() && value.equals(StoredAccount.slotToRlp(slot.value));
            case MerkleProof.Verdict.Absent() -> slot.value.isZero();
            case MerkleProof.Verdict.Invalid ignored -> false;
        };
    }
}
