package org.assay.app.provider;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.provider.Journal.Step;
import org.assay.chain.system.Abi;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.verifier.Model;
import org.assay.verifier.ProofRules;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Descent;
import org.assay.verifier.prover.ProverRun;
import org.jspecify.annotations.Nullable;

/// One job from acceptance to coin. What to do next is read from the chain each time; the journal
/// and the job's inputs make that possible after a crash, and doing a step twice is harmless.
/// Owned by one thread.
final class JobWork {
    private static final long GAS = 3_000_000;
    private static final long POLL_MILLIS = 300;

    /// The windows' end may be waited for this long between two claims, in blocks.
    private static final long CLAIM_EVERY_BLOCKS = 600;

    /// Blocks after which a look is due where no event has been about the job.
    private static final long FALLBACK_BLOCKS = 8;

    /// Blocks between two attempts to hand in a sidecar.
    private static final long HAND_IN_EVERY_BLOCKS = 3;

    private final Shared shared;
    private final Hash jobId;
    private Performer.@Nullable Performance performance;

    /// Blocks until it is worth to look again, if no event comes first.
    private long patience = 1;

    /// What all jobs of a provider share.
    record Shared(
            WorkChain chain,
            Wallet wallet,
            Journal journal,
            ProofRules rules,
            Map<Hash, Model> models,
            Performer performer,
            Semaphore computing,
            Heads heads,
            Telling telling) {}

    /// Where progress is told to people.
    @FunctionalInterface
    interface Telling {
        void tell(Hash jobId, String what);
    }

    JobWork(Shared shared, Hash jobId) {
        this.shared = shared;
        this.jobId = jobId;
    }

    /// Works until the job has ended. Nodes that do not answer are waited for.
    void run() throws InterruptedException {
        List<Hash> ids = new ArrayList<>(List.of(jobId));
        shared.heads.watch(jobId);
        try {
            workUntilEnded(ids);
        } finally {
            shared.heads.forget(ids);
        }
        shared.journal.dropInputsQuietly(jobId);
    }

