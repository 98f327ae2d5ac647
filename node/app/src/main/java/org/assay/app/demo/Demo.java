package org.assay.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.app.Folders;
import org.assay.app.client.Coins;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.demo.DemoNetwork.Beginning;
import org.assay.app.job.Customer;
import org.assay.app.proof.BuiltInModels;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Template;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.TextModel;
import org.jspecify.annotations.Nullable;

/// The story of the demo: jobs, proofs, cheats, a halving, a crash, rewards, an audit. Everything
/// in it is done by the same commands that a user has.
final class Demo implements AutoCloseable {
    private static final int VALIDATORS = 4;
    private static final int VICTIM = VALIDATORS - 1;
    private static final int EXPECTATIONS = 9;
    private static final int IMAGES = 200;
    private static final int CHEAT_IMAGES = 64;

    /// A cheat of a tenth escapes one audit with a chance of about 0.19: five jobs make it
    /// 0.0002.
    private static final int CHEAT_JOBS = 5;

    private static final String SKIPPED_PERMILLE = "100";
    private static final List<String> PROMPTS =
            List.of("The whale ", "Captain Ahab stood ", "It was a dark ");
    private static final UInt256 COIN = DemoNetwork.COIN;
    private static final UInt256 FEE = COIN.multiply(UInt256.of(8));
    private static final UInt256 CHEAT_FEE = COIN.multiply(UInt256.of(2));
    private static final long EPOCH_BLOCKS = 8;
    private static final long PART_SECONDS_MAX = 240;

    /// 10 coins a second, halving whenever half of what is left of 200 has been issued.
    private static final String EMISSION =
            """
            {"name": "demo", "note": "halves within a minute", "unit": "wei", "decimals": 18,
             "versions": [{"version": 1, "start": {"height": 0},
               "cap": "200000000000000000000", "per": "second", "clockBoundSeconds": 60,
               "schedule": {"kind": "halvingByIssuance", "cap": "200000000000000000000",
                            "base": "10000000000000000000"},
               "split": {"denominator": 10000, "parts": [
                 {"name": "validators", "share": 2000, "to": "proposer"},
                 {"name": "verifiedWork", "share": 7000, "to": "epochPool"},
                 {"name": "treasury", "share": 1000, "to": "treasury"}]},
               "breaker": {"window": 86400, "multiple": 2},
               "feeShareBps": 0}]}
            """;

    private final Path folder;
    private final DemoView view;
    private final boolean keep;
    private final @Nullable Path export;
    private final SecretKey customerKey = newKey();
    private final SecretKey honestKey = newKey();
    private final SecretKey fakerKey = newKey();
    private final SecretKey replayerKey = newKey();
    private final SecretKey treasuryKey = newKey();
    private final Address beneficiary = newKey().address();
    private final AtomicReference<@Nullable DemoNetwork> network = new AtomicReference<>();
    private volatile boolean ending;

    /// `export`: where the chain is written to in the end, if anywhere.
    Demo(Path folder, DemoView view, boolean keep, @Nullable Path export) {
        this.folder = folder;
        this.view = view;
        this.keep = keep;
        this.export = export;
    }

    private static SecretKey newKey() {
        return SecretKey.generate(new java.security.SecureRandom());
    }

