package org.assay.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.assay.consensus.VoteTally;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Header;
import org.jspecify.annotations.Nullable;

/// Who may propose and seal, on a chain whose headers carry the votes: the tally since the last
/// epoch block, or since a set that the genesis file gives. The newest one is kept, so that a
/// chain that grows folds in one header a block.
final class ValidatorSets {
    private final HeaderVotes votes;
    private final LongFunction<Optional<Header>> headerAt;
    private @Nullable Known known;

    private record Known(Hash hash, VoteTally tally) {}

    /// `headerAt` finds the blocks of the chain.
    ValidatorSets(HeaderVotes votes, LongFunction<Optional<Header>> headerAt) {
        this.votes = votes;
        this.headerAt = headerAt;
    }

    /// The tally after the block of `header`, whose ancestors are in the chain.
    synchronized VoteTally after(Header header) {
        QbftHeader last = read(header);
        Known newest = known;
        if (newest == null || !newest.hash.equals(last.hash())) {
            boolean isNext = newest != null && newest.hash.equals(last.parentHash());
            VoteTally tally =
                    isNext && newest != null ? votes.after(newest.tally, last) : begun(last);
            newest = new Known(last.hash(), tally);
            known = newest;
        }
        return newest.tally;
    }

    private VoteTally begun(QbftHeader last) {
        List<QbftHeader> headers = new ArrayList<>();
        for (long number = votes.beginFor(last.number()); number < last.number(); number++) {
            headers.add(read(headerAt.apply(number).orElseThrow()));
        }
        headers.add(last);
        VoteTally tally = votes.begin(headers.getFirst());
        for (QbftHeader header : headers.subList(1, headers.size())) {
            tally = votes.after(tally, header);
        }
        return tally;
    }

    private static QbftHeader read(Header header) {
        return QbftHeader.decode(Bytes.wrap(header.encode()));
    }
}
