package org.assay.rpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ProofCalls;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.verifier.Reason;
import org.jspecify.annotations.Nullable;

/// `assay_*` about work: jobs, their inputs, proofs with all that a verdict depends on, and what
/// providers have earned. Wei are decimal texts, heights are numbers.
final class WorkMethods implements Methods {
    /// `IRewards.Statement`.
    private static final List<String> STATEMENT =
            List.of(
                    "earnedWei",
                    "inWindowWei",
                    "vestingWei",
                    "claimableWei",
                    "paidWei",
                    "slashedWei");

    private static final int JOBS_MAX = 100;
    private static final long STATEMENT_ENTRIES_MAX = 1_000;

    private final Backend backend;

    WorkMethods(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "assay_submitInput", this::submitInput,
                "assay_getInput", this::getInput,
                "assay_job", this::job,
                "assay_jobs", this::jobs,
                "assay_proof", this::proof,
                "assay_provider", this::provider,
                "assay_verifierLoad", this::verifierLoad);
    }

    private ContractViews views() {
        Blockchain chain = backend.chain();
        if (chain.spec().assay().isEmpty()) {
            throw new RpcError(RpcError.SERVER_ERROR, "this chain's genesis has no config.assay");
        }
        ChainHead head = chain.head();
        return chain.contexts().viewsAfter(head.header(), head.state());
    }

    private Object submitInput(Params params) {
        views();
        backend.submitInputs(params.hash(0), params.bytes(1))
                .ifPresent(
                        wrong -> {
                            throw new RpcError(RpcError.SERVER_ERROR, wrong);
                        });
        return true;
    }

    private @Nullable Object getInput(Params params) {
        return backend.inputs(params.hash(0)).map(Object::toString).orElse(null);
    }

    /// Parameter: jobId. Null where there is no such job.
    private @Nullable Object job(Params params) {
        ContractViews views = views();
        return JobViews.find(views, params.hash(0))
                .map(job -> show(views, params.hash(0), job))
                .orElse(null);
    }

    /// Parameters: how many at most, and the number of the first that is not wanted any more
    /// (both may be left out). The newest first, each with its `number` from 0.
    private Object jobs(Params params) {
        ContractViews views = views();
        long count = word(views, Predeploys.JOBS, Abi.call("jobCount()"));
        long wanted = params.optional(0).isEmpty() ? 20 : params.quantity(0).toLongExact();
        long before = params.optional(1).isEmpty() ? count : params.quantity(1).toLongExact();
        List<Object> jobs = new ArrayList<>();
        long last = Math.min(count, before) - 1;
        for (long i = last; i >= 0 && jobs.size() < Math.min(wanted, JOBS_MAX); i--) {
            Hash jobId =
                    AbiReader.of(views.view(Predeploys.JOBS, Abi.call("jobAt(uint256)", Abi.of(i))))
                            .readHash();
            Map<String, Object> job = show(views, jobId, JobViews.jobOf(views, jobId));
            job.put("number", i);
            jobs.add(job);
        }
        return Map.of("count", count, "jobs", jobs);
    }

    private static long word(ContractViews views, Address contract, Bytes input) {
        return AbiReader.of(views.view(contract, input)).readUInt256().toLongExact();
    }

    private Map<String, Object> show(ContractViews views, Hash jobId, JobViews.Job job) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("jobId", jobId.toString());
        object.put("state", job.state().toString());
        object.put("customer", job.customer().toString());
        object.put("provider", job.provider().toString());
        object.put("templateId", job.templateId().toString());
        object.put("kind", JobViews.kindOf(views, job.templateId()));
        object.put("inputRoot", job.inputRoot().toString());
        object.put("inputHeld", backend.inputs(jobId).isPresent());
        object.put("rows", job.rows());
        object.put("seqs", job.seqs());
        object.put("maxNew", job.maxNew());
        object.put("expiry", Long.toUnsignedString(job.expiry()));
        object.put("feeWei", job.feeWei().toString());
        object.put("assignedHeight", job.assignedHeight());
        if (!job.commitId().equals(Hash.ZERO)) {
            object.put("commitId", job.commitId().toString());
            object.put("proof", progress(views, job.commitId()));
        }
        return object;
    }

    /// How far a proof has come.
    private Map<String, Object> progress(ContractViews views, Hash commitId) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("commitHeight", views.commitOf(commitId).height());
        object.put("openHeight", views.openOf(commitId).height());
        object.put("certificateHeight", views.certificateHeight(commitId));
        ContractViews.VerdictRecord verdict = views.verdictOf(commitId);
        object.put("verdictHeight", verdict.height());
        if (verdict.height() != 0) {
            object.put("verdict", verdict.pass() ? "PASS" : "FAIL");
            object.put("reason", nameOf(verdict.reason()));
            object.put("workUnits", verdict.workUnits());
            object.put("detail", backend.verdictDetail(commitId).orElse(null));
        }
        ContractViews.Stage stage = views.challengeOf(commitId).stage();
        if (stage != ContractViews.Stage.NONE) {
            object.put("challenge", stage.toString());
        }
        views.find(Predeploys.REWARDS, Abi.call("entryOf(bytes32)", Abi.of(commitId)))
                .ifPresent(output -> object.put("reward", reward(views, commitId, output)));
        return object;
    }

    private static Map<String, Object> reward(ContractViews views, Hash commitId, Bytes output) {
        AbiReader words = AbiReader.of(output);
        Map<String, Object> object = new LinkedHashMap<>();
        words.readHash();
        words.readAddress();
        object.put("beneficiary", words.readAddress().toString());
        object.put("epoch", words.readUnsignedLong());
        object.put("workUnits", words.readUnsignedLong());
        words.readUnsignedLong();
        object.put("burnWei", words.readUInt256().toString());
        object.put("paidWei", words.readUInt256().toString());
        object.put("shareWei", wei(views, "shareOf(bytes32)", commitId));
        object.put("claimableWei", wei(views, "claimable(bytes32)", commitId));
        return object;
    }

    private static String wei(ContractViews views, String signature, Hash commitId) {
        Bytes output = views.view(Predeploys.REWARDS, Abi.call(signature, Abi.of(commitId)));
        return AbiReader.of(output).readUInt256().toString();
    }

    private static String nameOf(int code) {
        for (Reason reason : Reason.values()) {
            if (reason.code() == code) {
                return reason.toString();
            }
        }
        return Integer.toString(code);
    }

    /// Parameter: commitId. All that its verdict depends on besides the model and the sidecar's
    /// bytes; null for an unknown one.
    private @Nullable Object proof(Params params) {
        ContractViews views = views();
        Hash commitId = params.hash(0);
        Optional<Bytes> known =
                views.find(Predeploys.PROOFS, Abi.call("commitOf(bytes32)", Abi.of(commitId)));
        if (known.isEmpty()) {
            return null;
        }
        ContractViews.CommitRecord commit = views.commitOf(commitId);
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("commitId", commitId.toString());
        object.put("jobId", commit.jobId().toString());
        object.put("kind", commit.kind());
        object.put("outputRoot", commit.outputRoot().toString());
        object.put("traceRoot", commit.traceRoot().toString());
        object.put("rows", commit.rows());
        object.put("seqs", commit.seqs());
        object.put("workUnits", commit.workUnits());
        object.put("expiry", commit.expiry());
        ContractViews.OpenRecord open = views.openOf(commitId);
        if (open.height() != 0) {
            long epochBlock = views.verifyEpochBlock(commitId);
            object.put("cells", open.cellCount());
            object.put("sidecarBytes", open.sidecarBytes());
            object.put("sidecarRoot", open.sidecarRoot().toString());
            object.put("sidecarHeld", backend.sidecar(open.sidecarRoot()).isPresent());
            object.put("cellMix", mix(open.auditHeight() + 3));
            object.put("projectionMix", epochBlock == 0 ? null : mix(epochBlock));
        }
        JobViews.Job job = JobViews.jobOf(views, commit.jobId());
        object.put("assignmentMix", mix(job.assignedHeight()));
        object.put("job", show(views, commit.jobId(), job));
        return object;
    }

    private String mix(long height) {
        return ProofCalls.mixAt(backend.chain(), height).toString();
    }

    /// Parameters: the provider's address, and from which entry on the statement counts (0). What
    /// it has staked and earned, as the contracts say.
    private Object provider(Params params) {
        ContractViews views = views();
        Address provider = params.address(0);
        long from = params.optional(1).isEmpty() ? 0 : params.quantity(1).toLongExact();
        Map<String, Object> object = new LinkedHashMap<>();
        AbiReader stake =
                AbiReader.of(
                        views.view(
                                Predeploys.STAKING,
                                Abi.call("stakeOf(address,uint8)", Abi.of(provider), Abi.of(1))));
        object.put("stakeWei", stake.readUInt256().toString());
        object.put("exitingWei", stake.readUInt256().toString());
        object.put("exitHeight", stake.readUnsignedLong());
        object.put("stakeSlashedWei", stake.readUInt256().toString());
        object.put(
                "beneficiary",
                AbiReader.of(
                                views.view(
                                        Predeploys.STAKING,
                                        Abi.call("beneficiaryOf(address)", Abi.of(provider))))
                        .readAddress()
                        .toString());
        object.put("securedWei", money(views, Predeploys.JOBS, "securedWei(address)", provider));
        object.put("feesWei", money(views, Predeploys.JOBS, "balanceOf(address)", provider));
        long count =
                word(
                        views,
                        Predeploys.REWARDS,
                        Abi.call("providerEntryCount(address)", Abi.of(provider)));
        object.put("entries", count);
        AbiReader sums =
                AbiReader.of(
                        views.view(
                                Predeploys.REWARDS,
                                Abi.call(
                                        "statement(address,uint256,uint256)",
                                        Abi.of(provider),
                                        Abi.of(from),
                                        Abi.of(STATEMENT_ENTRIES_MAX))));
        for (String name : STATEMENT) {
            object.put(name, sums.readUInt256().toString());
        }
        List<String> commits = new ArrayList<>();
        for (long i = from; i < Math.min(count, from + STATEMENT_ENTRIES_MAX); i++) {
            Bytes input = Abi.call("providerEntry(address,uint256)", Abi.of(provider), Abi.of(i));
            commits.add(AbiReader.of(views.view(Predeploys.REWARDS, input)).readHash().toString());
        }
        object.put("commits", commits);
        return object;
    }

    private static String money(
            ContractViews views, Address contract, String signature, Address account) {
        UInt256 wei =
                AbiReader.of(views.view(contract, Abi.call(signature, Abi.of(account))))
                        .readUInt256();
        return wei.toString();
    }

    private Object verifierLoad(Params params) {
        Backend.VerifierLoad load = backend.verifierLoad();
        return Map.of("proofs", load.proofs(), "busyNanos", load.busyNanos());
    }
}
