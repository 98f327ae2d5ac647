package org.assay.storage.state;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.ChainMarker;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.WriteBatch;
import org.assay.storage.trie.TrieRoot;

/// Blocks of state changes on disk: `main [accounts] [changes a block] [blocks]`. Prints the
/// median and the spread (10th to 90th percentile) over the blocks, the first fifth left out.
public final class StateBenchmark {
    private static final int LOAD_CHUNK = 20_000;
    private static final int READS = 200_000;

    private final Random random = new Random(42);
    private final int accounts;
    private final int changes;
    private final int blocks;
    private final WorldState world;
    private long consumed;

    private StateBenchmark(WorldState world, int accounts, int changes, int blocks) {
        this.world = world;
        this.accounts = accounts;
        this.changes = changes;
        this.blocks = blocks;
    }

    public static void main(String[] arguments) throws IOException {
        int accounts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        int changes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
        int blocks = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 25;
        Path folder = Files.createTempDirectory("state-benchmark");
        ChainMarker chain = new ChainMarker(1, Hash.ZERO);
        try (RocksStore store = RocksStore.open(folder, chain, StoreOptions.small())) {
            WorldState world = WorldState.open(store, StateOptions.bounded());
            new StateBenchmark(world, accounts, changes, blocks).run();
            System.out.println("disk " + store.stats().diskBytes() / 1_000_000 + " MB");
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() {
        long start = System.nanoTime();
        for (int from = 0; from < accounts; from += LOAD_CHUNK) {
            List<Integer> chunk = new ArrayList<>();
            for (int i = from; i < Math.min(accounts, from + LOAD_CHUNK); i++) {
                chunk.add(i);
            }
            world.commit(world.prepare(balances(chunk)), new WriteBatch());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("load       %,.0f accounts/s%n", accounts / seconds);
        measure("accounts", this::randomBalances);
        measure("slots", this::randomSlots);
        measureReads();
        measureLists();
        System.out.println("(" + consumed + ")");
    }

    /// Of the whole process: comparable on a busy machine.
    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private interface Diffs {
        StateDiff next();
    }

    private void measure(String what, Diffs diffs) {
        double[] prepare = new double[blocks];
        double[] commit = new double[blocks];
        long prepareCpu = 0;
        long commitCpu = 0;
        for (int i = 0; i < blocks; i++) {
            StateDiff diff = diffs.next();
            long start = System.nanoTime();
            long startCpu = cpuNanos();
            PreparedState prepared = world.prepare(diff);
            long middle = System.nanoTime();
            long middleCpu = cpuNanos();
            world.commit(prepared, new WriteBatch());
            commit[i] = (System.nanoTime() - middle) / 1e6;
            prepare[i] = (middle - start) / 1e6;
            if (i >= blocks / 5) {
                prepareCpu += middleCpu - startCpu;
                commitCpu += cpuNanos() - middleCpu;
            }
        }
        print(changes + " " + what + ", root", prepare);
        print(changes + " " + what + ", commit", commit);
        long counted = (long) (blocks - blocks / 5) * changes;
        System.out.printf(
                "%-28s %7.2f us root, %.2f us commit (all threads, compiler and collector too)%n",
                "  CPU a change", prepareCpu / 1e3 / counted, commitCpu / 1e3 / counted);
    }

    private void print(String what, double[] millis) {
        double[] sorted = Arrays.copyOfRange(millis, millis.length / 5, millis.length);
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        System.out.printf(
                "%-28s %7.1f ms (%.1f to %.1f), %,.0f/s%n",
                what,
                median,
                sorted[sorted.length / 10],
                sorted[sorted.length * 9 / 10],
                changes / median * 1000);
    }

    private void measureReads() {
        StateView view = world.head();
        for (String what : List.of("account reads, mixed", "account reads, 1000 warm")) {
            int range = what.endsWith("warm") ? 1000 : accounts;
            double[] rates = new double[5];
            for (int turn = 0; turn < rates.length; turn++) {
                Address[] addresses = new Address[READS];
                for (int i = 0; i < READS; i++) {
                    addresses[i] = address(random.nextInt(range));
                }
                long start = System.nanoTime();
                for (Address address : addresses) {
                    Account account = view.account(address);
                    consumed += account == null ? 0 : account.nonce();
                }
                rates[turn] = READS / ((System.nanoTime() - start) / 1e9);
            }
            Arrays.sort(rates);
            System.out.printf("%-28s %,.0f/s%n", what, rates[rates.length / 2]);
        }
    }

    private void measureLists() {
        List<Bytes> values = new ArrayList<>();
        byte[] value = new byte[120];
        for (int i = 0; i < changes; i++) {
            random.nextBytes(value);
            values.add(Bytes.of(value));
        }
        double[] millis = new double[blocks];
        for (int i = 0; i < blocks; i++) {
            long start = System.nanoTime();
            consumed += TrieRoot.of(values).w0() & 1;
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        print("ordered trie of " + changes, millis);
    }

    private StateDiff randomBalances() {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            chosen.add(random.nextInt(accounts));
        }
        return balances(chosen);
    }

    private StateDiff balances(List<Integer> indices) {
        TreeMap<Address, StateDiff.Change> diff = new TreeMap<>();
        for (int index : indices) {
            UInt256 wei = new UInt256(0, 0, random.nextInt(100), random.nextLong());
            Account account = new Account(random.nextInt(1000), wei, Keccak.EMPTY);
            diff.put(address(index), new StateDiff.Change(account, false, new TreeMap<>()));
        }
        return new StateDiff(diff, new TreeMap<>());
    }

    private StateDiff randomSlots() {
        TreeMap<UInt256, UInt256> slots = new TreeMap<>();
        while (slots.size() < changes) {
            byte[] seed = {(byte) 1, (byte) random.nextInt(256), (byte) random.nextInt(256), 3};
            UInt256 slot = Keccak.hash256(seed).toUInt256();
            slots.put(slot, UInt256.of(random.nextLong() >>> 1 | 1));
        }
        TreeMap<Address, StateDiff.Change> diff = new TreeMap<>();
        Account token = new Account(1, UInt256.ZERO, Keccak.hash256(new byte[] {1}));
        diff.put(address(7), new StateDiff.Change(token, false, slots));
        return new StateDiff(diff, new TreeMap<>());
    }

    private static Address address(int index) {
        return new Address(
                index * 0x9e3779b97f4a7c15L, index * 0xc2b2ae3d27d4eb4fL, index * 31 + 7);
    }
}
