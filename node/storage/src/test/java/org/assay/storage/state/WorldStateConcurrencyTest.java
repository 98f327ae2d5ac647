package org.assay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.testkit.Seeds;

/// Readers on other threads while blocks are committed: each view is one block's state, whole.
final class WorldStateConcurrencyTest {
    private static final int ACCOUNTS = 40;
    private static final long WEI_EACH = 1_000_000;
    private static final int BLOCKS = 300;
    private static final int READERS = 3;
    private static final UInt256 SLOT = UInt256.of(3);

    /// So few places that every value is displaced and loaded again and again.
    private static final StateOptions OPTIONS = new StateOptions(512, false, 256 * 16);

    @Seeds(5)
    void moneyIsConservedInEveryView(RandomGenerator random, long seed) throws Exception {
        WorldState world = WorldState.open(new MemoryStore(), OPTIONS);
        long[] wei = new long[ACCOUNTS];
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            wei[i] = WEI_EACH;
            all.add(i);
        }
        world.commit(world.prepare(balances(wei, all)), new WriteBatch());
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(READERS)) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                long readerSeed = seed * READERS + i;
                readers.add(pool.submit(() -> readUntil(done, world, readerSeed)));
            }
            for (int block = 1; block < BLOCKS; block++) {
                int from = random.nextInt(ACCOUNTS);
                int to = random.nextInt(ACCOUNTS);
                long amount = random.nextLong(wei[from] + 1);
                wei[from] -= amount;
                wei[to] += amount;
                world.commit(world.prepare(balances(wei, List.of(from, to))), new WriteBatch());
            }
            done.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    /// Sums up views of the head and of older blocks; how many.
    private static long readUntil(AtomicBoolean done, WorldState world, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        long views = 0;
        do {
            StateView view =
                    random.nextBoolean()
                            ? world.head()
                            : world.at(random.nextLong(world.headNumber() + 1)).orElseThrow();
            UInt256 balances = UInt256.ZERO;
            UInt256 slots = UInt256.ZERO;
            for (int i = 0; i < ACCOUNTS; i++) {
                Account account = view.account(Address.ofNumber(i + 1));
                balances = account == null ? balances : balances.add(account.balance());
                slots = slots.add(view.storage(Address.ofNumber(i + 1), SLOT));
            }
            assertThat(balances).isEqualTo(UInt256.of(ACCOUNTS * WEI_EACH));
            assertThat(slots).isEqualTo(balances);
            views++;
        } while (!done.get());
        return views;
    }

    /// The balance of each account, and the same once more in a slot.
    private static StateDiff balances(long[] wei, List<Integer> indices) {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        for (int i : indices) {
            TreeMap<UInt256, UInt256> slots = new TreeMap<>();
            slots.put(SLOT, UInt256.of(wei[i]));
            Account account = new Account(1, UInt256.of(wei[i]), Keccak.EMPTY);
            changes.put(Address.ofNumber(i + 1), new StateDiff.Change(account, false, slots));
        }
        return new StateDiff(changes, new TreeMap<>());
    }
}
