package org.assay.chain;

import java.util.Optional;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;

/// When proof of work ends (EIP-3675): once the total difficulty reaches the terminal one, or at
/// the block that a genesis file names, or, where it names neither, with the first fork by
/// timestamp. `fromGenesis`: the first block is already without work.
public record Merge(
        Optional<UInt256> terminalTotalDifficulty,
        Optional<Long> block,
        Optional<Long> timestamp,
        boolean fromGenesis) {

    /// Whether `header`, before which the chain's total difficulty is `totalDifficulty`, must be
    /// without work.
    boolean holdsAt(Header header, UInt256 totalDifficulty) {
        return fromGenesis
                || block.filter(start -> header.number() >= start).isPresent()
                || terminalTotalDifficulty
                        .filter(terminal -> totalDifficulty.compareTo(terminal) >= 0)
                        .isPresent()
                || (terminalTotalDifficulty.isEmpty()
                        && block.isEmpty()
                        && timestamp
                                .filter(
                                        start ->
                                                Long.compareUnsigned(header.timestamp(), start)
                                                        >= 0)
                                .isPresent());
    }
}
