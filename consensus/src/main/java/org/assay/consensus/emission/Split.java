package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;

/// P15: divides an amount among named parts, exactly. Shares are in units of `1/denominator`
/// (10,000 basis points, Bittensor's 65,535, DoubleZero's 10^9); each part is rounded down, and
/// `remainder` says who gets what rounding leaves. Parts may be split again.
public record Split(long denominator, Remainder remainder, List<Part> parts) implements Rule {
    /// Parts at all depths together.
    public static final int PARTS_MAX = 64;

    public Split {
        parts = List.copyOf(parts);
    }

    /// Who gets the units that rounding down leaves over. A part that takes the rest leaves none.
    public enum Remainder {
        FIRST,
        LAST,
        NOBODY
    }

    /// Where a part goes on the chain.
    public enum Target {
        /// The coinbase, at once.
        PROPOSER,
        /// The treasury, at once.
        TREASURY,
        /// The epoch pool: an allowance that verified work may claim.
        EPOCH_POOL,
        /// A fixed address, at once.
        ADDRESS,
        /// Nowhere: scheduled and never created.
        NOT_EMITTED,
        /// A party of some other network: no chain of ours pays it.
        NAMED
    }

    /// @param share in units of `1/denominator`; empty for the one part that takes the rest
    public record Part(String name, Optional<Long> share, Destination destination) {}

    /// A leaf of the tree or a deeper split.
    public sealed interface Destination {
        record Leaf(Target target, Optional<Address> address) implements Destination {}

        record Branch(Split split) implements Destination {}
    }

    /// What the leaf `name` gets.
    public record Share(String name, Destination.Leaf leaf, BigInteger amount) {}

    /// `amount` by leaf, in the tree's order. The sum is `amount` unless `remainder` is `NOBODY`,
    /// then at most that.
    public List<Share> divide(BigInteger amount) {
        List<Share> shares = new ArrayList<>();
        divideInto(amount, shares);
        return shares;
    }

    /// What the leaf `name` gets of `amount`; zero if there is none.
    public BigInteger share(String name, BigInteger amount) {
        return divide(amount).stream()
                .filter(share -> share.name().equals(name))
                .map(Share::amount)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /// Whether some leaf is [Target#NAMED].
    boolean namesOthers() {
        return parts.stream()
                .anyMatch(
                        part ->
                                switch (part.destination()) {
                                    case Destination.Leaf leaf -> leaf.target() == Target.NAMED;
                                    case Destination.Branch branch -> branch.split().namesOthers();
                                });
    }

    private void divideInto(BigInteger amount, List<Share> shares) {
        BigInteger[] amounts = amounts(amount);
        for (int i = 0; i < amounts.length; i++) {
            Part part = parts.get(i);
            switch (part.destination()) {
                case Destination.Leaf leaf -> shares.add(new Share(part.name(), leaf, amounts[i]));
                case Destination.Branch branch -> branch.split().divideInto(amounts[i], shares);
            }
        }
    }

    private BigInteger[] amounts(BigInteger amount) {
        BigInteger[] amounts = new BigInteger[parts.size()];
        BigInteger left = amount;
        int rest = -1;
        for (int i = 0; i < amounts.length; i++) {
            Optional<Long> share = parts.get(i).share();
            if (share.isEmpty()) {
                rest = i;
                amounts[i] = BigInteger.ZERO;
                continue;
            }
            amounts[i] =
                    amount.multiply(BigInteger.valueOf(share.get()))
                            .divide(BigInteger.valueOf(denominator));
            left = left.subtract(amounts[i]);
        }
        int taker =
                rest >= 0
                        ? rest
                        : switch (remainder) {
                            case FIRST -> 0;
                            case LAST -> amounts.length - 1;
                            case NOBODY -> -1;
                        };
        if (taker >= 0) {
            amounts[taker] = amounts[taker].add(left);
        }
        return amounts;
    }
}
