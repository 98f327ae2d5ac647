package org.assay.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.demo.DemoNetwork.Beginning;
import org.assay.app.provider.ProviderWork;
import org.assay.app.provider.ProviderWork.Recorded;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Commit;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Open;
import org.assay.verifier.ProofRules;
import org.assay.verifier.Reason;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;
import org.jspecify.annotations.Nullable;

/// The story of the demo: jobs, proofs, cheats, a halving, a crash, rewards, an audit.
final class Demo implements AutoCloseable {
    private static final int VALIDATORS = 4;
    private static final int VICTIM = VALIDATORS - 1;
    private static final int EXPECTATIONS = 8;
    private static final int IMAGES = 200;
    private static final int CHEAT_IMAGES = 64;
    private static final UInt256 COIN = DemoNetwork.COIN;
    private static final UInt256 FEE = COIN.multiply(UInt256.of(8));
    private static final UInt256 STAKE = COIN.multiply(UInt256.of(50));
    private static final long JOB_BLOCKS = 200;
    private static final long EPOCH_BLOCKS = 8;
    private static final long GAS = 3_000_000;

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
    private final MlpModel model = Digits.model();
    private final SecretKey customerKey = newKey();
    private final SecretKey honestKey = newKey();
    private final SecretKey fakerKey = newKey();
    private final SecretKey replayerKey = newKey();
    private final SecretKey treasuryKey = newKey();
    private final Address beneficiary = newKey().address();
    private final AtomicReference<@Nullable DemoNetwork> network = new AtomicReference<>();

    /// What the honest provider leaves behind for the replayer to steal.
    private volatile ProverRun.@Nullable Opened stolenOpened;

    private volatile @Nullable Commit stolenCommit;

    Demo(Path folder, DemoView view, boolean keep) {
        this.folder = folder;
        this.view = view;
        this.keep = keep;
    }

    private static SecretKey newKey() {
        return SecretKey.generate(new java.security.SecureRandom());
    }

