package org.assay.consensus;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.Vote;
import org.assay.primitives.Address;

/// Header-mode validators: the set after a block, and the votes outstanding
/// (C/validator/blockbased). An immutable value; [#after] folds in the next header.
///
/// A vote counts for its block's coinbase, which may change its mind. With votes of more than
/// half of the set (`floor(n / 2) + 1`) the change takes effect from the next block. A block
/// whose number is a multiple of the epoch clears all votes, its own included, and states the
/// set.
public final class VoteTally {
    private final long epochLength;
    private final Validators validators;
    private final SortedMap<Address, SortedSet<Address>> addVotes;
    private final SortedMap<Address, SortedSet<Address>> dropVotes;

    private VoteTally(
            long epochLength,
            Validators validators,
            SortedMap<Address, SortedSet<Address>> addVotes,
            SortedMap<Address, SortedSet<Address>> dropVotes) {
        this.epochLength = epochLength;
        this.validators = validators;
        this.addVotes = addVotes;
        this.dropVotes = dropVotes;
    }

    /// The tally after an epoch block (genesis is one), whose header lists the set.
    public static VoteTally atEpoch(QbftHeader header, long epochLength) {
        return atEpoch(Validators.of(header.extraData().validators()), epochLength);
    }

    public static VoteTally atEpoch(Validators validators, long epochLength) {
        return new VoteTally(epochLength, validators, new TreeMap<>(), new TreeMap<>());
    }

    /// The validators of the block after the last one folded in.
    public Validators validators() {
        return validators;
    }

    public boolean isEpoch(long number) {
        return number % epochLength == 0;
    }

    /// The tally after `header`, the block that follows.
    public VoteTally after(QbftHeader header) {
        if (isEpoch(header.number())) {
            return atEpoch(header, epochLength);
        }
        return header.extraData()
                .vote()
                .map(vote -> withVote(header.coinbase(), vote))
                .orElse(this);
    }

    private VoteTally withVote(Address voter, Vote vote) {
        var adds = copyOf(addVotes);
        var drops = copyOf(dropVotes);
        Address recipient = vote.recipient();
        var forVote = vote.add() ? adds : drops;
        var against = vote.add() ? drops : adds;
        forVote.computeIfAbsent(recipient, ignored -> new TreeSet<>()).add(voter);
        against.getOrDefault(recipient, new TreeSet<>()).remove(voter);
        if (forVote.getOrDefault(recipient, new TreeSet<>()).size() <= validators.count() / 2) {
            return new VoteTally(epochLength, validators, adds, drops);
        }
        SortedSet<Address> changed = new TreeSet<>(validators.sorted());
        adds.remove(recipient);
        drops.remove(recipient);
        if (vote.add()) {
            changed.add(recipient);
        } else {
            changed.remove(recipient);
            adds.values().forEach(votes -> votes.remove(recipient));
            drops.values().forEach(votes -> votes.remove(recipient));
        }
        return new VoteTally(epochLength, Validators.of(changed), adds, drops);
    }

    private static SortedMap<Address, SortedSet<Address>> copyOf(
            SortedMap<Address, SortedSet<Address>> votes) {
        SortedMap<Address, SortedSet<Address>> copy = new TreeMap<>();
        votes.forEach((recipient, voters) -> copy.put(recipient, new TreeSet<>(voters)));
        return copy;
    }

    /// Who has voted to add `recipient`, in address order.
    public SortedSet<Address> votersToAdd(Address recipient) {
        return Collections.unmodifiableSortedSet(addVotes.getOrDefault(recipient, new TreeSet<>()));
    }

    /// Who has voted to drop `recipient`, in address order.
    public SortedSet<Address> votersToDrop(Address recipient) {
        return Collections.unmodifiableSortedSet(
                dropVotes.getOrDefault(recipient, new TreeSet<>()));
    }
}
