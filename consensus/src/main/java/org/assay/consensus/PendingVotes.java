package org.assay.consensus;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.consensus.message.Vote;
import org.assay.primitives.Address;

/// The operator's wishes (`qbft_proposeValidatorVote`): a proposer puts one of those that would
/// still change the set into each of its blocks, in turn. A wish stays until it is discarded.
/// Owned by the node loop.
public final class PendingVotes {
    /// Wishes at a time.
    public static final int COUNT_MAX = 1024;

    private final SortedMap<Address, Boolean> wishes = new TreeMap<>();
    private int turn;

    /// False where there are too many.
    public boolean propose(Address recipient, boolean add) {
        if (wishes.size() >= COUNT_MAX && !wishes.containsKey(recipient)) {
            return false;
        }
        wishes.put(recipient, add);
        return true;
    }

    public void discard(Address recipient) {
        wishes.remove(recipient);
    }

    /// By recipient: true adds, false drops.
    public SortedMap<Address, Boolean> pending() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(wishes));
    }

    /// The vote for the next block proposed here, where `validators` are its set.
    public Optional<Vote> next(Validators validators) {
        List<Vote> effective =
                wishes.entrySet().stream()
                        .filter(wish -> wish.getValue() != validators.contains(wish.getKey()))
                        .map(wish -> new Vote(wish.getKey(), wish.getValue()))
                        .toList();
        if (effective.isEmpty()) {
            return Optional.empty();
        }
        turn = (turn + 1) % effective.size();
        return Optional.of(effective.get(turn));
    }
}