    private void workUntilEnded(List<Hash> ids) throws InterruptedException {
        while (!shared.journal.isEnded(jobId)) {
            try {
                long head = shared.heads.number();
                patience = 1;
                if (!advance(ids)) {
                    shared.heads.await(head, patience, ids);
                }
            } catch (RpcClient.Refused refused) {
                shared.telling.tell(jobId, "retries: " + refused.getMessage());
                Thread.sleep(4 * POLL_MILLIS);
            } catch (IOException nobody) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
                Thread.sleep(4 * POLL_MILLIS);
            }
        }
    }

    /// Does what is next; false when there is nothing to do yet.
    private boolean advance(List<Hash> ids) throws IOException, InterruptedException {
        JobViews.Job job = shared.chain.job(jobId);
        if (!job.commitId().equals(Hash.ZERO) && !ids.contains(job.commitId())) {
            ids.add(job.commitId());
            shared.heads.watch(job.commitId());
        }
        return switch (job.state()) {
            case OPEN, NONE -> drop("not funded");
            case FUNDED -> funded(job);
            case SUBMITTED -> submitted(job);
            case COMPLETED -> completed(job);
            case REJECTED, EXPIRED -> drop(job.state().toString());
        };
    }

    private boolean drop(String why) {
        shared.journal.append(Step.DROPPED, jobId, why);
        shared.telling.tell(jobId, "dropped: " + why);
        return true;
    }

    private boolean isMine(JobViews.Job job) {
        return job.provider().equals(shared.wallet.address());
    }

    private boolean funded(JobViews.Job job) throws IOException, InterruptedException {
        if (Long.compareUnsigned(shared.chain.rpc().blockNumber(), job.expiry()) >= 0) {
            return drop("expired");
        }
        if (job.assignedHeight() != 0) {
            return isMine(job) ? commit(job) : drop("taken by another provider");
        }
        if (!job.provider().equals(Address.ZERO) && !isMine(job)) {
            return drop("meant for another provider");
        }
        // The inputs first: what cannot be worked on must not be accepted.
        Optional<Bytes> inputs = inputs();
        if (inputs.isEmpty()) {
            return false;
        }
        shared.journal.append(Step.ACCEPTING, jobId, "");
        send(Predeploys.JOBS, Abi.call("accept(bytes32)", Abi.of(jobId)));
        shared.journal.append(Step.ACCEPTED, jobId, "");
        return true;
    }

    private Optional<Bytes> inputs() throws IOException {
        Optional<Bytes> kept = shared.journal.inputs(jobId);
        if (kept.isPresent()) {
            return kept;
        }
        Optional<Bytes> fetched = shared.chain.inputs(jobId);
        if (fetched.isPresent()) {
            shared.journal.keepInputs(jobId, fetched.get());
        }
        return fetched;
    }

    /// The work of the job, done again after a restart.
    private Optional<Performer.Performance> performance(JobViews.Job job)
            throws IOException, InterruptedException {
        if (performance == null) {
            Model model = shared.models.get(job.templateId());
            Optional<Bytes> inputs = inputs();
            if (model == null || inputs.isEmpty()) {
                return Optional.empty();
            }
            Hash mix = assignmentMix(job);
            shared.computing.acquire();
            try {
                performance =
                        shared.performer.perform(
                                new ProverRun.Work(
                                        model,
                                        shared.chain.facts(jobId, job),
                                        inputs.get(),
                                        shared.rules,
                                        mix));
            } finally {
                shared.computing.release();
            }
        }
        return Optional.of(performance);
    }

    /// mix(assignment block): from the journal once the contract's ring may have forgotten it.
    private Hash assignmentMix(JobViews.Job job) throws IOException {
        for (Journal.Entry entry : shared.journal.of(jobId)) {
            if (entry.step() == Step.COMMITTING && entry.detail().length() == 66) {
                return Hash.fromHex(entry.detail());
            }
        }
        return shared.chain.mix(job.assignedHeight());
    }

    private boolean commit(JobViews.Job job) throws IOException, InterruptedException {
        Performer.Performance done;
        try {
            Optional<Performer.Performance> performed = performance(job);
            if (performed.isEmpty()) {
                return false;
            }
            done = performed.get();
        } catch (IllegalArgumentException unfit) {
            return drop("the inputs do not fit the job: " + unfit.getMessage());
        }
        shared.journal.append(Step.COMMITTING, jobId, assignmentMix(job).toString());
        Hash commitId = done.commit().commitId();
        send(Predeploys.PROOFS, Abi.call("commit(bytes)", Abi.of(done.commit().encode())));
        shared.journal.append(Step.COMMITTED, jobId, commitId.toString());
        shared.telling.tell(jobId, "worked, committed " + commitId);
        return true;
    }

    private boolean submitted(JobViews.Job job) throws IOException, InterruptedException {
        Hash commitId = job.commitId();
        WorkChain.Recorded verdict = shared.chain.verdict(commitId);
        if (verdict.height() != 0) {
            return judged(job, verdict);
        }
        if (shared.chain.openHeight(commitId) == 0) {
            return open(job, commitId);
        }
        if (shared.chain.certificateHeight(commitId) == 0) {
            return handInSidecar(job, commitId);
        }
        if (!shared.journal.has(jobId, Step.CERTIFIED)) {
            shared.journal.append(Step.CERTIFIED, jobId, commitId.toString());
            return true;
        }
        patience = FALLBACK_BLOCKS;
        return false;
    }

    private boolean open(JobViews.Job job, Hash commitId) throws IOException, InterruptedException {
        long h1 = shared.chain.auditHeight(commitId);
        long head = shared.chain.rpc().blockNumber();
        if (h1 == 0 || head < h1 + 3) {
            patience = h1 == 0 ? 1 : h1 + 3 - head;
            return false;
        }
        if (head >= shared.chain.deadline(commitId)) {
            patience = FALLBACK_BLOCKS;
            return false; // too late, and the verdict says so soon
        }
        Optional<Performer.Performance> done = performance(job);
        if (done.isEmpty()) {
            return false;
        }
        ProverRun.Opened opened = done.get().open(shared.chain.mix(h1 + 3));
        shared.journal.append(Step.OPENING, jobId, commitId.toString());
        send(Predeploys.PROOFS, Abi.call("open(bytes)", Abi.of(opened.open().encode())));
        shared.journal.append(Step.OPENED, jobId, opened.open().sidecarRoot().toString());
        return true;
    }

    /// Again and again until the chain has a certificate.
    private boolean handInSidecar(JobViews.Job job, Hash commitId)
            throws IOException, InterruptedException {
        Optional<Performer.Performance> done = performance(job);
        if (done.isPresent()) {
            Hash mix = shared.chain.mix(shared.chain.auditHeight(commitId) + 3);
            Bytes sidecar = done.get().open(mix).sidecar();
            shared.chain.rpc().call("assay_submitSidecar", commitId.toString(), sidecar.toString());
        }
        patience = HAND_IN_EVERY_BLOCKS;
        return false;
    }

    private boolean judged(JobViews.Job job, WorkChain.Recorded verdict)
            throws IOException, InterruptedException {
        if (!shared.journal.has(jobId, Step.VERDICT)) {
            String words = verdict.pass() ? "PASS" : "FAIL " + verdict.reasonName();
            shared.journal.append(
                    Step.VERDICT,
                    jobId,
                    words
                            + " in block "
                            + verdict.height()
                            + ", work units "
                            + verdict.workUnits());
            shared.telling.tell(jobId, "verdict " + words);
        }
        if (!verdict.pass()) {
            return drop("failed: " + verdict.reasonName());
        }
        if (answeredChallenge(job)) {
            return true;
        }
        if (shared.chain.challenge(job.commitId()).stage() != ContractViews.Stage.NONE) {
            patience = FALLBACK_BLOCKS;
            return false;
        }
        if (shared.chain.isOverturned(job.commitId())) {
            return drop("overturned by a challenge");
        }
        return deliverAndSettle(job);
    }

    private boolean deliverAndSettle(JobViews.Job job) throws IOException, InterruptedException {
        Optional<Performer.Performance> done = performance(job);
        if (done.isEmpty()) {
            return false;
        }
        shared.journal.append(Step.DELIVERING, jobId, "");
        boolean delivered =
                shared.chain.delivered(jobId, Math.max(1, job.assignedHeight())).isPresent();
        Bytes answers = done.get().answers();
        Optional<Hash> delivering = Optional.empty();
        if (!delivered && answers.size() <= WorkChain.ANSWERS_BYTES_MAX) {
            delivering =
                    Optional.of(
                            post(
                                    Predeploys.JOBS,
                                    Abi.call(
                                            "submit(bytes32,bytes)",
                                            Abi.of(jobId),
                                            Abi.of(answers))));
        }
        Hash settling = post(Predeploys.JOBS, Abi.call("settle(bytes32)", Abi.of(jobId)));
        if (delivering.isPresent()) {
            shared.wallet.await(delivering.get());
        }
        shared.journal.append(Step.DELIVERED, jobId, "");
        shared.wallet.await(settling);
        shared.journal.append(Step.SETTLED, jobId, "");
        shared.telling.tell(jobId, "answers delivered, fee credited");
        return true;
    }

    private boolean completed(JobViews.Job job) throws IOException, InterruptedException {
        Hash commitId = job.commitId();
        if (answeredChallenge(job)) {
            return true;
        }
        if (shared.chain.isOverturned(commitId)) {
            return drop("overturned by a challenge");
        }
        WorkChain.Earned earned = shared.chain.earned(commitId);
        long head = shared.chain.rpc().blockNumber();
        long windowEnd = shared.chain.challengeDeadline(commitId);
        boolean over = head > windowEnd;
        if (earned.isPaid() && over) {
            return done(job, earned);
        }
        UInt256 left = earned.shareWei().subtract(earned.paidWei());
        if (earned.claimableWei().isZero()
                || (!earned.claimableWei().equals(left) && !isTimeToClaim(head))) {
            patience = Math.clamp(windowEnd + 1 - head, 2, FALLBACK_BLOCKS);
            return false;
        }
        Bytes claim = Abi.call("claim(bytes32)", Abi.of(commitId));
        if (!shared.chain.wouldPass(Predeploys.REWARDS, claim)) {
            return false; // the mint comes with the next block
        }
        shared.journal.append(Step.CLAIMING, jobId, head + " " + earned.claimableWei());
        send(Predeploys.REWARDS, claim);
        shared.journal.append(Step.CLAIMED, jobId, earned.claimableWei().toString());
        shared.telling.tell(jobId, "claimed " + earned.claimableWei() + " wei");
        return true;
    }

    private boolean isTimeToClaim(long head) {
        List<Journal.Entry> entries = shared.journal.of(jobId);
        for (Journal.Entry entry : entries.reversed()) {
            if (entry.step() == Step.CLAIMING) {
                long last = Long.parseLong(entry.detail().split(" ", 2)[0]);
                return head >= last + CLAIM_EVERY_BLOCKS;
            }
        }
        return entries.stream().anyMatch(entry -> entry.step() == Step.SETTLED);
    }

    /// The stake that secured the job is free again.
    private boolean done(JobViews.Job job, WorkChain.Earned earned) throws IOException {
        if (shared.chain.challenge(job.commitId()).stage() != ContractViews.Stage.NONE) {
            return false;
        }
        try {
            send(Predeploys.JOBS, Abi.call("release(bytes32)", Abi.of(jobId)));
        } catch (RpcClient.Refused releasedBefore) {
            shared.telling.tell(jobId, "its stake was released before");
        }
        shared.journal.append(Step.DONE, jobId, "paid " + earned.paidWei());
        shared.telling.tell(jobId, "done, paid " + earned.paidWei() + " wei");
        return true;
    }

    /// Answers a challenge whose turn is the provider's, or asks for a ruling where the claimed
    /// depth is wrong. True when it did.
    private boolean answeredChallenge(JobViews.Job job) throws IOException, InterruptedException {
        ContractViews.Challenge game = shared.chain.challenge(job.commitId());
        if (game.stage() != ContractViews.Stage.PROVIDER) {
            return false;
        }
        Optional<Performer.Performance> done = performance(job);
        if (done.isEmpty()) {
            return false;
        }
        List<Hash> below =
                Descent.answer(
                        done.get().trace(),
                        new ChallengeGame(
                                game.depth(), game.levelsLeft(), game.index(), game.node()));
        Abi commitId = Abi.of(job.commitId());
        Bytes call =
                below.isEmpty()
                        ? Abi.call("askRuling(bytes32)", commitId)
                        : Abi.call(
                                "answer(bytes32,bytes32[])",
                                commitId,
                                new Abi.Array(below.stream().map(Abi::of).toList()));
        send(Predeploys.PROOFS, call);
        shared.journal.append(Step.ANSWERED, jobId, game.levelsLeft() + " levels left");
        shared.telling.tell(jobId, "answered a challenge");
        return true;
    }

    private void send(Address contract, Bytes call) throws IOException {
        shared.wallet.await(post(contract, call));
    }

    private Hash post(Address contract, Bytes call) throws IOException {
        return shared.wallet.post(contract, UInt256.ZERO, call, GAS);
    }
}
