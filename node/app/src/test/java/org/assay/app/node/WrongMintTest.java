package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.app.node.LockStep.Seat;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.SupplyAudit;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.emission.EmissionStep;
import org.assay.consensus.emission.LedgerRow;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Withdrawal;
import org.assay.testkit.Seeds;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// A proposer that mints what the rules do not, in a simulated network of four validators: nobody
/// votes for its block, and the chain goes on with the next proposer.
@NullUnmarked
class WrongMintTest {
    private static final UInt256 GWEI = UInt256.of(1_000_000_000L);

    private static final String HALVES_BY_THE_YEAR =
            """
            {"name": "years", "note": "about a year an era", "unit": "wei",
             "decimals": 18,
             "versions": [{"version": 1, "start": {"height": 0},
               "cap": "1000000000000000000000", "per": "second", "clockBoundSeconds": 2592000,
               "schedule": {"kind": "halvingByIssuance", "cap": "1000000000000000000000",
                            "base": "16075102880000", "measure": "scheduled"},
               "split": {"denominator": 10000, "parts": [
                 {"name": "validators", "share": 2000, "to": "proposer"},
                 {"name": "verifiedWork", "share": 7000, "to": "epochPool"},
                 {"name": "treasury", "share": 1000, "to": "treasury"}]},
               "breaker": {"window": 31104000, "multiple": 2}}]}
            """;

    /// What a lying proposer does to the block's withdrawals.
    private enum Lie {
        ONE_GWEI_MORE,
        ONE_GWEI_LESS,
        ANOTHER_ADDRESS,
        SKIPPED,
        REPEATED,
        ANOTHER_CATEGORY,
        ANOTHER_ORDER
    }

    @Seeds(6)
    void aLyingProposerIsRefusedByAllAndTheChainGoesOn(RandomGenerator random) throws Exception {
        LockStep network = new LockStep();
        int refused = 0;
        for (Lie lie : Lie.values()) {
            for (boolean booksToo : new boolean[] {false, true}) {
                network.stepTo(network.seat(0).chain.head().number() + 1 + random.nextInt(3));
                Seat liar = network.proposer();
                Block block = block(liar, lie, booksToo, random);
                assertThat(network.votes(block)).as("%s, books too: %s", lie, booksToo).isZero();
                for (Seat seat : network.seats) {
                    assertThat(seat.vote(block)).isInstanceOf(Execution.Invalid.class);
                }
                assertThat(network.round(block)).isFalse();
                refused++;
                network.step();
            }
        }
        assertThat(refused).isEqualTo(Lie.values().length * 2);
        for (Seat seat : network.seats) {
            long head = seat.chain.head().number();
            assertThat(SupplyAudit.of(seat.chain, head).orElseThrow().agrees()).isTrue();
            assertThat(seat.chain.head().hash()).isEqualTo(network.seat(0).chain.head().hash());
        }
    }

    @Test
    void travelInTimeCarriesEmissionAndWindowsWithIt() throws Exception {
        LockStep network = new LockStep(HALVES_BY_THE_YEAR, 30 * 86_400);
        for (int block = 1; block <= 50; block++) {
            network.step();
        }
        Seat seat = network.seat(0);
        assertThat(seat.chain.head().header().timestamp() - 1_700_000_000L)
                .as("four years in fifty blocks")
                .isEqualTo(50L * 30 * 86_400);
        for (int number = 0; number <= 50; number++) {
            assertThat(SupplyAudit.of(seat.chain, number).orElseThrow().agrees())
                    .as("block %s", number)
                    .isTrue();
        }
        var row = SupplyAudit.of(seat.chain, 50).orElseThrow().ledger();
        assertThat(row.closedEpoch()).as("epochs of 8 blocks closed on the way").isZero();
        assertThat(SupplyAudit.of(seat.chain, 48).orElseThrow().ledger().closedEpoch())
                .isEqualTo(6);
        BigInteger full =
                BigInteger.valueOf(16_075_102_880_000L).multiply(BigInteger.valueOf(2_592_000));
        List<BigInteger> rates = new ArrayList<>();
        for (int number = 2; number <= 50; number++) {
            BigInteger amount = scheduled(seat, number);
            if (rates.isEmpty() || !rates.getLast().equals(amount)) {
                rates.add(amount);
            }
        }
        assertThat(rates.subList(0, 4))
                .as("three halvings")
                .containsExactly(full, full.shiftRight(1), full.shiftRight(2), full.shiftRight(3));
    }