    /// True when every expectation was met.
    boolean run() throws IOException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            DemoNetwork running = begin();
            Future<?> honest = threads.submit(task(() -> honestProvider(running)));
            Future<?> faker = threads.submit(task(() -> faker(running)));
            Future<?> replayer = threads.submit(task(() -> replayer(running)));
            Future<?> crash = threads.submit(task(() -> killAndRestart(running)));
            for (Future<?> part : List.of(honest, faker, replayer, crash)) {
                await(part);
            }
            halving(running);
            audit(running);
        }
        return view.finish(EXPECTATIONS);
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
            part.get(240, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            view.expect("the story goes on", false, String.valueOf(e.getCause()));
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
                                List.of(model.template().canonical()),
                                EMISSION,
                                treasuryKey.address(),
                                EPOCH_BLOCKS));
        network.set(started);
        started.start();
        awaitBlock(started.rpc(0), 2);
        view.say("network", "blocks are final every second; RPC at " + started.rpcUrl(0));
        view.say(
                "model",
                "digit classifier 784-128-64-10, int8, trained on 60,000 images: "
                        + model.template().templateId());
        return started;
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

    private static void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Wallet wallet(RpcClient rpc, SecretKey key) {
        return new Wallet(rpc, key, UInt256.of(DemoNetwork.CHAIN_ID));
    }

    private static ProviderWork work(RpcClient rpc, Wallet wallet) {
        return new ProviderWork(rpc, wallet, ProofRules.DEV, DemoNetwork.CHAIN_ID);
    }

    /// The customer escrows a fee for `count` images; one at a time, for its nonce's sake.
    private synchronized Hash createJob(RpcClient rpc, Address provider, int from, int count)
            throws IOException {
        Hash inputRoot =
                org.assay.verifier.Leaf.inputTree(Digits.images(from, count), Digits.IMAGE_BYTES)
                        .root();
        Bytes call =
                Abi.call(
                        "create((bytes32,address,bytes32,uint32,uint32,uint32,uint64,address,"
                                + "uint128))",
                        Abi.tuple(
                                Abi.of(model.template().templateId()),
                                Abi.of(provider),
                                Abi.of(inputRoot),
                                Abi.of(count),
                                Abi.of(count),
                                Abi.of(0),
                                Abi.of(rpc.blockNumber() + JOB_BLOCKS),
                                Abi.of(Address.ZERO),
                                Abi.of(FEE)));
        JsonNode receipt = wallet(rpc, customerKey).send(Predeploys.JOBS, FEE, call, GAS);
        Hash jobId = Hash.fromHex(receipt.path("logs").get(0).path("topics").get(1).asText());
        view.say("customer", "escrowed 8 coins for " + count + " images, job " + brief(jobId));
        return jobId;
    }

    private static String brief(Hash hash) {
        return hash.toString().substring(0, 10);
    }

    private void honestProvider(DemoNetwork running) throws IOException {
        RpcClient rpc = running.rpc(0);
        ProviderWork provider = work(rpc, wallet(rpc, honestKey));
        provider.register(beneficiary, STAKE);
        Hash jobId = createJob(rpc, honestKey.address(), 0, IMAGES);
        provider.accept(jobId);
        Bytes images = Digits.images(0, IMAGES);
        ProverRun run = provider.runAndCommit(jobId, model, images, Fault.NONE);
        Hash commitId = run.commit().commitId();
        view.say("honest", "ran the model on " + IMAGES + " images, committed " + brief(commitId));
        ProverRun.Opened opened = run.open(provider.awaitCellMix(commitId), honestKey);
        provider.open(commitId, opened);
        stolenOpened = opened;
        stolenCommit = run.commit();
        view.say(
                "honest",
                "opened the "
                        + opened.open().cells()
                        + " cells that the beacon drew ("
                        + opened.sidecar().size() / 1024
                        + " KiB)");
        Recorded recorded = provider.awaitVerdict(commitId);
        view.say(
                "validators",
                "checked it in block "
                        + recorded.height()
                        + ": "
                        + (recorded.pass() ? "PASS" : "FAIL " + reason(recorded))
                        + ", "
                        + recorded.workUnits()
                        + " work units");
        view.expect(
                "real work passes",
                recorded.pass() && recorded.workUnits() > 0,
                recorded.workUnits() + " work units");
        provider.deliverAndSettle(jobId, run.answers());
        delivered(rpc, jobId);
        UInt256 share = provider.awaitAndClaim(commitId);
        UInt256 held =
                UInt256.parse(
                        rpc.call("eth_getBalance", beneficiary.toString(), "latest").asText());
        view.expect(
                "the reward is minted and claimed",
                !share.isZero() && held.equals(share),
                coins(share) + " coins to the beneficiary");
    }

    private void delivered(RpcClient rpc, Hash jobId) throws IOException {
        JsonNode logs =
                rpc.call(
                        "eth_getLogs",
                        java.util.Map.of(
                                "address",
                                Predeploys.JOBS.toString(),
                                "fromBlock",
                                "earliest",
                                "topics",
                                List.of(
                                        org.assay.primitives.crypto.Keccak.hash256(
                                                        "AnswersDelivered(bytes32,bytes)"
                                                                .getBytes(
                                                                        java.nio.charset
                                                                                .StandardCharsets
                                                                                .US_ASCII))
                                                .toString(),
                                        jobId.toString())));
        Bytes data = Bytes.fromHex(logs.get(0).path("data").asText());
        Bytes answers = AbiReader.of(data).follow().readText(4_096);
        Bytes labels = Digits.labels(0, IMAGES);
        int right = 0;
        for (int i = 0; i < IMAGES; i++) {
            right += answers.get(i) == labels.get(i) ? 1 : 0;
        }
        view.expect(
                "the answers are delivered",
                answers.size() == IMAGES && right * 100 >= IMAGES * 95,
                right + " of " + IMAGES + " digits read right");
    }

    private static String reason(Recorded recorded) {
        for (Reason reason : Reason.values()) {
            if (reason.code() == recorded.reason()) {
                return reason.toString();
            }
        }
        return recorded.reason() == 1 ? "WITHHELD" : "reason " + recorded.reason();
    }

    private void faker(DemoNetwork running) throws IOException {
        RpcClient rpc = running.rpc(1);
        ProviderWork provider = work(rpc, wallet(rpc, fakerKey));
        provider.register(Address.ZERO, STAKE);
        Hash jobId = createJob(running.rpc(0), fakerKey.address(), 0, CHEAT_IMAGES);
        awaitState(rpc, jobId);
        provider.accept(jobId);
        Fault half = new Fault(Fault.Kind.SKIPPED, 500, 7);
        ProverRun run = provider.runAndCommit(jobId, model, Digits.images(0, CHEAT_IMAGES), half);
        Hash commitId = run.commit().commitId();
        view.say("faker", "guessed half of the rows and committed " + brief(commitId));
        provider.open(commitId, run.open(provider.awaitCellMix(commitId), fakerKey));
        refused(rpc, provider, jobId, commitId, "the fake is refused and slashed", fakerKey);
    }

    /// Another node may be a block behind the one that the job was created on.
    private static void awaitState(RpcClient rpc, Hash jobId) throws IOException {
        long end = System.currentTimeMillis() + 20_000;
        while (System.currentTimeMillis() < end) {
            AbiReader words =
                    AbiReader.of(rpc.view(Predeploys.JOBS, "jobOf(bytes32)", Abi.of(jobId)));
            if (!words.readAddress().equals(Address.ZERO)) {
                return;
            }
            sleep(200);
        }
        throw new IOException("job " + jobId + " did not reach this node");
    }

    private void replayer(DemoNetwork running) throws IOException {
        RpcClient rpc = running.rpc(2);
        ProviderWork provider = work(rpc, wallet(rpc, replayerKey));
        provider.register(Address.ZERO, STAKE);
        while (stolenOpened == null || stolenCommit == null) {
            sleep(200);
        }
        ProverRun.Opened opened = java.util.Objects.requireNonNull(stolenOpened);
        Commit stolen = java.util.Objects.requireNonNull(stolenCommit);
        Hash jobId = createJob(running.rpc(0), replayerKey.address(), 0, IMAGES);
        awaitState(rpc, jobId);
        provider.accept(jobId);
        Commit.Facts facts = stolen.facts();
        var job = provider.factsOf(jobId);
        Commit replay =
                new Commit.Facts(
                                facts.kind(),
                                facts.chainId(),
                                replayerKey.address(),
                                jobId,
                                facts.templateId(),
                                facts.inputRoot(),
                                facts.outputRoot(),
                                facts.traceRoot(),
                                facts.rows(),
                                facts.seqs(),
                                facts.workUnits(),
                                job.expiry())
                        .sign(replayerKey);
        provider.commit(replay);
        Hash commitId = replay.commitId();
        view.say("replayer", "committed the honest provider's trace as " + brief(commitId));
        Hash ignored = provider.awaitCellMix(commitId);
        Open open =
                Open.sign(
                        commitId,
                        opened.open().cells(),
                        opened.sidecar().size(),
                        opened.open().sidecarRoot(),
                        replayerKey);
        view.say("replayer", "opens the stolen cells against beacon " + brief(ignored));
        provider.open(commitId, new ProverRun.Opened(open, opened.sidecar()));
        refused(rpc, provider, jobId, commitId, "the replay is refused and slashed", replayerKey);
    }

    private void refused(
            RpcClient rpc,
            ProviderWork provider,
            Hash jobId,
            Hash commitId,
            String expectation,
            SecretKey cheat)
            throws IOException {
        Recorded recorded = provider.awaitVerdict(commitId);
        view.say(
                "validators",
                "checked "
                        + brief(commitId)
                        + " in block "
                        + recorded.height()
                        + ": FAIL "
                        + reason(recorded));
        rejectAsCustomer(rpc, jobId);
        AbiReader stake =
                AbiReader.of(
                        rpc.view(
                                Predeploys.STAKING,
                                "stakeOf(address,uint8)",
                                Abi.of(cheat.address()),
                                Abi.of(1)));
        stake.readUInt256();
        stake.readUInt256();
        stake.readUInt256();
        UInt256 slashed = stake.readUInt256();
        view.expect(
                expectation,
                !recorded.pass() && !slashed.isZero(),
                reason(recorded) + ", lost " + coins(slashed) + " coins of stake");
    }

    private synchronized void rejectAsCustomer(RpcClient rpc, Hash jobId) throws IOException {
        wallet(rpc, customerKey)
                .send(
                        Predeploys.JOBS,
                        UInt256.ZERO,
                        Abi.call("reject(bytes32)", Abi.of(jobId)),
                        GAS);
    }

    private static String coins(UInt256 wei) {
        return new java.math.BigDecimal(wei.toBigInteger())
                .movePointLeft(18)
                .stripTrailingZeros()
                .toPlainString();
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
        String tag = "0x" + Long.toHexString(before);
        String here = alive.call("eth_getBlockByNumber", tag, false).path("stateRoot").asText();
        String there =
                running.rpc(VICTIM)
                        .call("eth_getBlockByNumber", tag, false)
                        .path("stateRoot")
                        .asText();
        view.expect(
                "a killed validator catches up",
                here.equals(there) && !here.isEmpty(),
                "same state root at block " + before + ": " + here.substring(0, 18) + "…");
    }

    /// Looks for the blocks around a halving: what a second of chain time pays the proposer.
    private void halving(DemoNetwork running) throws IOException {
        RpcClient rpc = running.rpc(0);
        long end = System.currentTimeMillis() + 60_000;
        while (System.currentTimeMillis() < end) {
            java.util.TreeSet<Long> rates = new java.util.TreeSet<>();
            long head = rpc.blockNumber();
            long parentTime = 0;
            for (long n = 1; n <= head; n++) {
                JsonNode block =
                        rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(n), false);
                long time = RpcClient.quantity(block.path("timestamp"));
                for (JsonNode withdrawal : block.path("withdrawals")) {
                    long category = RpcClient.quantity(withdrawal.path("validatorIndex"));
                    if (n > 1 && category == VALIDATORS_CATEGORY && time > parentTime) {
                        rates.add(
                                RpcClient.quantity(withdrawal.path("amount"))
                                        / (time - parentTime));
                    }
                }
                parentTime = time;
            }
            Long full = rates.isEmpty() ? null : rates.last();
            if (full != null && rates.contains(full / 2)) {
                view.expect(
                        "a halving is crossed",
                        true,
                        "the proposers' part fell from "
                                + full
                                + " to "
                                + full / 2
                                + " gwei a second");
                return;
            }
            sleep(1_000);
        }
        view.expect("a halving is crossed", false, "no block pays half of what the first ones did");
    }

    private static final long VALIDATORS_CATEGORY =
            org.assay.consensus.emission.Category.VALIDATORS.code();

    private void audit(DemoNetwork running) throws IOException {
        StringBuilder detail = new StringBuilder();
        boolean agrees = true;
        for (int i = 0; i < running.count(); i++) {
            JsonNode audit = running.rpc(i).call("assay_emissionAudit");
            agrees &= audit.path("agrees").asBoolean();
            if (i == 0) {
                detail.append("block ")
                        .append(audit.path("blockNumber").asText())
                        .append(": ledgers ")
                        .append(audit.path("supplyWei").asText())
                        .append(" wei, balances ")
                        .append(audit.path("balancesWei").asText())
                        .append(" wei");
            }
        }
        view.expect("the supply balances to the wei", agrees, detail.toString());
    }

    /// For Ctrl-C: ends the processes, and removes the files unless they are to be kept.
    void endAtOnce() {
        try {
            close();
        } catch (IOException e) {
            view.say("network", "its files could not all be removed: " + e.getMessage());
        }
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
