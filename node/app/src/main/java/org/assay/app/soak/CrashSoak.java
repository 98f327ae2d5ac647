package org.assay.app.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.app.Folders;
import org.assay.app.client.RpcClient;
import org.assay.app.dev.DevProcess;
import org.assay.primitives.Hash;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.state.StateVerifier;
import org.jspecify.annotations.Nullable;

/// Kills `assay dev` with SIGKILL under load, again and again, and looks after each start whether
/// everything that it ever acknowledged is still there. One thread, but for the senders.
public final class CrashSoak implements AutoCloseable {
    private static final long UNDER_LOAD_MILLIS_MAX = 500;
    private static final long START_MILLIS_MAX = 1_200;
    private static final long FIRST_RECEIPT_MILLIS_MAX = 30_000;
    private static final long DRAIN_MILLIS_MAX = 60_000;

    /// In one of so many rounds the node dies once more, while it starts.
    private static final int DIES_AT_START_EVERY = 8;

    private final Path folder;
    private final int kills;
    private final Consumer<String> told;
    private final RandomGenerator random;
    private final CrashLoad load = new CrashLoad();
    private final List<CrashLoad.Receipt> receipts = new ArrayList<>();
    private final List<Hash> accepted = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final long startMillis = System.currentTimeMillis();
    private volatile @Nullable DevProcess node;
    private int killed;
    private int killedAtStart;
    private int verified;
    private long lastNumber;
    private long readyMillis;

    /// What came of it. `problems` is empty where nothing was lost.
    public record Outcome(
            int kills,
            int killsAtStart,
            int verifications,
            long blocks,
            int receipts,
            int accepted,
            long readyMillisMean,
            long seconds,
            List<String> problems) {}

    public CrashSoak(Path folder, int kills, long seed, Consumer<String> told) {
        this.folder = folder;
        this.kills = kills;
        this.told = told;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private Path data() {
        return folder.resolve("data");
    }

    /// Half of the time a block for each transaction, half 20 a second.
    private DevProcess launch(int round) throws IOException {
        List<String> options = round % 2 == 0 ? List.of() : List.of("--block-time", "0.05");
        DevProcess fresh = DevProcess.launch(data(), folder.resolve("dev.log"), options);
        node = fresh;
        return fresh;
    }

    public Outcome run() throws IOException {
        for (int round = 0; round < kills && problems.isEmpty(); round++) {
            if (round % DIES_AT_START_EVERY == DIES_AT_START_EVERY - 1) {
                dieWhileStarting(round);
            }
            dieUnderLoad(round);
            if (round % 4 < 2) { // in the other rounds the node itself is the first to open it
                verify();
            }
            if (round % 10 == 9) {
                told.accept(summary());
            }
        }
        if (problems.isEmpty()) {
            checkAll();
        }
        problems.forEach(problem -> told.accept("PROBLEM " + problem));
        told.accept(summary());
        return new Outcome(
                killed,
                killedAtStart,
                verified,
                lastNumber,
                receipts.size(),
                accepted.size(),
                readyMillis / Math.max(1, killed),
                (System.currentTimeMillis() - startMillis) / 1_000,
                List.copyOf(problems));
    }

    private String summary() {
        return killed
                + " kills under load, "
                + killedAtStart
                + " while starting, block "
                + lastNumber
                + ", "
                + receipts.size()
                + " receipts and "
                + accepted.size()
                + " transactions acknowledged, "
                + verified
                + " times db verify, "
                + (problems.isEmpty() ? "nothing lost" : problems.size() + " PROBLEMS");
    }

    private void dieWhileStarting(int round) throws IOException {
        DevProcess starting = launch(round);
        pause(random.nextLong(1, START_MILLIS_MAX));
        starting.kill();
        killedAtStart++;
    }

    private void dieUnderLoad(int round) throws IOException {
        long begin = System.currentTimeMillis();
        DevProcess running = launch(round);
        running.awaitReady();
        readyMillis += System.currentTimeMillis() - begin;
        RpcClient rpc = running.rpc();
        checkStart(rpc);
        if (round == 0) {
            load.prepare(rpc);
        }
        int before = load.receipts().size();
        load.start(rpc);
        long end = System.currentTimeMillis() + FIRST_RECEIPT_MILLIS_MAX;
        while (load.receipts().size() == before && System.currentTimeMillis() < end) {
            pause(5);
        }
        pause(random.nextLong(1, UNDER_LOAD_MILLIS_MAX));
        running.kill();
        killed++;
        load.stop();
    }

    /// Whether the node stands where it stood when it died: what it acknowledged is there.
    private void checkStart(RpcClient rpc) throws IOException {
        List<CrashLoad.Receipt> fresh = List.copyOf(load.receipts());
        List<Hash> taken = List.copyOf(load.accepted());
        load.receipts().clear();
        load.accepted().clear();
        problems.addAll(load.problems());
        long head = rpc.blockNumber();
        long acknowledged = lastNumber;
        for (CrashLoad.Receipt receipt : fresh) {
            acknowledged = Math.max(acknowledged, receipt.blockNumber());
            checkReceipt(rpc, receipt);
        }
        for (Hash hash : taken) {
            if (!rpc.call("eth_getTransactionByHash", hash.toString()).isObject()) {
                problems.add("transaction " + hash + " was taken in and is gone");
            }
        }
        if (head < acknowledged) {
            problems.add("the node stands at " + head + " and had acknowledged " + acknowledged);
        }
        JsonNode audit = rpc.call("assay_emissionAudit", "latest");
        if (!audit.path("agrees").asBoolean()) {
            problems.add("the supply does not audit: " + audit);
        }
        lastNumber = head;
        receipts.addAll(fresh);
        accepted.addAll(taken);
    }

    private void checkReceipt(RpcClient rpc, CrashLoad.Receipt receipt) throws IOException {
        JsonNode found = rpc.call("eth_getTransactionReceipt", receipt.hash().toString());
        if (!found.path("blockHash").asText().equals(receipt.blockHash())) {
            problems.add("receipt " + receipt + " is now " + found);
        }
    }

    /// As `assay db verify`: every checksum, and the state against its root.
    private void verify() {
        try (RocksStore store =
                RocksStore.openExisting(data().resolve("chain"), StoreOptions.small())) {
            store.verifyChecksums();
            Optional<String> fault = StateVerifier.verify(store, count -> {}).fault();
            fault.ifPresent(text -> problems.add("db verify: " + text));
            verified++;
        }
    }

    /// At the end: what waits is mined, every receipt of all rounds is looked at again, and the
    /// node ends as it should.
    private void checkAll() throws IOException {
        DevProcess last = launch(0);
        last.awaitReady();
        RpcClient rpc = last.rpc();
        checkStart(rpc);
        for (CrashLoad.Receipt receipt : receipts) {
            checkReceipt(rpc, receipt);
        }
        long end = System.currentTimeMillis() + DRAIN_MILLIS_MAX;
        for (Hash hash : accepted) {
            while (!rpc.call("eth_getTransactionReceipt", hash.toString()).isObject()) {
                if (System.currentTimeMillis() > end) {
                    String why = rpc.call("txpool_explain", hash.toString()).asText();
                    problems.add("transaction " + hash + " is in no block: " + why);
                    return;
                }
                pause(20);
            }
        }
        lastNumber = rpc.blockNumber();
        last.end();
        verify();
    }

    private static void pause(long millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Kills the node; safe from any thread.
    @Override
    public void close() {
        DevProcess last = node;
        if (last != null) {
            last.close();
        }
    }

    /// Removes everything.
    void removeFiles() throws IOException {
        Folders.remove(folder);
    }
}
