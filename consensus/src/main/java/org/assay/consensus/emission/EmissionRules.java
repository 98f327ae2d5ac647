package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Withdrawal;

/// The chain's emission: what a block mints, as a pure function of the policy, the parent's
/// ledger row and the block's facts. All validators must agree on it to the wei.
public final class EmissionRules {
    /// Wei in a gwei, the unit of withdrawals (EIP-4895).
    public static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

    private static final BigInteger BPS = BigInteger.valueOf(10_000);
    private static final BigInteger UINT64_MAX =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private EmissionRules() {}

    /// The block's row and withdrawals.
    ///
    /// `policy` must be one that [Policy#chainProblem] accepts. The order of withdrawals is that
    /// of [Category]; within `POOL`, that of the policy.
    public static EmissionStep next(Policy policy, LedgerRow parentRow, BlockFacts facts) {
        Invariant.check(facts.number() >= 1, "emission starts with block 1");
        Books books = new Books(parentRow, facts);
        books.destroyed(policy.versionAt(facts.number() - 1, parentRow.clock()));
        books.advanceClock(policy);
        Policy.Version version = policy.versionAt(facts.number(), books.clock);
        books.changeVersion(policy.versionAt(facts.number() - 1, parentRow.clock()), version);
        books.settleEpoch();
        books.emit(policy, version);
        books.closeEpoch();
        return books.step();
    }

    /// The schedule's amount for the block, in wei, before the cap.
    static BigInteger scheduledWei(
            Policy.Version version, LedgerRow parentRow, long number, long clock) {
        Schedule schedule = version.schedule();
        BigInteger seconds =
                BigInteger.valueOf(parentRow.clock() == 0 ? 0 : clock - parentRow.clock());
        BigInteger units =
                switch (schedule.axis()) {
                    case ISSUANCE -> {
                        BigInteger amount = schedule.amount(measure(version, parentRow));
                        yield version.period() == Policy.Period.SECOND
                                ? amount.multiply(seconds)
                                : amount;
                    }
                    case HEIGHT -> schedule.amount(BigInteger.valueOf(number));
                    case TIME -> {
                        BigInteger end = BigInteger.valueOf(clock);
                        yield sum(schedule, end).subtract(sum(schedule, end.subtract(seconds)));
                    }
                    default -> throw new IllegalStateException("not a chain schedule: " + schedule);
                };
        return units.multiply(version.weiPerUnit());
    }

    private static BigInteger sum(Schedule schedule, BigInteger end) {
        return schedule.cumulative(end)
                .orElseThrow(() -> new IllegalStateException("has no sum: " + schedule));
    }

    /// The issuance that a schedule by issuance looks at, in the policy's unit.
    static BigInteger measure(Policy.Version version, LedgerRow row) {
        boolean scheduled =
                version.schedule() instanceof HalvingByIssuance halving
                        && halving.measure() == HalvingByIssuance.Measure.SCHEDULED;
        return (scheduled ? row.scheduledWei() : row.issuedWei())
                .toBigInteger()
                .divide(version.weiPerUnit());
    }

    /// Where `row` and a height and clock put the schedule's index.
    static BigInteger index(Policy.Version version, LedgerRow row, long number, long clock) {
        return switch (version.schedule().axis()) {
            case ISSUANCE -> measure(version, row);
            case TIME -> BigInteger.valueOf(clock);
            default -> BigInteger.valueOf(number);
        };
    }

    /// The row under construction: one block's bookkeeping.
    private static final class Books {
        private final LedgerRow parent;
        private final BlockFacts facts;
        private final List<Withdrawal> withdrawals = new ArrayList<>();
        private final List<EmissionEvent> events = new ArrayList<>();
        private final List<Payment> payments = new ArrayList<>();
        private BigInteger minted;
        private BigInteger burned;
        private BigInteger recycled;
        private BigInteger notEmitted;
        private BigInteger remainder;
        private BigInteger accrued;
        private BigInteger allowance = BigInteger.ZERO;
        private BigInteger windowGwei;
        private long clock;
        private long windowStart;
        private long closedEpoch;
        private long nextIndex;
        private boolean halted;

        private record Payment(Category category, Address address, BigInteger gwei) {}

        Books(LedgerRow parent, BlockFacts facts) {
            this.parent = parent;
            this.facts = facts;
            minted = parent.mintedWei().toBigInteger();
            burned = parent.burnedWei().toBigInteger();
            recycled = parent.recycledWei().toBigInteger();
            notEmitted = parent.notEmittedWei().toBigInteger();
            remainder = parent.remainderWei().toBigInteger();
            accrued = parent.epochAccruedWei().toBigInteger();
            windowGwei = parent.breakerWindowGwei().toBigInteger();
            clock = parent.clock();
            windowStart = parent.breakerWindowStart();
            nextIndex = parent.nextWithdrawalIndex();
            halted = parent.halted();
        }

