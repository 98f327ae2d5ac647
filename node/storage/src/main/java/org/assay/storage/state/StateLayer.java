package org.assay.storage.state;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.storage.trie.MerkleProof;
import org.assay.storage.trie.NodeSource;
import org.assay.storage.trie.PatriciaTrie;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// A state that others can be built on: values and trie nodes.
sealed interface StateLayer extends StateView permits CommittedState, LayeredState {
    Hash stateRoot();

    long blockNumber();

    @Nullable StoredAccount stored(Address address);

    /// Every slot of the account that is not zero.
    SortedMap<UInt256, UInt256> slots(Address address);

    NodeSource accountNodes();

    /// The nodes of the account's storage trie; `owner` is the hash of `address`.
    NodeSource slotNodes(Address address, Hash owner);

    @Override
    default @Nullable Account account(Address address) {
        return StoredAccount.accountOf(stored(address));
    }

    @Override
    default boolean hasStorage(Address address) {
        StoredAccount stored = stored(address);
        return stored != null && stored.hasStorage();
    }

    /// EIP-1186 proofs under this state's root.
    default AccountProof prove(Address address, List<UInt256> slots) {
        StoredAccount stored = stored(address);
        Hash owner = Keccak.hash256(address.toArray());
        MerkleProof accountProof = PatriciaTrie.prove(accountNodes(), stateRoot(), owner);
        Hash storageRoot = stored == null ? TrieRoot.EMPTY : stored.storageRoot();
        List<AccountProof.SlotProof> slotProofs = new ArrayList<>(slots.size());
        for (UInt256 slot : slots) {
            Hash key = Keccak.hash256(slot.toArray());
            slotProofs.add(
                    new AccountProof.SlotProof(
                            slot,
                            storage(address, slot),
                            PatriciaTrie.prove(slotNodes(address, owner), storageRoot, key)));
        }
        Account account = stored == null ? Account.EMPTY : stored.account();
        return new AccountProof(
                address, account, storageRoot, accountProof, List.copyOf(slotProofs));
    }
}
