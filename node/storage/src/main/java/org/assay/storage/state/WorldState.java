package org.assay.storage.state;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;

/// The state of the chain: of its head, of the blocks before it, and of candidates for the next.
///
/// Reads and [#prepare] are safe for many threads; [#commit] belongs to the node loop.
// The bodies come with the next commit.
@SuppressWarnings("DoNotCallSuggester")
public final class WorldState {
    private WorldState() {}

    /// The state kept in `store`; without a block where the store is new.
    public static WorldState open(KeyValueStore store, StateOptions options) {
        throw notYet("" + store + options);
    }

    /// The height of the last commit; -1 before genesis.
    public long headNumber() {
        throw notYet("");
    }

    /// The root of the last commit; the empty trie's before genesis.
    public Hash headRoot() {
        throw notYet("");
    }

    /// The state after the head block. Stays what it is when the head moves on, for as long as
    /// history reaches.
    public StateView head() {
        throw notYet("");
    }

    /// The state after `blockNumber`; empty where it is pruned or not yet there.
    public Optional<StateView> at(long blockNumber) {
        throw notYet("" + blockNumber);
    }

    /// A child of the head, at the next height; of genesis (height 0) before there is a head.
    public PreparedState prepare(StateDiff diff) {
        throw notYet("" + diff);
    }

    /// A child of a state that is not committed yet.
    public PreparedState prepare(PreparedState parent, StateDiff diff) {
        throw notYet("" + parent + diff);
    }

    /// The head as it would be after going back to `blockNumber`, for [#commit]; its height is
    /// `blockNumber`. Throws [org.assay.storage.StorageException] (PRUNED) beyond history.
    public PreparedState prepareRewind(long blockNumber) {
        throw notYet("" + blockNumber);
    }

    /// Adds the changes of `state` to `batch`, writes it synced, in one piece with whatever the
    /// caller put there, and makes `state` the head. The parent of `state` must be the head;
    /// otherwise throws [IllegalArgumentException] and writes nothing. After a
    /// [org.assay.storage.StorageException] the store and this object are to be opened again.
    public void commit(PreparedState state, WriteBatch batch) {
        throw notYet("" + state + batch.count());
    }

    /// Proofs under [#headRoot].
    public AccountProof prove(Address address, List<UInt256> slots) {
        throw notYet("" + address + slots);
    }

    /// Proofs under the root of an older block; empty where it is pruned. Costs time in proportion
    /// to what changed since.
    public Optional<AccountProof> proveAt(long blockNumber, Address address, List<UInt256> slots) {
        throw notYet("" + blockNumber + address + slots);
    }

    private static UnsupportedOperationException notYet(String asked) {
        return new UnsupportedOperationException("not there yet: " + asked);
    }
}
