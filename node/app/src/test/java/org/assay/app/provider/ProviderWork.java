package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Model;
import org.assay.verifier.ProofRules;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;

/// One job from acceptance to coin, step by step, against a node's RPC. Owned by one thread.
public final class ProviderWork {
    private static final long GAS = 3_000_000;
    private static final long STEP_MILLIS_MAX = 180_000;
    private static final long BLOCK_PAUSE_MILLIS = 250;

    private final RpcClient rpc;
    private final Wallet wallet;
    private final ProofRules rules;
    private final long chainId;

    public ProviderWork(RpcClient rpc, Wallet wallet, ProofRules rules, long chainId) {
        this.rpc = rpc;
        this.wallet = wallet;
        this.rules = rules;
        this.chainId = chainId;
    }

    /// What the chain recorded about a proof. `reason` is a code of `Reason.sol`.
    public record Recorded(boolean pass, int reason, long workUnits, long height) {}

    /// Stakes as a provider whose earnings go to `beneficiary`.
    public void register(Address beneficiary, UInt256 stakeWei) throws IOException {
        wallet.send(
                Predeploys.STAKING,
                stakeWei,
                Abi.call("registerProvider(address)", Abi.of(beneficiary)),
                GAS);
    }

    public void accept(Hash jobId) throws IOException {
        wallet.send(Predeploys.JOBS, UInt256.ZERO, Abi.call("accept(bytes32)", Abi.of(jobId)), GAS);
    }

    /// The job as the chain holds it, in the prover's terms.
    public JobFacts factsOf(Hash jobId) throws IOException {
        JobViews.Job job =
                JobViews.decode(rpc.view(Predeploys.JOBS, "jobOf(bytes32)", Abi.of(jobId)));
        return job.facts(chainId, jobId);
    }

    /// Runs the model on `inputs` (with the faults asked for, in demonstrations) and commits.
    public ProverRun runAndCommit(Hash jobId, Model model, Bytes inputs, Fault fault)
            throws IOException {
        JobViews.Job job =
                JobViews.decode(rpc.view(Predeploys.JOBS, "jobOf(bytes32)", Abi.of(jobId)));
        ProverRun.Work work =
                new ProverRun.Work(model, factsOf(jobId), inputs, rules, mix(job.assignedHeight()));
        ProverRun run = ProverRun.run(work, wallet.key(), fault);
        commit(run.commit());
        return run;
    }

    public void commit(Commit commit) throws IOException {
        wallet.send(
                Predeploys.PROOFS,
                UInt256.ZERO,
                Abi.call("commit(bytes)", Abi.of(commit.encode())),
                GAS);
    }

    /// Waits for the beacon that draws the cells: mix(h1 + 3).
    public Hash awaitCellMix(Hash commitId) throws IOException {
        long end = System.currentTimeMillis() + STEP_MILLIS_MAX;
        while (System.currentTimeMillis() < end) {
            UInt256 audit =
                    AbiReader.of(
                                    rpc.view(
                                            Predeploys.PROOFS,
                                            "auditHeight(bytes32)",
                                            Abi.of(commitId)))
                            .readUInt256();
            if (!audit.isZero() && rpc.blockNumber() >= audit.toLongExact() + 3) {
                return mix(audit.toLongExact() + 3);
            }
            pause();
        }
        throw new IOException("the beacon of commit " + commitId + " did not come");
    }

    private Hash mix(long height) throws IOException {
        return AbiReader.of(rpc.view(Predeploys.PROLOGUE, "mix(uint256)", Abi.of(height)))
                .readHash();
    }

    /// Publishes the Open and hands its sidecar to the validators.
    public void open(Hash commitId, ProverRun.Opened opened) throws IOException {
        wallet.send(
                Predeploys.PROOFS,
                UInt256.ZERO,
                Abi.call("open(bytes)", Abi.of(opened.open().encode())),
                GAS);
        rpc.call("assay_submitSidecar", commitId.toString(), opened.sidecar().toString());
    }

    /// Waits for the verdict that the validators agree on.
    public Recorded awaitVerdict(Hash commitId) throws IOException {
        long end = System.currentTimeMillis() + STEP_MILLIS_MAX;
        while (System.currentTimeMillis() < end) {
            AbiReader words =
                    AbiReader.of(
                            rpc.view(Predeploys.PROLOGUE, "verdictOf(bytes32)", Abi.of(commitId)));
            Recorded recorded =
                    new Recorded(
                            words.readBoolean(),
                            words.readInt(256),
                            words.readUnsignedLong(),
                            words.readUnsignedLong());
            if (recorded.height() > 0) {
                return recorded;
            }
            pause();
        }
        throw new IOException("no verdict of commit " + commitId + " came");
    }

    /// Delivers the answers on chain and settles: the fee is credited, its burned part burned.
    public JsonNode deliverAndSettle(Hash jobId, Bytes answers) throws IOException {
        wallet.send(
                Predeploys.JOBS,
                UInt256.ZERO,
                Abi.call("submit(bytes32,bytes)", Abi.of(jobId), Abi.of(answers)),
                GAS);
        return wallet.send(
                Predeploys.JOBS, UInt256.ZERO, Abi.call("settle(bytes32)", Abi.of(jobId)), GAS);
    }

    /// Waits until part of the reward can be claimed and claims it; anyone may. Answers its share
    /// in wei.
    public UInt256 awaitAndClaim(Hash commitId) throws IOException {
        long end = System.currentTimeMillis() + STEP_MILLIS_MAX;
        while (System.currentTimeMillis() < end) {
            UInt256 share = word("shareOf(bytes32)", commitId);
            UInt256 claimable = word("claimable(bytes32)", commitId);
            if (!share.isZero() && claimable.equals(share)) {
                wallet.send(
                        Predeploys.REWARDS,
                        UInt256.ZERO,
                        Abi.call("claim(bytes32)", Abi.of(commitId)),
                        GAS);
                return share;
            }
            pause();
        }
        throw new IOException("the reward of commit " + commitId + " did not become claimable");
    }

    private UInt256 word(String signature, Hash commitId) throws IOException {
        return AbiReader.of(rpc.view(Predeploys.REWARDS, signature, Abi.of(commitId)))
                .readUInt256();
    }

    static void pause() throws IOException {
        try {
            Thread.sleep(BLOCK_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