        /// Books what the parent destroyed, and pays the refund of its prologue and the
        /// treasury's share of its fees: both rebirths of burned coins, so the same amount is
        /// booked recycled instead of burned, and neither the cap nor the breaker sees them.
        /// Below a gwei they stay burned.
        void destroyed(Policy.Version version) {
            BlockFacts.Parent block = facts.parent();
            BigInteger baseFee = block.baseFeeWei().toBigInteger();
            BigInteger prologueFee = block.prologueFeeWei().toBigInteger();
            Invariant.check(
                    prologueFee.compareTo(baseFee) <= 0, "a prologue pays at most all base fees");
            BigInteger refundGwei = prologueFee.divide(GWEI);
            BigInteger shareGwei =
                    baseFee.subtract(prologueFee)
                            .multiply(BigInteger.valueOf(version.feeShareBps()))
                            .divide(BPS)
                            .divide(GWEI);
            pay(Category.PROLOGUE_REFUND, block.coinbase(), refundGwei);
            pay(Category.FEE_SHARE, facts.recipients().treasury(), shareGwei);
            BigInteger reborn =
                    refundGwei
                            .add(shareGwei)
                            .multiply(GWEI)
                            .add(block.recycledWei().toBigInteger());
            BigInteger destroyed = block.destroyedWei().toBigInteger();
            Invariant.check(reborn.compareTo(destroyed) <= 0, "recycles at most what was burned");
            recycled = recycled.add(reborn);
            burned = burned.add(destroyed.subtract(reborn));
        }

        /// `clock += min(timestamp − clock, bound)`; the clock starts at the first block's
        /// timestamp.
        void advanceClock(Policy policy) {
            if (parent.clock() == 0) {
                clock = facts.timestamp();
                return;
            }
            long bound = policy.versionAt(facts.number(), parent.clock()).clockBoundSeconds();
            long late = facts.timestamp() - parent.clock();
            clock = parent.clock() + Math.clamp(late, 0, bound);
        }

        void changeVersion(Policy.Version before, Policy.Version now) {
            if (facts.number() == 1 || now.number() == before.number()) {
                return;
            }
            events.add(new EmissionEvent.PolicyChanged(now.number()));
            windowStart = now.period() == Policy.Period.SECOND ? clock : facts.number();
            windowGwei = BigInteger.ZERO;
            if (halted) {
                halted = false;
                events.add(new EmissionEvent.BreakerResumed(now.number()));
            }
        }

        /// Mints what verified work claims of the epoch that the parent closed; the rest is
        /// notEmitted.
        void settleEpoch() {
            if (parent.closedEpoch() == 0) {
                return;
            }
            BigInteger allowanceWei = parent.closedEpochAllowanceWei().toBigInteger();
            BigInteger allowanceGwei = allowanceWei.divide(GWEI);
            BigInteger asked = BigInteger.valueOf(facts.epoch().mintGwei());
            if (asked.signum() < 0 || asked.compareTo(allowanceGwei) > 0) {
                events.add(
                        new EmissionEvent.EpochMintClamped(
                                parent.closedEpoch(), asked, allowanceGwei));
                asked = allowanceGwei;
            }
            payments.add(new Payment(Category.VERIFIED_WORK, facts.recipients().rewards(), asked));
        }

        /// Splits the schedule's amount, then mints it and the epoch's unless the breaker trips.
        void emit(Policy policy, Policy.Version version) {
            BigInteger scheduled = scheduledWei(version, parent, facts.number(), clock);
            BigInteger left = version.capWei().subtract(parent.committedWei().toBigInteger());
            BigInteger amount = scheduled.min(left.max(BigInteger.ZERO));
            if (amount.compareTo(scheduled) < 0 && left.signum() > 0) {
                events.add(new EmissionEvent.CapReached(version.capWei()));
            }
            BigInteger accruedBefore = accrued;
            BigInteger remainderBefore = remainder;
            BigInteger skipped = divide(version, amount);
            BigInteger direct = countedGwei(spansVersions(policy, version));
            if (!halted && trips(version, direct)) {
                halted = true;
            }
            if (halted) {
                accrued = accruedBefore;
                remainder = remainderBefore;
                payments.clear();
                notEmitted = notEmitted.add(amount);
            } else {
                notEmitted = notEmitted.add(skipped);
                windowGwei = windowGwei.add(direct);
            }
            BigInteger workGwei = BigInteger.ZERO;
            for (Payment payment : payments) {
                if (payment.category == Category.VERIFIED_WORK) {
                    workGwei = payment.gwei;
                }
                pay(payment.category, payment.address, payment.gwei);
            }
            if (parent.closedEpoch() != 0) {
                BigInteger unclaimed =
                        parent.closedEpochAllowanceWei()
                                .toBigInteger()
                                .subtract(workGwei.multiply(GWEI));
                notEmitted = notEmitted.add(unclaimed);
                events.add(
                        new EmissionEvent.EpochMinted(parent.closedEpoch(), workGwei, unclaimed));
            }
            noteHalving(version);
        }

