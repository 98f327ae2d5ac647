package org.assay.chain;

import java.util.List;
import java.util.SortedMap;
import org.assay.consensus.Validators;
import org.assay.consensus.VoteTally;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;

/// How the votes in headers, and the sets that a genesis file gives, make the validators: header
/// by header, from an epoch's block on or from the block before a given set.
///
/// @param given sets by the height from which they hold; the vote in the header before it counts
///     upon them, as Besu has it
public record HeaderVotes(long epochLength, SortedMap<Long, List<Address>> given) {
    /// The block after which the tally can begin, for the one after block `last`.
    long beginFor(long last) {
        long epoch = last - last % epochLength;
        SortedMap<Long, List<Address>> before = given.headMap(last + 2);
        return before.isEmpty() ? epoch : Math.max(epoch, before.lastKey() - 1);
    }

    /// The tally after a block that [#beginFor] has named.
    VoteTally begin(QbftHeader header) {
        return given.containsKey(header.number() + 1)
                ? afterGiven(header)
                : VoteTally.atEpoch(header, epochLength);
    }

    /// The tally after block `number` that begins an epoch, and that `validators` are to seal.
    public VoteTally atEpoch(long number, List<Address> validators) {
        return VoteTally.atEpoch(
                Validators.of(given.getOrDefault(number + 1, validators)), epochLength);
    }

    /// The tally after `header`, the block that follows.
    public VoteTally after(VoteTally tally, QbftHeader header) {
        return given.containsKey(header.number() + 1) ? afterGiven(header) : tally.after(header);
    }

    private VoteTally afterGiven(QbftHeader header) {
        List<Address> set = java.util.Objects.requireNonNull(given.get(header.number() + 1));
        VoteTally fresh = VoteTally.atEpoch(Validators.of(set), epochLength);
        return fresh.isEpoch(header.number()) ? fresh : fresh.after(header);
    }
}
