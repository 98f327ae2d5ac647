package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// P11: a schedule that stops at `total`, with a last, partial amount; `schedule` must have sums.
public record Capped(Schedule schedule, BigInteger total) implements Schedule {
    @Override
    public Axis axis() {
        return schedule.axis();
    }

    @Override
    public BigInteger amount(BigInteger at) {
        return sum(at.add(BigInteger.ONE)).subtract(sum(at));
    }

    @Override
    public Optional<BigInteger> cumulative(BigInteger end) {
        return Optional.of(sum(end));
    }

    private BigInteger sum(BigInteger end) {
        return schedule.cumulative(end).orElseThrow().min(total);
    }

    @Override
    public BigInteger maximum() {
        return schedule.maximum().min(total);
    }

    @Override
    public int level(BigInteger at) {
        return schedule.level(at);
    }
}