        /// Turns `amount` into payments, allowance and remainder. Returns what nobody gets.
        private BigInteger divide(Policy.Version version, BigInteger amount) {
            BigInteger given = BigInteger.ZERO;
            for (Split.Share share : version.split().divide(amount)) {
                switch (share.leaf().target()) {
                    case EPOCH_POOL -> accrued = accrued.add(share.amount());
                    case NOT_EMITTED, NAMED -> given = given.subtract(share.amount());
                    case PROPOSER -> direct(Category.VALIDATORS, facts.coinbase(), share);
                    case TREASURY ->
                            direct(Category.TREASURY, facts.recipients().treasury(), share);
                    case ADDRESS ->
                            direct(Category.POOL, share.leaf().address().orElseThrow(), share);
                }
                given = given.add(share.amount());
            }
            payments.sort((a, b) -> a.category.compareTo(b.category));
            return amount.subtract(given);
        }

        /// The first direct leaf of a block also takes the remainder of earlier blocks.
        private void direct(Category category, Address address, Split.Share share) {
            BigInteger[] parts = share.amount().add(remainder).divideAndRemainder(GWEI);
            remainder = parts[1];
            payments.add(new Payment(category, address, parts[0]));
        }

        /// What the breaker counts. An allowance that an earlier version promised is not for this
        /// version's breaker to judge: after a fall of the rate it would trip on it.
        private BigInteger countedGwei(boolean withoutEpoch) {
            BigInteger total = BigInteger.ZERO;
            for (Payment payment : payments) {
                if (payment.category != Category.VERIFIED_WORK || !withoutEpoch) {
                    total = total.add(payment.gwei);
                }
            }
            return total;
        }

        /// Whether some of the epoch that the parent closed may lie before `version`.
        private boolean spansVersions(Policy policy, Policy.Version version) {
            long blocks = facts.epoch().blocks() + 1;
            Policy.Version then =
                    policy.versionAt(
                            facts.number() - blocks,
                            clock - Math.multiplyExact(blocks, version.clockBoundSeconds()));
            return then.number() != version.number();
        }

        private boolean trips(Policy.Version version, BigInteger gwei) {
            Breaker breaker = version.breaker();
            BigInteger maximum = version.maximumWei();
            long now = version.period() == Policy.Period.SECOND ? clock : facts.number();
            BigInteger drained = breaker.drainedGwei(maximum, Math.max(0, now - windowStart));
            if (drained.compareTo(windowGwei) >= 0) {
                windowStart = now;
                windowGwei = BigInteger.ZERO;
                drained = BigInteger.ZERO;
            }
            BigInteger level = windowGwei.subtract(drained).add(gwei);
            BigInteger capacity = breaker.capacityGwei(maximum);
            if (level.compareTo(capacity) <= 0) {
                return false;
            }
            events.add(new EmissionEvent.BreakerTripped(level, capacity));
            return true;
        }

        private void noteHalving(Policy.Version version) {
            Schedule schedule = version.schedule();
            if (facts.number() == 1) {
                return;
            }
            int before = schedule.level(index(version, parent, facts.number() - 1, parent.clock()));
            int now = schedule.level(index(version, row(), facts.number(), clock));
            if (now > before && now < Integer.MAX_VALUE) {
                events.add(new EmissionEvent.Halved(now));
            }
        }

        void closeEpoch() {
            long blocks = facts.epoch().blocks();
            if (blocks <= 0 || facts.number() % blocks != 0) {
                return;
            }
            closedEpoch = facts.number() / blocks;
            allowance = accrued;
            accrued = BigInteger.ZERO;
            events.add(new EmissionEvent.EpochClosed(closedEpoch, allowance));
        }

        private void pay(Category category, Address address, BigInteger gwei) {
            if (gwei.signum() == 0) {
                return;
            }
            Invariant.check(gwei.compareTo(UINT64_MAX) <= 0, "a withdrawal fits 64 bits");
            withdrawals.add(new Withdrawal(nextIndex, category.code(), address, gwei.longValue()));
            nextIndex++;
            minted = minted.add(gwei.multiply(GWEI));
        }

        private LedgerRow row() {
            return new LedgerRow(
                    UInt256.of(minted),
                    UInt256.of(burned),
                    UInt256.of(recycled),
                    UInt256.of(notEmitted),
                    facts.lockedWei(),
                    UInt256.of(remainder),
                    clock,
                    windowStart,
                    UInt256.of(windowGwei),
                    nextIndex,
                    UInt256.of(accrued),
                    closedEpoch,
                    UInt256.of(allowance),
                    halted);
        }

        EmissionStep step() {
            LedgerRow row = row();
            Audit.checkStep(parent, row, withdrawals, facts.parent());
            return new EmissionStep(row, withdrawals, events);
        }
    }
}
