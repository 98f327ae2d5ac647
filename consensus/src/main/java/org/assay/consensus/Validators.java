package org.assay.consensus;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.assay.primitives.Address;
import org.assay.primitives.Invariant;

/// The validators of one height, ascending by address bytes, without duplicates, and what follows
/// from the set alone: quorum, tolerated faults, proposers.
public record Validators(List<Address> sorted) {
    public Validators {
        sorted = List.copyOf(new TreeSet<>(sorted));
    }

    public static Validators of(Collection<Address> validators) {
        return new Validators(List.copyOf(validators));
    }

    public int count() {
        return sorted.size();
    }

    public boolean contains(Address address) {
        return sorted.contains(address);
    }

    /// `ceil(2n / 3)`.
    public int quorum() {
        return quorum(count());
    }

    /// f: how many may be faulty, `floor((n - 1) / 3)`.
    public int faulty() {
        return (count() - 1) / 3;
    }

    /// `ceil(2n / 3)` of `count` validators.
    public static int quorum(int count) {
        return Math.ceilDiv(Math.multiplyExact(2, count), 3);
    }

    /// Who proposes in `round` ≥ 0 of the height whose parent was proposed by `parentCoinbase`:
    /// round robin from the validator after that one; from the first validator greater than it
    /// where it is none any more.
    public Address proposer(Address parentCoinbase, int round) {
        Invariant.check(count() > 0, "a height without validators");
        int at = sorted.indexOf(parentCoinbase);
        long first = at >= 0 ? at + 1L : firstGreater(parentCoinbase);
        return sorted.get((int) ((first + round) % count()));
    }

    private int firstGreater(Address address) {
        for (int i = 0; i < count(); i++) {
            if (sorted.get(i).compareTo(address) > 0) {
                return i;
            }
        }
        return 0;
    }

    /// All but `left`, which may hold strangers.
    public List<Address> except(Address... left) {
        List<Address> without = List.of(left);
        return sorted.stream().filter(it -> !without.contains(it)).toList();
    }
}
