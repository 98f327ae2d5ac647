package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.chain.system.Abi;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.verifier.Model;
import org.jspecify.annotations.Nullable;

/// Watches the chain for jobs it can serve and works on each until it is paid. One thread looks
/// for jobs, a virtual thread follows each job.
public final class Provider implements AutoCloseable {
    private static final long POLL_MILLIS = 400;
    private static final long GAS = 500_000;
    private static final int LOOK_BACK_JOBS = 5_000;
    private static final long JOBS_PAGE = 100;

    /// Polls between two looks at fees to withdraw and coins to sweep.
    private static final int HOUSEKEEPING_POLLS = 15;

    private final Plan plan;
    private final JobWork.Shared shared;
    private final Set<Hash> waiting = new LinkedHashSet<>();
    private final Map<Hash, Thread> working = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long seen = -1;
    private int polls;
    private volatile boolean closed;

    /// How a provider is to work. Wei. `jobsMax`: at once. `beneficiary`: zero for the provider's
    /// own account. What the account holds above `reserveWei` is swept to the beneficiary.
    public record Plan(
            List<Model> models,
            UInt256 stakeWei,
            UInt256 feeLeastWei,
            UInt256 reserveWei,
            Address beneficiary,
            int jobsMax) {}

    public Provider(
            RpcClient rpc,
            Wallet wallet,
            Journal journal,
            Plan plan,
            Performer performer,
            java.util.function.BiConsumer<Hash, String> told)
            throws IOException {
        this.plan = plan;
        Map<Hash, Model> models = new HashMap<>();
        plan.models.forEach(model -> models.put(model.template().templateId(), model));
        this.shared =
                new JobWork.Shared(
                        WorkChain.of(rpc),
                        wallet,
                        journal,
                        Performer.rulesOf(rpc.call("assay_config")),
                        models,
                        performer,
                        new Semaphore(1),
                        new Heads(),
                        told::accept);
    }

    /// Registers with the plan's stake, or adds what a registered one lacks.
    public void register() throws IOException {
        Address self = shared.wallet().address();
        JsonNode state = shared.chain().rpc().call("assay_provider", self.toString());
        UInt256 stake = UInt256.parse(state.path("stakeWei").asText());
        boolean registered =
                !Address.fromHex(state.path("beneficiary").asText()).equals(Address.ZERO);
        if (!registered) {
            shared.wallet()
                    .send(
                            Predeploys.STAKING,
                            plan.stakeWei,
                            Abi.call("registerProvider(address)", Abi.of(plan.beneficiary)),
                            GAS);
        } else if (stake.compareTo(plan.stakeWei) < 0 && slashed(state).isZero()) {
            shared.wallet()
                    .send(
                            Predeploys.STAKING,
                            plan.stakeWei.subtract(stake),
                            Abi.call("addStake(uint8)", Abi.of(1)),
                            GAS);
        }
    }

    private static UInt256 slashed(JsonNode state) {
        return UInt256.parse(state.path("stakeSlashedWei").asText());
    }

