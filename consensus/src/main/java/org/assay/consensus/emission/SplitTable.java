package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// P15 over time: the split in force at an index. A chain changes its split by a policy version
/// instead.
///
/// @param entries by rising start, never empty
public record SplitTable(Axis axis, List<Entry> entries) implements Rule {
    public static final int ENTRIES_MAX = 1024;

    public SplitTable {
        entries = List.copyOf(entries);
    }

    public record Entry(BigInteger start, Split split) {}

    /// The split at `at`; empty before the first.
    public Optional<Split> at(BigInteger at) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).start().compareTo(at) <= 0) {
                return Optional.of(entries.get(i).split());
            }
        }
        return Optional.empty();
    }
}
