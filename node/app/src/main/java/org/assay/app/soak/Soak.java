package org.assay.app.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.demo.DemoNetwork;
import org.assay.app.job.Customer;
import org.assay.app.provider.Performer;
import org.assay.app.provider.Replayer;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.jspecify.annotations.Nullable;

/// Four validator processes, three honest providers that keep dying, and cheats, each with a key
/// and a stake of its own.
final class Soak implements AutoCloseable {
    private static final int VALIDATORS = 4;
    private static final int HONEST = 3;
    private static final int DEATH_PERMILLE = 15;
    private static final int IMAGES = 16;
    static final int CHEAT_IMAGES = 32;
    private static final int BATCH = 12;

    /// Seconds between two looks at all jobs in work.
    private static final int LOOK_EVERY = 5;

    private static final long EPOCH_BLOCKS = 8;
    private static final long QUIET_MILLIS_MAX = 240_000;
    private static final long KILLER_SECONDS_MAX = 120;
    private static final UInt256 COIN = DemoNetwork.COIN;
    private static final UInt256 FEE = COIN.divide(UInt256.of(5));
    /// Cheats take no less, so that they leave honest jobs to the honest.
    private static final UInt256 CHEAT_FEE = FEE.multiply(UInt256.of(2));

    private static final UInt256 HONEST_STAKE = COIN.multiply(UInt256.of(100));
    private static final UInt256 CHEAT_STAKE = COIN.multiply(UInt256.of(10));

    /// As `QUICK`, with wider windows: providers and validators die here, and machines are busy.
    private static final GenesisPlan.Work WORK =
            new GenesisPlan.Work(
                    400,
                    COIN.multiply(UInt256.of(1_000)),
                    COIN.multiply(UInt256.of(10)),
                    5_000,
                    22_000,
                    1_000,
                    300,
                    60,
                    6,
                    4,
                    COIN,
                    2,
                    2,
                    0,
                    0,
                    8_000,
                    20);

    private static final String EMISSION =
            """
            {"name": "soak", "note": "ten coins a second", "unit": "wei", "decimals": 18,
             "versions": [{"version": 1, "start": {"height": 0},
               "cap": "20000000000000000000000000", "per": "second", "clockBoundSeconds": 60,
               "schedule": {"kind": "halvingByIssuance", "cap": "20000000000000000000000000",
                            "base": "10000000000000000000"},
               "split": {"denominator": 10000, "parts": [
                 {"name": "validators", "share": 2000, "to": "proposer"},
                 {"name": "verifiedWork", "share": 7000, "to": "epochPool"},
                 {"name": "treasury", "share": 1000, "to": "treasury"}]},
               "breaker": {"window": 86400, "multiple": 2},
               "feeShareBps": 0}]}
            """;

    /// How much is done; `calm`: without faults and cheats, for figures.
    record Size(int jobs, int atOnce, long seed, boolean calm) {}

    /// Who does a job and how.
    enum Kind {
        HONEST(0),
        SKIPS_A_TENTH(100),
        SKIPS_HALF(500),
        WITHHOLDS(0),
        REPLAYS(0);

        /// Rows faked of a thousand.
        final int permille;

        Kind(int permille) {
            this.permille = permille;
        }
    }

    /// A job and, for a cheat's, the thread of its provider.
    record Job(Hash jobId, Kind kind, @Nullable Thread cheat) {}

    private final Path folder;
    private final Size size;
    private final Consumer<String> told;
    private final boolean keep;
    private final RandomGenerator random;
    private final SecretKey customerKey = newKey();
    private final AtomicReference<@Nullable DemoNetwork> network = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<SoakProvider> honest = new ArrayList<>();
    private final Map<Hash, Job> open = new ConcurrentHashMap<>();
    private final Set<Hash> refunding = ConcurrentHashMap.newKeySet();
    private final List<Job> ended = new ArrayList<>();
    private final AtomicLong kills = new AtomicLong();
    private final SoakChecks checks = new SoakChecks();
    private volatile boolean ending;

    Soak(Path folder, Size size, Consumer<String> told, boolean keep) {
        this.folder = folder;
        this.size = size;
        this.told = told;
        this.keep = keep;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(size.seed);
    }

    private static SecretKey newKey() {
        return SecretKey.generate(new java.security.SecureRandom());
    }

    boolean run() throws IOException, InterruptedException {
        DemoNetwork running = begin();
        RpcClient rpc = client(running);
        Wallet wallet = new Wallet(rpc, customerKey, UInt256.of(DemoNetwork.CHAIN_ID));
        Customer customer = new Customer(rpc, wallet);
        for (int i = 0; i < HONEST; i++) {
            SecretKey key = newKey();
            fund(wallet, key, COIN.multiply(UInt256.of(1_000)));
            SoakProvider provider = provider(rpc, key, Kind.HONEST, "honest" + i);
            honest.add(provider);
            spawn(provider);
        }
        spawn(() -> checks.auditEveryBlock(client(running)));
        Thread killer = spawn(size.calm ? () -> {} : () -> killValidators(running));
        work(wallet, rpc, customer);
        ending = true;
        killer.join(Duration.ofSeconds(KILLER_SECONDS_MAX)); // it restarts what it has killed
        finish(rpc, running);
        return report(rpc, running);
    }

