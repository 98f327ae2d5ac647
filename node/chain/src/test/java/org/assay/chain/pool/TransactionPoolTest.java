package org.assay.chain.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.assay.chain.pool.PoolAnswer.Reason;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

final class TransactionPoolTest {
    private static final SecretKey ALICE = SecretKey.of(Keccak.hash256(new byte[] {1}).toArray());
    private static final SecretKey BOB = SecretKey.of(Keccak.hash256(new byte[] {2}).toArray());
    private static final Address SINK = Address.ofNumber(77);
    private static final PoolLimits LIMITS = new PoolLimits(1_000, 4, 8, 900, 10);

    private final PoolChain world = new PoolChain(List.of(ALICE, BOB), LIMITS);

    private static Transaction offer(SecretKey key, long nonce, long tip, UInt256 feeMax) {
        return PoolChain.sign(
                key, nonce, UInt256.of(tip), feeMax, 21_000, SINK, UInt256.ZERO, Bytes.EMPTY);
    }

    private UInt256 fees(int times) {
        return world.baseFee().multiply(UInt256.of(times));
    }

    private void taken(Transaction transaction) {
        PoolAnswer answer = world.add(transaction);
        assertInstanceOf(PoolAnswer.Accepted.class, answer, answer.toString());
    }

    private void refused(Reason reason, Transaction transaction) {
        PoolAnswer answer = world.add(transaction);
        assertEquals(reason, assertInstanceOf(PoolAnswer.Refused.class, answer).reason());
    }

    @Test
    void explainsEachState() {
        Transaction first = offer(ALICE, 0, 1, fees(2));
        Transaction third = offer(ALICE, 2, 1, fees(2));
        assertEquals("unknown here: never seen, or forgotten", world.explain(first));
        taken(third);
        assertEquals("waits for the sender's nonce 0, which nobody has sent", world.explain(third));
        taken(first);
        assertEquals("executable: waits for a block with room", world.explain(first));
        assertEquals("waits for the sender's nonce 1, which nobody has sent", world.explain(third));
        world.mine();
        assertEquals("dropped: included", world.explain(first));
        Transaction dearer = offer(ALICE, 2, 2, fees(3));
        taken(dearer);
        assertEquals("dropped: replaced by " + dearer.hash(), world.explain(third));
        world.pool.drop(dearer.hash(), "its sender asked for it");
        assertEquals("dropped: its sender asked for it", world.explain(dearer));
    }

    @Test
    void explainsWhatCannotBePaid() {
        UInt256 all = world.balance(ALICE.address());
        Transaction spend =
                PoolChain.sign(
                        ALICE,
                        0,
                        UInt256.ONE,
                        fees(2),
                        21_000,
                        SINK,
                        all.subtract(fees(2).multiply(UInt256.of(21_000))),
                        Bytes.EMPTY);
        Transaction next = offer(ALICE, 1, 1, fees(1));
        Transaction value =
                PoolChain.sign(
                        ALICE,
                        2,
                        UInt256.ONE,
                        fees(1),
                        21_000,
                        SINK,
                        all.divide(UInt256.of(2)),
                        Bytes.EMPTY);
        taken(spend);
        taken(next);
        taken(value);
        world.mine(); // takes both it can, and finds that the third cannot be paid
        assertEquals(2, world.nonce(ALICE.address()));
        assertEquals("dropped: INSUFFICIENT_ACCOUNT_FUNDS", world.explain(value));
        refused(Reason.INSUFFICIENT_FUNDS, value);
    }

