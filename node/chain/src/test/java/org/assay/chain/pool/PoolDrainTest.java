package org.assay.chain.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assay.chain.pool.PoolAnswer.Reason;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.state.StateView;
import org.assay.testkit.Seeds;

/// Whatever senders do to a small pool on a real chain, nobody gets stuck in it and it drains.
final class PoolDrainTest {
    private static final int SENDERS = 5;
    private static final int STEPS = 150;
    private static final int ROUNDS_MAX = 200;

    /// Room for about 30 transfers, 6 of a sender, 8 nonces ahead.
    private static final PoolLimits TIGHT = new PoolLimits(3_600, 6, 8, 1_000, 10);

    private static final List<SecretKey> KEYS =
            IntStream.range(0, SENDERS)
                    .mapToObj(i -> SecretKey.of(Keccak.hash256(new byte[] {(byte) i}).toArray()))
                    .toList();

    /// Pays for those who have nothing left.
    private static final SecretKey PATRON = SecretKey.of(Keccak.hash256(new byte[] {99}).toArray());

    private final PoolChain world =
            new PoolChain(
                    IntStream.rangeClosed(0, SENDERS)
                            .mapToObj(i -> i < SENDERS ? KEYS.get(i) : PATRON)
                            .toList(),
                    TIGHT);

    private static <T> T one(RandomGenerator random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /// Nonces stale, next, behind gaps and too far; fees below, at and far above the base fee;
    /// gas too little, enough and more than a block; values of nothing, of all, of more.
    private Transaction anything(RandomGenerator random) {
        SecretKey key = one(random, KEYS);
        UInt256 balance = world.balance(key.address());
        UInt256 fee =
                world.baseFee().multiply(UInt256.of(random.nextInt(0, 40))).divide(UInt256.of(8));
        return PoolChain.sign(
                key,
                Math.max(0, world.nonce(key.address()) + random.nextInt(-1, 10)),
                one(random, List.of(UInt256.ZERO, UInt256.ONE, fee, fee.add(UInt256.ONE))),
                fee,
                one(random, List.of(20_999L, 21_000L, 60_000L, 300_000L, 600_000L, 600_001L)),
                one(
                        random,
                        List.of(
                                Address.ofNumber(77),
                                PoolChain.REVERTER,
                                one(random, KEYS).address())),
                one(
                        random,
                        List.of(
                                UInt256.ZERO,
                                UInt256.ZERO,
                                UInt256.ONE,
                                balance.divide(UInt256.of(2)),
                                balance,
                                balance.add(UInt256.ONE))),
                Bytes.wrap(new byte[random.nextInt(4) == 0 ? random.nextInt(900) : 0]));
    }

    @Seeds(20)
    void nobodyIsStuckAndThePoolDrains(RandomGenerator random) {
        for (int i = 0; i < STEPS; i++) {
            if (random.nextInt(8) == 0) {
                world.mine();
            } else {
                world.add(anything(random));
            }
            checkAccounts();
        }
        // From here on senders do what a wallet does: fill gaps and outbid what does not move.
        int rounds = 0;
        while (world.pool.count() > 0) {
            assertTrue(++rounds < ROUNDS_MAX, () -> "does not drain: " + explainAll());
            KEYS.forEach(this::unblock);
            world.mine();
            checkAccounts();
        }
        for (SecretKey key : KEYS) {
            long before = world.nonce(key.address());
            unblock(key);
            if (world.pool.count() == 0) { // as nothing waits, only coins can be missing
                fund(key);
                world.mine();
            }
            assertInstanceOf(
                    PoolAnswer.Accepted.class, world.add(world.plain(key, before)), "is stuck");
            world.mine();
            assertEquals(before + 1, world.nonce(key.address()), "its next one is mined");
        }
    }

    /// The pool's own books, and that what it calls executable is what it offers.
    private void checkAccounts() {
        long size = 0;
        int count = 0;
        StateView state = world.chain.head().state();
        for (var sender : world.pool.content().entrySet()) {
            assertTrue(sender.getValue().size() <= TIGHT.perSenderMax(), "too many of one sender");
            for (TransactionPool.Entry entry : sender.getValue()) {
                size += entry.transaction().encoded().size();
                count++;
                assertTrue(world.pool.find(entry.transaction().hash()).isPresent());
                String why = world.explain(entry.transaction());
                assertTrue(!why.startsWith("stale") && !why.startsWith("unknown"), why);
            }
        }
        assertEquals(size, world.pool.sizeBytes());
        assertEquals(count, world.pool.count());
        assertTrue(size <= TIGHT.bytesMax(), "more bytes than the pool may have");
        world.pool.select(
                state,
                world.baseFee(),
                entry -> {
                    String why = world.explain(entry.transaction());
                    boolean executable =
                            why.startsWith("executable")
                                    || why.contains("the sender has"); // the builder finds out
                    assertTrue(executable, why);
                    return TransactionPool.Choice.LEAVE_SENDER;
                });
    }

    private String explainAll() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Address, List<TransactionPool.Entry>> sender :
                world.pool.content().entrySet()) {
            sender.getValue()
                    .forEach(
                            entry ->
                                    text.append('\n')
                                            .append(entry.transaction().nonce())
                                            .append(": ")
                                            .append(world.explain(entry.transaction())));
        }
        return text.toString();
    }

    /// Replaces or sends the transaction that everything of this sender's waits for.
    private void unblock(SecretKey key) {
        List<TransactionPool.Entry> waiting =
                world.pool.content().getOrDefault(key.address(), List.of());
        if (waiting.isEmpty()) {
            return;
        }
        long nonce = world.nonce(key.address());
        UInt256 fee = world.baseFee().multiply(UInt256.of(4));
        UInt256 tip = UInt256.ONE;
        TransactionPool.Entry first = waiting.getFirst();
        if (first.transaction().nonce() == nonce) {
            if (world.explain(first.transaction()).startsWith("executable")) {
                return;
            }
            UInt256 held = first.transaction().maxFeePerGas().multiply(UInt256.of(2));
            fee = held.compareTo(fee) > 0 ? held : fee;
            tip = first.transaction().maxPriorityFeePerGas().multiply(UInt256.of(2));
        }
        Transaction fill =
                PoolChain.sign(
                        key,
                        nonce,
                        tip,
                        fee.compareTo(tip) < 0 ? tip : fee,
                        21_000,
                        Address.ofNumber(77),
                        UInt256.ZERO,
                        Bytes.EMPTY);
        PoolAnswer answer = world.add(fill);
        if (answer instanceof PoolAnswer.Refused refused) {
            if (refused.reason() == Reason.INSUFFICIENT_FUNDS) {
                fund(key);
            } else {
                assertEquals(Reason.POOL_FULL, refused.reason(), refused::message);
            }
        }
    }

    private void fund(SecretKey key) {
        world.add(
                PoolChain.sign(
                        PATRON,
                        world.pool.nextNonce(PATRON.address(), world.chain.head().state()),
                        world.baseFee(),
                        world.baseFee().multiply(UInt256.of(100)),
                        21_000,
                        key.address(),
                        UInt256.of(1_000_000_000_000_000_000L),
                        Bytes.EMPTY));
    }
}