    private DemoNetwork begin() throws IOException {
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(customerKey.address(), COIN.multiply(UInt256.of(100_000)));
        DemoNetwork started =
                new DemoNetwork(
                        folder,
                        VALIDATORS,
                        new DemoNetwork.Beginning(
                                balances,
                                List.of(Digits.model().template().canonical()),
                                EMISSION,
                                newKey().address(),
                                EPOCH_BLOCKS,
                                WORK));
        network.set(started);
        started.start();
        told.accept("four validators run; logs in " + folder);
        return started;
    }

    private static RpcClient client(DemoNetwork running) {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < running.count(); i++) {
            urls.add(running.rpcUrl(i));
        }
        return new RpcClient(urls);
    }

    private void fund(Wallet wallet, SecretKey key, UInt256 wei) {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                wallet.send(key.address(), wei, Bytes.EMPTY, 21_000);
                return;
            } catch (IOException | RpcClient.Refused later) {
                LockSupport.parkNanos(1_000_000_000L);
            }
        }
        checks.problem("a provider could not be funded");
    }

    private SoakProvider provider(RpcClient rpc, SecretKey key, Kind kind, String name) {
        boolean isHonest = kind == Kind.HONEST;
        Performer performer =
                switch (kind) {
                    case HONEST -> Performer.running(key, Fault.NONE);
                    case SKIPS_A_TENTH, SKIPS_HALF ->
                            Performer.running(
                                    key, new Fault(Fault.Kind.SKIPPED, kind.permille, size.seed));
                    case WITHHOLDS -> SoakProvider.withholding(key);
                    case REPLAYS -> new Replayer(rpc, key);
                };
        return new SoakProvider(
                rpc,
                key,
                folder.resolve(name),
                performer,
                isHonest && !size.calm ? DEATH_PERMILLE : 0,
                isHonest ? HONEST_STAKE : CHEAT_STAKE,
                isHonest ? FEE : CHEAT_FEE,
                RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong()));
    }

    private Thread spawn(Runnable task) {
        Thread thread = Thread.ofVirtual().start(task);
        synchronized (threads) {
            threads.add(thread);
        }
        return thread;
    }

    /// Keeps jobs coming until all have ended.
    private void work(Wallet wallet, RpcClient rpc, Customer customer) throws InterruptedException {
        ArrayDeque<Integer> todo = new ArrayDeque<>();
        for (int index = 0; index < size.jobs; index++) {
            todo.add(index);
        }
        long lastEnd = System.currentTimeMillis();
        int looks = 0;
        int lastCount = 0;
        while (ended.size() < size.jobs) {
            submitSome(wallet, rpc, customer, todo);
            if (looks++ % LOOK_EVERY == 0) {
                collect(rpc, customer);
            }
            if (ended.size() > lastCount) {
                lastEnd = System.currentTimeMillis();
                if (ended.size() / 50 > lastCount / 50) {
                    told.accept(ended.size() + " of " + size.jobs + " jobs ended");
                }
                lastCount = ended.size();
            }
            if (System.currentTimeMillis() - lastEnd > QUIET_MILLIS_MAX) {
                checks.problem(open.size() + " jobs did not end: " + open.keySet());
                return;
            }
            Thread.sleep(1_000);
        }
    }

    /// A few at once; those that fail come again.
    private void submitSome(
            Wallet wallet, RpcClient rpc, Customer customer, ArrayDeque<Integer> todo)
            throws InterruptedException {
        int room = Math.min(BATCH, size.atOnce - open.size());
        List<Integer> failed = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> batch = new ArrayList<>();
        for (int i = 0; i < room && !todo.isEmpty(); i++) {
            int index = todo.remove();
            batch.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        if (!submit(wallet, rpc, customer, index)) {
                                            failed.add(index);
                                        }
                                    }));
        }
        for (Thread thread : batch) {
            thread.join();
        }
        todo.addAll(failed);
    }

    /// Nine of ten are honest, but the last ones are always.
    private Kind kindOf(int index) {
        if (size.calm || index < 4 || index % 10 != 9) {
            return Kind.HONEST;
        }
        return Kind.values()[1 + index / 10 % (Kind.values().length - 1)];
    }

    private boolean submit(Wallet wallet, RpcClient rpc, Customer customer, int index) {
        Kind kind = kindOf(index);
        Address provider;
        Thread thread = null;
        if (kind == Kind.HONEST) {
            boolean anyone = index % 3 == 2;
            provider = anyone ? Address.ZERO : honest.get(index % HONEST).address();
        } else {
            SecretKey key = newKey();
            fund(wallet, key, COIN.multiply(UInt256.of(12)));
            SoakProvider cheat = provider(rpc, key, kind, "cheat-" + key.address());
            thread = spawn(cheat);
            provider = cheat.address();
        }
        int images = kind == Kind.HONEST || kind == Kind.REPLAYS ? IMAGES : CHEAT_IMAGES;
        try {
            Hash jobId =
                    customer.submit(
                            Customer.Order.rows(
                                    Digits.model(),
                                    Digits.images(kind == Kind.REPLAYS ? 0 : index % 40, images),
                                    Digits.IMAGE_BYTES,
                                    kind == Kind.HONEST ? FEE : CHEAT_FEE,
                                    provider));
            open.put(jobId, new Job(jobId, kind, thread));
            return true;
        } catch (IOException | RpcClient.Refused later) {
            if (thread != null) {
                thread.interrupt();
            }
            return false;
        }
    }

    private void collect(RpcClient rpc, Customer customer) {
        for (Job job : List.copyOf(open.values())) {
            try {
                JsonNode shown = rpc.call("assay_job", job.jobId.toString());
                if (isOver(customer, job, shown)) {
                    open.remove(job.jobId);
                    ended.add(job);
                    if (job.cheat != null) {
                        job.cheat.interrupt();
                    }
                }
            } catch (IOException | RpcClient.Refused later) {
                return;
            }
        }
    }

    private boolean isOver(Customer customer, Job job, JsonNode shown) {
        JsonNode proof = shown.path("proof");
        String state = shown.path("state").asText();
        if (proof.path("verdict").asText().equals("FAIL") && state.equals("SUBMITTED")) {
            if (refunding.add(job.jobId)) {
                spawn(() -> refund(customer, job.jobId));
            }
            return false;
        }
        if (state.equals("REJECTED") || state.equals("EXPIRED")) {
            return true;
        }
        JsonNode reward = proof.path("reward");
        String share = reward.path("shareWei").asText("0");
        return state.equals("COMPLETED")
                && !share.equals("0")
                && share.equals(reward.path("paidWei").asText());
    }

    private void refund(Customer customer, Hash jobId) {
        try {
            customer.refund(jobId);
        } catch (IOException | RpcClient.Refused later) {
            refunding.remove(jobId); // asked again with the next look
        }
    }

    private void killValidators(DemoNetwork running) {
        RandomGenerator choice =
                RandomGeneratorFactory.of("L64X128MixRandom").create(size.seed + 1);
        try {
            while (!ending) {
                for (int left = 15 + choice.nextInt(15); left > 0 && !ending; left--) {
                    Thread.sleep(1_000);
                }
                if (ending) {
                    return;
                }
                int victim = choice.nextInt(VALIDATORS);
                running.kill(victim);
                kills.incrementAndGet();
                Thread.sleep(2_000 + choice.nextInt(5_000));
                running.restart(victim);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            checks.problem("a killed validator did not come back: " + e.getMessage());
        }
    }

    /// Lets every node reach the same height, and ends the threads.
    private void finish(RpcClient rpc, DemoNetwork running) throws InterruptedException {
        long end = System.currentTimeMillis() + 60_000;
        try {
            long target = rpc.blockNumber();
            for (int i = 0; i < running.count(); i++) {
                while (running.rpc(i).blockNumber() < target && System.currentTimeMillis() < end) {
                    Thread.sleep(300);
                }
            }
            while (checks.audits() < target && System.currentTimeMillis() < end) {
                Thread.sleep(300);
            }
            if (checks.audits() < target) {
                checks.problem(checks.audits() + " of " + target + " blocks were audited in time");
            }
        } catch (IOException e) {
            checks.problem("a validator does not answer at the end");
        }
        synchronized (threads) {
            threads.forEach(Thread::interrupt);
        }
    }

    private boolean report(RpcClient rpc, DemoNetwork running) throws IOException {
        EnumMap<Kind, int[]> counts = checks.money(rpc, ended);
        counts.forEach(
                (kind, count) ->
                        told.accept(
                                kind
                                        + ": "
                                        + count[0]
                                        + " paid once, "
                                        + count[1]
                                        + " not paid"
                                        + checks.escapes(kind, count[0], count[0] + count[1])));
        told.accept(checks.agreement(running));
        told.accept(
                kills.get()
                        + " validators killed, "
                        + honest.stream().mapToInt(SoakProvider::deaths).sum()
                        + " deaths of honest providers, "
                        + checks.audits()
                        + " blocks audited, head "
                        + rpc.blockNumber());
        for (String line : SoakFigures.of(rpc, running, ended)) {
            told.accept(line);
        }
        checks.problems().forEach(problem -> told.accept("PROBLEM " + problem));
        boolean passed = checks.problems().isEmpty();
        told.accept(passed ? "all checks passed" : checks.problems().size() + " problems");
        return passed;
    }

    /// For Ctrl-C.
    void endAtOnce() {
        try {
            close();
        } catch (IOException e) {
            told.accept("files could not all be removed: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (threads) {
            threads.forEach(Thread::interrupt);
        }
        DemoNetwork running = network.getAndSet(null);
        if (running != null) {
            running.stop();
            if (!keep) {
                running.removeFiles();
            }
        }
    }
}