    @Test
    void explainsFeesThatTheBaseFeeOvertook() {
        Transaction cheap = offer(ALICE, 0, 0, fees(1));
        Transaction after = offer(ALICE, 1, 0, fees(20));
        taken(cheap);
        taken(after);
        // Full blocks of another sender's raise the base fee.
        for (int i = 0; i < 3; i++) {
            taken(
                    PoolChain.sign(
                            BOB,
                            i,
                            fees(3),
                            fees(9),
                            PoolChain.BLOCK_GAS,
                            null,
                            UInt256.ZERO,
                            Bytes.fromHex("0x5b5f56")));
            world.mine();
        }
        assertEquals(0, world.nonce(ALICE.address()));
        String why = "offers less than the base fee of " + world.baseFee() + " wei";
        assertEquals(why, world.explain(cheap));
        assertEquals(
                "waits for the sender's nonce 0, " + cheap.hash() + ", which " + why,
                world.explain(after));
        // It moves again when it is replaced.
        taken(offer(ALICE, 0, 1, fees(2)));
        world.mine();
        assertEquals(2, world.nonce(ALICE.address()));
    }

    @Test
    void aSenderFullOfLaterNoncesStillGetsItsNextOneIn() {
        for (long nonce = 1; nonce <= LIMITS.perSenderMax(); nonce++) {
            taken(offer(ALICE, nonce, 1, fees(2)));
        }
        refused(Reason.SENDER_FULL, offer(ALICE, LIMITS.perSenderMax() + 1, 1, fees(2)));
        Transaction last = offer(ALICE, LIMITS.perSenderMax(), 1, fees(2));
        taken(offer(ALICE, 0, 1, fees(2)));
        assertEquals("dropped: gave way to the sender's nonce before it", world.explain(last));
        world.mine();
        assertEquals(LIMITS.perSenderMax(), world.nonce(ALICE.address()));
        assertEquals(0, world.pool.count());
    }

    @Test
    void aPoolFullOfGapsTakesWhatCanBeMined() {
        long nonce = 1;
        while (world.pool.sizeBytes() + 450 < LIMITS.bytesMax() && nonce <= 4) {
            taken(
                    PoolChain.sign(
                            ALICE,
                            nonce++,
                            fees(5),
                            fees(9),
                            100_000,
                            SINK,
                            UInt256.ZERO,
                            Bytes.wrap(new byte[300])));
        }
        taken( // 10 wei of tip against thousands, but it can be mined
                PoolChain.sign(
                        BOB,
                        0,
                        UInt256.of(10),
                        fees(2),
                        100_000,
                        SINK,
                        UInt256.ZERO,
                        Bytes.wrap(new byte[300])));
        assertTrue(world.pool.sizeBytes() <= LIMITS.bytesMax());
        world.mine();
        assertEquals(1, world.nonce(BOB.address()));
    }

    @Test
    void refusesWithTheReason() {
        taken(offer(ALICE, 0, 5, fees(2)));
        refused(Reason.REPLACEMENT_UNDERPRICED, offer(ALICE, 0, 5, fees(2).add(UInt256.ONE)));
        refused(Reason.NONCE_TOO_HIGH, offer(ALICE, 9, 5, fees(2)));
        taken(offer(ALICE, 8, 5, fees(2)));
        refused(Reason.UNDERPRICED, offer(ALICE, 1, 0, world.baseFee().subtract(UInt256.ONE)));
        refused(Reason.TIP_ABOVE_FEE_CAP, offer(ALICE, 1, Long.MAX_VALUE, fees(2)));
        world.mine();
        refused(Reason.NONCE_TOO_LOW, offer(ALICE, 0, 9, fees(9)));
    }

    @Test
    void aTransactionThatNoBlockHasRoomForIsDropped() {
        Transaction wide =
                PoolChain.sign(
                        ALICE,
                        0,
                        UInt256.ONE,
                        fees(2),
                        PoolChain.BLOCK_GAS + 1,
                        SINK,
                        UInt256.ZERO,
                        Bytes.EMPTY);
        refused(Reason.EXCEEDS_BLOCK_GAS_LIMIT, wide);
        // As if the limit had fallen since it came.
        assertInstanceOf(
                PoolAnswer.Accepted.class,
                world.pool.add(
                        wide.recover().orElseThrow(),
                        world.chain.head().state(),
                        world.baseFee(),
                        PoolChain.BLOCK_GAS + 1));
        assertTrue(world.explain(wide).startsWith("wants more gas than a block has"));
        world.mine();
        assertTrue(world.explain(wide).startsWith("dropped: its gas limit is above"));
    }
}