    /// What the schedule gave in the block, in wei.
    private static BigInteger scheduled(Seat seat, long number) {
        return SupplyAudit.of(seat.chain, number)
                .orElseThrow()
                .ledger()
                .scheduledWei()
                .subtractExact(
                        SupplyAudit.of(seat.chain, number - 1)
                                .orElseThrow()
                                .ledger()
                                .scheduledWei())
                .toBigInteger();
    }

    /// A block as the honest proposer would make it, but for the lie. `booksToo`: the ledger row
    /// in the prologue tells the same lie.
    private static Block block(Seat liar, Lie lie, boolean booksToo, RandomGenerator random) {
        List<PrologueCall.Verdict> verdicts = liar.desk.dueVerdicts();
        EmissionStep honest = liar.emission(verdicts);
        List<Withdrawal> told = lied(honest.withdrawals(), lie, random);
        LedgerRow row = booksToo ? booked(honest, told) : honest.row();
        PrologueCall call = liar.call(verdicts);
        return liar.build(
                new PrologueCall(call.reveal(), call.certificates(), call.verdicts(), row),
                new EmissionStep(row, told, honest.events()));
    }

    private static List<Withdrawal> lied(List<Withdrawal> honest, Lie lie, RandomGenerator random) {
        List<Withdrawal> told = new ArrayList<>(honest);
        int at = random.nextInt(told.size());
        Withdrawal one = told.get(at);
        switch (lie) {
            case ONE_GWEI_MORE -> told.set(at, paying(one, one.amountGwei() + 1));
            case ONE_GWEI_LESS -> told.set(at, paying(one, one.amountGwei() - 1));
            case ANOTHER_ADDRESS ->
                    told.set(
                            at,
                            new Withdrawal(
                                    one.index(),
                                    one.validatorIndex(),
                                    TestNetwork.RICH.address(),
                                    one.amountGwei()));
            case SKIPPED -> told.remove(at);
            case REPEATED -> {
                Withdrawal last = told.getLast();
                told.add(
                        new Withdrawal(
                                last.index() + 1,
                                one.validatorIndex(),
                                one.address(),
                                one.amountGwei()));
            }
            case ANOTHER_CATEGORY ->
                    told.set(
                            at,
                            new Withdrawal(
                                    one.index(),
                                    one.validatorIndex() + 1,
                                    one.address(),
                                    one.amountGwei()));
            case ANOTHER_ORDER -> {
                told.add(told.removeFirst());
            }
        }
        return told;
    }

    private static Withdrawal paying(Withdrawal one, long gwei) {
        return new Withdrawal(one.index(), one.validatorIndex(), one.address(), gwei);
    }

    /// The honest row with minted and the next index as the told withdrawals would have them.
    private static LedgerRow booked(EmissionStep honest, List<Withdrawal> told) {
        LedgerRow row = honest.row();
        UInt256 minted = row.mintedWei();
        for (Withdrawal one : honest.withdrawals()) {
            minted = minted.subtractExact(UInt256.of(one.amountGwei()).multiply(GWEI));
        }
        for (Withdrawal one : told) {
            minted = minted.addExact(UInt256.of(one.amountGwei()).multiply(GWEI));
        }
        long next = row.nextWithdrawalIndex() + told.size() - honest.withdrawals().size();
        return new LedgerRow(
                minted,
                row.burnedWei(),
                row.recycledWei(),
                row.notEmittedWei(),
                row.lockedWei(),
                row.remainderWei(),
                row.clock(),
                row.breakerWindowStart(),
                row.breakerWindowGwei(),
                next,
                row.epochAccruedWei(),
                row.closedEpoch(),
                row.closedEpochAllowanceWei(),
                row.halted());
    }
}
