package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// P3: an explicit table of (start, amount), in force from its start until the next one.
///
/// The index n stands for the period from `n·period` to `(n + 1)·period`, in the table's unit.
/// `lookup` says which end decides: Helium looks at the period's *end*, so an entry at 00:00:01
/// counts from the next day on, and one at 00:00:00 from the day before. With `period` 1 and
/// `START` the index is the table's own unit.
///
/// @param per indexes that one amount pays for: 86,400 for a daily amount looked up by the second
/// @param entries by rising start, never empty
public record RateTable(
        Axis axis, BigInteger period, Lookup lookup, BigInteger per, List<Entry> entries)
        implements Schedule {
    /// Entries of one table.
    public static final int ENTRIES_MAX = 4096;

    public RateTable {
        entries = List.copyOf(entries);
    }

    public enum Lookup {
        START,
        END
    }

    public record Entry(BigInteger start, BigInteger amount) {}

    @Override
    public BigInteger amount(BigInteger at) {
        return rateAt(
                lookup == Lookup.START
                        ? at.multiply(period)
                        : at.add(BigInteger.ONE).multiply(period));
    }

    /// The amount in force at `point`, in the table's own unit.
    public BigInteger rateAt(BigInteger point) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).start().compareTo(point) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? BigInteger.ZERO : entries.get(low - 1).amount();
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        if (!per.equals(BigInteger.ONE)) {
            return Optional.empty();
        }
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < entries.size(); i++) {
            BigInteger from = firstIndex(entries.get(i).start()).min(end);
            BigInteger to =
                    i + 1 < entries.size() ? firstIndex(entries.get(i + 1).start()).min(end) : end;
            if (to.compareTo(from) > 0) {
                sum = sum.add(entries.get(i).amount().multiply(to.subtract(from)));
            }
        }
        return Optional.of(sum);
    }

    /// The first period that an entry at `start` rules.
    BigInteger firstIndex(BigInteger start) {
        BigInteger up = start.add(period).subtract(BigInteger.ONE).divide(period);
        return (lookup == Lookup.START ? up : up.subtract(BigInteger.ONE)).max(BigInteger.ZERO);
    }

    @Override
    public BigInteger maximum() {
        return entries.stream().map(Entry::amount).reduce(BigInteger.ZERO, BigInteger::max);
    }
}
