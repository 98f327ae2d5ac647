package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P10: `rate` for every `per` units of work (tokens an effective hour, dollars a terabyte). The
/// index counts units; the sum is rounded down.
public record PerUnit(Axis axis, BigInteger rate, BigInteger per) implements Schedule {
    @Override
    public BigInteger amount(BigInteger at) {
        return sum(at.add(BigInteger.ONE)).subtract(sum(at));
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        return Optional.of(sum(end));
    }

    private BigInteger sum(BigInteger units) {
        return rate.multiply(units.max(BigInteger.ZERO)).divide(per);
    }

    @Override
    public BigInteger maximum() {
        return rate.add(per).subtract(BigInteger.ONE).divide(per);
    }
}