    /// Works until [#close], or until the journal cannot be written.
    public void run() throws InterruptedException {
        for (Hash jobId : shared.journal().open()) {
            begin(jobId);
        }
        while (!closed) {
            Throwable failed = failure.get();
            if (failed instanceof Error error) {
                throw error;
            }
            if (failed instanceof RuntimeException stopped) {
                throw stopped;
            }
            try {
                long head = shared.chain().rpc().blockNumber();
                if (head != shared.heads().number()) {
                    shared.heads().publish(head, touched(head));
                    look();
                }
                if (polls++ % HOUSEKEEPING_POLLS == 0) {
                    keepHouse();
                }
            } catch (IOException | RpcClient.Refused later) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /// The jobs and commits in work that events up to `head` are about; all of them where the
    /// node does not say.
    private Set<Hash> touched(long head) throws IOException {
        long known = shared.heads().number();
        Set<Hash> watched = shared.heads().watched();
        if (watched.isEmpty() || head < known) {
            return watched;
        }
        try {
            return shared.chain().touched(watched, known + 1, head);
        } catch (RpcClient.Refused behind) {
            return watched;
        }
    }

    private void look() throws IOException {
        List<JsonNode> jobs = newJobs();
        for (JsonNode job : jobs.reversed()) {
            consider(job);
        }
        for (Hash jobId : List.copyOf(waiting)) {
            JsonNode job = shared.chain().rpc().call("assay_job", jobId.toString());
            waiting.remove(jobId);
            consider(job);
        }
    }

    /// Jobs not looked at yet, the newest first.
    private List<JsonNode> newJobs() throws IOException {
        List<JsonNode> jobs = new ArrayList<>();
        long count = shared.chain().rpc().call("assay_jobs", "0x0").path("count").asLong();
        long before = count;
        while (before > seen + 1) {
            long wanted = Math.min(JOBS_PAGE, before - seen - 1);
            JsonNode page =
                    shared.chain()
                            .rpc()
                            .call(
                                    "assay_jobs",
                                    "0x" + Long.toHexString(wanted),
                                    "0x" + Long.toHexString(before));
            if (page.path("jobs").isEmpty()) {
                break;
            }
            for (JsonNode job : page.path("jobs")) {
                before = job.path("number").asLong();
                if (before > seen) {
                    jobs.add(job);
                }
            }
            if (jobs.size() >= LOOK_BACK_JOBS || before == 0) {
                break;
            }
        }
        seen = Math.max(seen, count - 1); // another of several nodes may be behind
        return jobs;
    }

    private void consider(JsonNode job) {
        Hash jobId = Hash.fromHex(job.path("jobId").asText());
        if (working.containsKey(jobId) || shared.journal().isEnded(jobId)) {
            return;
        }
        Address provider = Address.fromHex(job.path("provider").asText());
        boolean mine = provider.equals(shared.wallet().address());
        String state = job.path("state").asText();
        boolean assigned = job.path("assignedHeight").asLong() != 0;
        if (assigned) {
            if (mine && (state.equals("FUNDED") || state.equals("SUBMITTED"))) {
                begin(jobId); // accepted by a provider whose journal is gone
            }
            return;
        }
        boolean open = state.equals("OPEN") || state.equals("FUNDED");
        boolean fits =
                shared.models().containsKey(Hash.fromHex(job.path("templateId").asText()))
                        && UInt256.parse(job.path("feeWei").asText()).compareTo(plan.feeLeastWei)
                                >= 0
                        && (mine || provider.equals(Address.ZERO));
        if (!open || !fits) {
            return;
        }
        if (state.equals("FUNDED")
                && job.path("inputHeld").asBoolean()
                && working.size() < plan.jobsMax) {
            begin(jobId);
        } else {
            waiting.add(jobId);
        }
    }

    private void begin(Hash jobId) {
        Thread thread =
                Thread.ofVirtual()
                        .name("job " + jobId)
                        .unstarted(
                                () -> {
                                    try {
                                        new JobWork(shared, jobId).run();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    } catch (RuntimeException | Error e) {
                                        failure.compareAndSet(null, e);
                                    } finally {
                                        working.remove(jobId);
                                    }
                                });
        if (working.putIfAbsent(jobId, thread) == null) {
            thread.start();
        }
    }

    /// Takes fees that jobs credited, and sweeps what is above the reserve to the beneficiary.
    private void keepHouse() throws IOException {
        RpcClient rpc = shared.chain().rpc();
        Address self = shared.wallet().address();
        JsonNode state = rpc.call("assay_provider", self.toString());
        if (!UInt256.parse(state.path("feesWei").asText()).isZero()) {
            shared.wallet()
                    .send(
                            Predeploys.JOBS,
                            UInt256.ZERO,
                            Abi.call("withdraw(address)", Abi.of(self)),
                            GAS);
        }
        UInt256 held =
                UInt256.parse(rpc.call("eth_getBalance", self.toString(), "latest").asText());
        boolean elsewhere =
                !plan.beneficiary.equals(Address.ZERO) && !plan.beneficiary.equals(self);
        if (elsewhere && held.compareTo(plan.reserveWei.add(plan.feeLeastWei)) > 0) {
            shared.wallet()
                    .send(plan.beneficiary, held.subtract(plan.reserveWei), Bytes.EMPTY, 21_000);
        }
    }

    /// Jobs in work now.
    public int working() {
        return working.size();
    }

    /// Ends the threads; what is on disk is enough to go on.
    @Override
    public void close() {
        closed = true;
        working.values().forEach(Thread::interrupt);
        for (Thread thread : List.copyOf(working.values())) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