    /// True when every expectation was met.
    boolean run() throws IOException {
        DemoNetwork running = begin();
        DemoWatch watch = new DemoWatch(running.rpc(0), view, names());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> watching = threads.submit(watch);
            startProviders(running);
            Customer customer = customer(running);
            Hash digits = order(customer, honestKey, "digits");
            Hash text = order(customer, honestKey, "text");
            List<Hash> fakes = new ArrayList<>();
            for (int i = 0; i < CHEAT_JOBS; i++) {
                fakes.add(order(customer, fakerKey, "cheat"));
            }
            Hash replay = order(customer, replayerKey, "digits");
            List<Future<?>> parts =
                    List.of(
                            threads.submit(task(() -> honest(running, digits, text))),
                            threads.submit(task(() -> faker(running, customer, fakes))),
                            threads.submit(task(() -> replayer(running, customer, replay))),
                            threads.submit(task(() -> killAndRestart(running))));
            for (Future<?> part : parts) {
                await(part);
            }
            DemoBooks books = new DemoBooks(view);
            books.halving(running.rpc(0));
            watch.end();
            watching.cancel(true);
            books.receipts(running.rpc(0));
            books.audit(running);
        }
        if (export != null) {
            DemoExport.write(running, export);
            view.say("export", "genesis, chain and block hashes in " + export);
        }
        return view.finish(EXPECTATIONS);
    }

    private Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        names.put(honestKey.address().toString(), "honest");
        names.put(fakerKey.address().toString(), "faker");
        names.put(replayerKey.address().toString(), "replayer");
        return names;
    }

    private interface Part {
        void play() throws IOException;
    }

    private static java.util.concurrent.Callable<Boolean> task(Part part) {
        return () -> {
            part.play();
            return true;
        };
    }

    private void await(Future<?> part) throws IOException {
        try {
            part.get(PART_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!ending) { // Ctrl-C is no failure of the story
                view.expect("the story goes on", false, String.valueOf(e.getCause()));
            }
        } catch (java.util.concurrent.TimeoutException e) {
            view.expect("the story goes on", false, "a part did not end in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private DemoNetwork begin() throws IOException {
        view.say("network", "starting four validators (real processes, QBFT over sockets)");
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        for (SecretKey key : List.of(customerKey, honestKey, fakerKey, replayerKey)) {
            balances.put(key.address(), COIN.multiply(UInt256.of(100)));
        }
        DemoNetwork started =
                new DemoNetwork(
                        folder,
                        VALIDATORS,
                        new Beginning(
                                balances,
                                BuiltInModels.all().stream()
                                        .map(model -> model.template().canonical())
                                        .toList(),
                                EMISSION,
                                treasuryKey.address(),
                                EPOCH_BLOCKS,
                                org.assay.chain.genesis.GenesisPlan.Work.QUICK));
        network.set(started);
        started.start();
        awaitBlock(started.rpc(0), 2);
        view.event(
                "network",
                "network",
                "blocks are final every second; RPC and a live page at " + started.rpcUrl(0),
                Map.of("rpc", started.rpcUrl(0)));
        view.say(
                "models",
                "a digit classifier 784-128-64-10 and a byte-level transformer of 4 layers, int8");
        return started;
    }

    private void startProviders(DemoNetwork running) throws IOException {
        running.startProvider(
                "honest",
                honestKey,
                0,
                List.of("--beneficiary", beneficiary.toString(), "--reserve", "1000"));
        running.startProvider("faker", fakerKey, 1, List.of("--cheat-permille", SKIPPED_PERMILLE));
        running.startProvider("replayer", replayerKey, 2, List.of("--cheat-replay"));
        view.say(
                "providers",
                "three of them: one honest, one that skips a tenth of its work, one that replays"
                        + " another's proof");
    }

    private static void awaitBlock(RpcClient rpc, long number) throws IOException {
        long end = System.currentTimeMillis() + 60_000;
        while (rpc.blockNumber() < number) {
            if (System.currentTimeMillis() > end) {
                throw new IOException("block " + number + " did not come within a minute");
            }
            sleep(200);
        }
    }

    static void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Customer customer(DemoNetwork running) {
        RpcClient rpc = running.rpc(0);
        return new Customer(rpc, new Wallet(rpc, customerKey, UInt256.of(DemoNetwork.CHAIN_ID)));
    }

    private Hash order(Customer customer, SecretKey provider, String kind) throws IOException {
        int count = kind.equals("cheat") ? CHEAT_IMAGES : IMAGES;
        UInt256 fee = kind.equals("cheat") ? CHEAT_FEE : FEE;
        Customer.Order order =
                kind.equals("text")
                        ? Customer.Order.prompts(
                                TextModel.model(), PROMPTS, 40, fee, provider.address())
                        : Customer.Order.rows(
                                Digits.model(),
                                Digits.images(0, count),
                                Digits.IMAGE_BYTES,
                                fee,
                                provider.address());
        Hash jobId = customer.submit(order);
        view.event(
                "funded",
                "customer",
                "escrowed "
                        + Coins.text(fee)
                        + " coins for "
                        + (kind.equals("text") ? "three lines of text" : count + " images")
                        + ", job "
                        + jobId.toString().substring(0, 10),
                Map.of("jobId", jobId.toString()));
        return jobId;
    }

    /// The job once its proof has a verdict.
    private static JsonNode awaitVerdict(RpcClient rpc, Hash jobId) throws IOException {
        while (true) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            if (job.path("proof").has("verdict")) {
                return job;
            }
            sleep(300);
        }
    }

    private void honest(DemoNetwork running, Hash digits, Hash text) throws IOException {
        RpcClient rpc = running.rpc(0);
        List<JsonNode> jobs = List.of(awaitVerdict(rpc, digits), awaitVerdict(rpc, text));
        boolean passed = true;
        long workUnits = 0;
        for (JsonNode job : jobs) {
            passed &= job.path("proof").path("verdict").asText().equals("PASS");
            workUnits += job.path("proof").path("workUnits").asLong();
        }
        view.expect("real work passes", passed && workUnits > 0, workUnits + " work units");
        digitsAreRight(awaitAnswers(rpc, digits));
        List<String> lines = Customer.read(Template.KIND_TRANSFORMER, awaitAnswers(rpc, text));
        view.expect(
                "the text is continued",
                lines.size() == PROMPTS.size() && lines.stream().noneMatch(String::isEmpty),
                "“" + PROMPTS.getFirst() + lines.getFirst() + "”");
        rewards(rpc, List.of(digits, text));
    }

    private static Bytes awaitAnswers(RpcClient rpc, Hash jobId) throws IOException {
        while (true) {
            Optional<Bytes> answers = Customer.answers(rpc, jobId);
            if (answers.isPresent()) {
                return answers.get();
            }
            sleep(300);
        }
    }

    private void digitsAreRight(Bytes answers) {
        Bytes labels = Digits.labels(0, IMAGES);
        int right = 0;
        for (int i = 0; i < Math.min(IMAGES, answers.size()); i++) {
            right += answers.get(i) == labels.get(i) ? 1 : 0;
        }
        view.expect(
                "the answers are delivered",
                answers.size() == IMAGES && right * 100 >= IMAGES * 95,
                right + " of " + IMAGES + " digits read right");
    }

    /// Until both jobs of the honest provider are paid in full.
    private void rewards(RpcClient rpc, List<Hash> jobs) throws IOException {
        while (true) {
            boolean all = true;
            for (Hash jobId : jobs) {
                JsonNode reward =
                        rpc.call("assay_job", jobId.toString()).path("proof").path("reward");
                String share = reward.path("shareWei").asText("0");
                all &= !share.equals("0") && share.equals(reward.path("paidWei").asText());
            }
            if (all) {
                JsonNode state = rpc.call("assay_provider", honestKey.address().toString());
                String paid = state.path("paidWei").asText();
                UInt256 held =
                        UInt256.parse(
                                rpc.call("eth_getBalance", beneficiary.toString(), "latest")
                                        .asText());
                view.expect(
                        "the rewards are minted and claimed",
                        held.equals(UInt256.parse(paid)),
                        Coins.text(held) + " coins to the beneficiary");
                return;
            }
            sleep(500);
        }
    }

    private void faker(DemoNetwork running, Customer customer, List<Hash> jobs) throws IOException {
        RpcClient rpc = running.rpc(0);
        int caught = 0;
        String reason = "";
        for (Hash jobId : jobs) {
            String state = rpc.call("assay_job", jobId.toString()).path("state").asText();
            if (caught > 0 && (state.equals("FUNDED") || state.equals("OPEN"))) {
                continue; // its stake is gone: it can take no more jobs
            }
            JsonNode proof = awaitVerdict(rpc, jobId).path("proof");
            if (proof.path("verdict").asText().equals("FAIL")) {
                customer.refund(jobId);
                caught++;
                reason = proof.path("reason").asText();
            }
        }
        cheat(rpc, "who skips a tenth is caught", fakerKey, caught, reason);
    }

    private void replayer(DemoNetwork running, Customer customer, Hash jobId) throws IOException {
        RpcClient rpc = running.rpc(0);
        JsonNode proof = awaitVerdict(rpc, jobId).path("proof");
        boolean failed = proof.path("verdict").asText().equals("FAIL");
        if (failed) {
            customer.refund(jobId);
        }
        cheat(
                rpc,
                "the replay is refused",
                replayerKey,
                failed ? 1 : 0,
                proof.path("reason").asText());
    }

    private void cheat(RpcClient rpc, String name, SecretKey key, int caught, String reason)
            throws IOException {
        JsonNode state = rpc.call("assay_provider", key.address().toString());
        UInt256 slashed = UInt256.parse(state.path("stakeSlashedWei").asText());
        view.expect(
                name,
                caught > 0 && !slashed.isZero() && state.path("paidWei").asText().equals("0"),
                reason
                        + (caught > 1 ? " " + caught + " times" : "")
                        + ", lost "
                        + Coins.text(slashed)
                        + " coins of stake, minted nothing");
    }

    /// SIGKILL on one validator; the others go on, and it comes back to the same state.
    private void killAndRestart(DemoNetwork running) throws IOException {
        sleep(6_000);
        RpcClient alive = running.rpc(0);
        running.kill(VICTIM);
        long atKill = alive.blockNumber();
        view.say("crash", "validator " + VICTIM + " killed with SIGKILL at block " + atKill);
        awaitBlock(alive, atKill + 5);
        long before = alive.blockNumber();
        view.say("crash", "the other three went on to block " + before + "; restarting it");
        running.restart(VICTIM);
        awaitBlock(running.rpc(VICTIM), before);
        String here = stateRoot(alive, before);
        view.expect(
                "a killed validator catches up",
                here.equals(stateRoot(running.rpc(VICTIM), before)) && !here.isEmpty(),
                "same state root at block " + before + ": " + here.substring(0, 18) + "…");
    }

    private static String stateRoot(RpcClient rpc, long number) throws IOException {
        return rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false)
                .path("stateRoot")
                .asText();
    }

    /// For Ctrl-C: ends the processes, and removes the files unless they are to be kept.
    void endAtOnce() {
        ending = true;
        try {
            close();
            if (!keep) {
                Folders.remove(folder); // where the network was not there yet
            }
        } catch (IOException e) {
            view.say("network", "its files could not all be removed: " + e.getMessage());
        }
    }

    /// Whether [#endAtOnce] was called: what fails from then on fails for that.
    boolean isEnding() {
        return ending;
    }

    @Override
    public void close() throws IOException {
        DemoNetwork running = network.getAndSet(null);
        if (running != null) {
            running.stop();
            if (!keep) {
                running.removeFiles();
            }
        }
    }
}
