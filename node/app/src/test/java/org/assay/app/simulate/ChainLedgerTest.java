package org.assay.app.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assay.consensus.Rules;
import org.assay.consensus.Timing;
import org.assay.consensus.Verdict;
import org.assay.consensus.Watermark;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.simulation.Ledger;
import org.assay.consensus.simulation.Ledgers;
import org.assay.consensus.simulation.Network;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

final class ChainLedgerTest {
    private static final long GENESIS_SECONDS = 1_700_000_000L;

    private static final List<SecretKey> KEYS =
            IntStream.rangeClosed(1, 7).mapToObj(ChainLedgerTest::key).toList();

    private final RandomGenerator random = new SplittableRandom(1);

    private static SecretKey key(int number) {
        byte[] key = new byte[32];
        key[0] = (byte) number;
        return SecretKey.of(key);
    }

    private static Network network(boolean changingSet) {
        return new Network(
                KEYS, changingSet, Rules.ASSAY, new Timing(1_000, 0, 1_000), GENESIS_SECONDS);
    }

    private static ProposedBlock build(Ledger ledger, long content, boolean valid) {
        Ledger.Draft draft =
                new Ledger.Draft(
                        ledger.headNumber() + 1,
                        ledger.headHash(),
                        KEYS.getFirst().address(),
                        ledger.headTimestampSeconds() + 1,
                        content,
                        valid);
        return ledger.build(draft).orElseThrow();
    }

    private static long clockMillis(ProposedBlock block) {
        return block.header().timestamp() * 1_000;
    }

    private void submit(Ledgers ledgers, int count, Ledger... to) {
        for (int i = 0; i < count; i++) {
            var transaction = ledgers.transaction(random).orElseThrow();
            for (Ledger ledger : to) {
                ledger.offer(transaction);
            }
        }
    }

    private static int transactionsOf(Ledger ledger, long number) {
        return ((ChainLedger) ledger).chain().blockAt(number).orElseThrow().transactions().size();
    }

    @Test
    void acceptsWhatAnotherBuiltOfOtherTransactions() {
        acceptsWhatAnotherBuilt(SimulatedChain.of(network(false)));
    }

    @Test
    void acceptsWhatAnotherBuiltOnAnAssayChainOverItsEpochs() {
        Ledgers ledgers = SimulatedChain.ofAssay(network(false));
        Ledger ledger = acceptsWhatAnotherBuilt(ledgers);
        while (ledger.headNumber() < 20) {
            ledger.append(build(ledger, ledger.headNumber(), true), true);
        }
        assertThat(ledgers.audit(List.of(ledger))).isEmpty();
    }

    private Ledger acceptsWhatAnotherBuilt(Ledgers ledgers) {
        Ledger one = ledgers.open(KEYS.getFirst());
        Ledger other = ledgers.open(KEYS.getFirst());
        submit(ledgers, 20, one);
        for (int i = 0; i < 3; i++) {
            submit(ledgers, 5, one, other);
            ProposedBlock block = build(one, i, true);
            assertThat(other.check(block, clockMillis(block))).isEqualTo(Verdict.VALID);
            one.append(block, true);
            other.append(block, true);
        }
        assertThat(transactionsOf(other, 1)).isGreaterThan(10);
        assertThat(other.headHash()).isEqualTo(one.headHash());
        assertThat(ledgers.audit(List.of(one, other))).isEmpty();
        return one;
    }

    @Test
    void refusesEveryForgery() {
        refusesEveryForgery(SimulatedChain.of(network(false)));
    }

    @Test
    void refusesEveryForgeryOnAnAssayChain() {
        refusesEveryForgery(SimulatedChain.ofAssay(network(false)));
    }

    private void refusesEveryForgery(Ledgers ledgers) {
        Ledger proposer = ledgers.open(KEYS.getFirst());
        Ledger voter = ledgers.open(KEYS.getFirst());
        submit(ledgers, 3, proposer, voter);
        List<String> reasons =
                List.of(
                        "INVALID_STATE_ROOT",
                        "WRONG_WITHDRAWALS",
                        "INVALID_GAS_USED",
                        "INVALID_TRANSACTION");
        for (int content = 0; content < 4; content++) {
            ProposedBlock forged = build(proposer, content, false);
            assertThat(voter.check(forged, clockMillis(forged)))
                    .isInstanceOfSatisfying(
                            Verdict.Invalid.class,
                            it -> assertThat(it.reason()).contains(reasons.get(kindOf(forged))));
            assertThat(voter.accepts(forged)).isFalse();
            assertThatThrownBy(() -> voter.append(forged, true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("invalid here");
        }
        ProposedBlock valid = build(proposer, 0, true);
        assertThat(voter.check(valid, clockMillis(valid))).isEqualTo(Verdict.VALID);
    }

    /// Which forgery: the last bits of what makes it differ, at the end of its vanity.
    private static int kindOf(ProposedBlock forged) {
        return forged.header().extraData().vanity().get(31) & 3;
    }

    @Test
    void refusesATimeAheadOfItsClock() {
        Ledgers ledgers = SimulatedChain.of(network(false));
        ProposedBlock block = build(ledgers.open(KEYS.getFirst()), 0, true);
        long least = clockMillis(block) - 1_000;
        assertThat(ledgers.open(KEYS.getFirst()).check(block, least)).isEqualTo(Verdict.VALID);
        assertThat(ledgers.open(KEYS.getFirst()).check(block, least - 1))
                .isInstanceOf(Verdict.CannotCheck.class);
    }

    @Test
    void aCrashTakesBackWhatWasNotSyncedAndNothingElse() {
        Ledgers ledgers = SimulatedChain.of(network(false));
        Ledger ledger = ledgers.open(KEYS.getFirst());
        submit(ledgers, 4, ledger);
        ledger.append(build(ledger, 1, true), false);
        Watermark watermark = Watermark.sittingOut(1);
        ledger.keep(watermark); // and with it what was written before
        long kept = ledger.headNumber();
        var hash = ledger.headHash();
        for (int i = 0; i < 6; i++) {
            ledger.append(build(ledger, i, true), false);
        }
        ledger.crash(random);
        assertThat(ledger.headNumber()).isBetween(kept, kept + 3);
        assertThat(ledger.blockAt(1).hash()).isEqualTo(hash);
        assertThat(ledger.watermark()).contains(watermark);
        assertThat(ledger.lock()).isEqualTo(Optional.empty());
        assertThat(ledger.hasWork(random)).isFalse();
        assertThat(ledgers.audit(List.of(ledger))).isEmpty();
    }

    @Test
    void theSetContractNamesTheNetworksValidators() {
        Network network = network(true);
        Ledgers ledgers = SimulatedChain.of(network);
        Ledger ledger = ledgers.open(KEYS.getFirst());
        for (long height = 1; height <= 60; height++) {
            assertThat(ledger.nextValidators()).isEqualTo(network.validatorsAt(height));
            ledger.append(build(ledger, height, true), true);
        }
    }

    @Test
    void theAuditFindsANodeOnAnotherChain() {
        Ledgers ledgers = SimulatedChain.of(network(false));
        Ledger one = ledgers.open(KEYS.getFirst());
        Ledger other = ledgers.open(KEYS.getFirst());
        one.append(build(one, 1, true), true);
        one.append(build(one, 1, true), true);
        other.append(build(other, 2, true), true);
        assertThat(ledgers.audit(List.of(one, other)))
                .contains("a node's block 1 is not the replayed one");
    }
}
