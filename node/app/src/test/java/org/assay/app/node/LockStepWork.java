package org.assay.app.node;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.ProofRules;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;
import org.jspecify.annotations.NullUnmarked;

/// One job of the digit classifier on a [LockStep] network, step by step.
@NullUnmarked
final class LockStepWork {
    static final int IMAGES = 16;
    static final SecretKey KEY = TestNetwork.RICH;

    final LockStep network;
    final Hash jobId;
    Hash commitId;
    ProverRun run;
    ProverRun.Opened opened;

    /// Funds a job for its own provider and accepts it.
    LockStepWork(LockStep network) {
        this.network = network;
        if (stake(network).isZero()) {
            network.send(
                    KEY,
                    Predeploys.STAKING,
                    TestNetwork.COIN.multiply(UInt256.of(500)),
                    Abi.call("registerProvider(address)", Abi.of(Address.ZERO)));
        }
        long expiry = views().ledger().clock() == 0 ? 0 : head() + 200;
        network.send(KEY, Predeploys.JOBS, TestNetwork.COIN, create(expiry));
        UInt256 count =
                AbiReader.of(views().view(Predeploys.JOBS, Abi.call("jobCount()"))).readUInt256();
        jobId =
                AbiReader.of(
                                views().view(
                                                Predeploys.JOBS,
                                                Abi.call(
                                                        "jobAt(uint256)",
                                                        Abi.of(count.toLongExact() - 1))))
                        .readHash();
        network.send(
                KEY, Predeploys.JOBS, UInt256.ZERO, Abi.call("accept(bytes32)", Abi.of(jobId)));
    }

    private static UInt256 stake(LockStep network) {
        return AbiReader.of(
                        network.seat(0)
                                .views()
                                .view(
                                        Predeploys.STAKING,
                                        Abi.call("providerStake(address)", Abi.of(KEY.address()))))
                .readUInt256();
    }

    private long head() {
        return network.seat(0).chain.head().number();
    }

    private ContractViews views() {
        return network.seat(0).views();
    }

    private static Bytes create(long expiry) {
        return Abi.call(
                "create((bytes32,address,bytes32,uint32,uint32,uint32,uint64,address,uint128))",
                Abi.tuple(
                        Abi.of(Digits.model().template().templateId()),
                        Abi.of(KEY.address()),
                        Abi.of(Leaf.inputTree(Digits.images(0, IMAGES), Digits.IMAGE_BYTES).root()),
                        Abi.of(IMAGES),
                        Abi.of(IMAGES),
                        Abi.of(0),
                        Abi.of(expiry),
                        Abi.of(Address.ZERO),
                        Abi.of(TestNetwork.COIN)));
    }

    LockStepWork commit(Fault fault) {
        return commit(fault, Predeploys.PROOFS, call -> call);
    }

    /// Commits through `to`, which gets `wrap` of the call.
    LockStepWork commit(Fault fault, Address to, UnaryOperator<Bytes> wrap) {
        JobViews.Job job = JobViews.jobOf(views(), jobId);
        JobFacts facts =
                new JobFacts(
                        network.spec.chainId().w3(),
                        jobId,
                        job.provider(),
                        job.templateId(),
                        job.inputRoot(),
                        (int) job.rows(),
                        (int) job.seqs(),
                        0,
                        job.expiry());
        run =
                ProverRun.run(
                        new ProverRun.Work(
                                Digits.model(), facts, Digits.images(0, IMAGES), ProofRules.DEV),
                        KEY,
                        fault);
        commitId = run.commit().commitId();
        Bytes call = Abi.call("commit(bytes)", Abi.of(run.commit().encode()));
        network.send(KEY, to, UInt256.ZERO, wrap.apply(call));
        return this;
    }

    LockStepWork open() {
        return open(Predeploys.PROOFS, call -> call);
    }

    LockStepWork open(Address to, UnaryOperator<Bytes> wrap) {
        while (views().auditHeight(commitId) == 0 || head() < views().auditHeight(commitId) + 3) {
            network.step();
        }
        opened = run.open(views().mix(views().auditHeight(commitId) + 3), KEY);
        Bytes call = Abi.call("open(bytes)", Abi.of(opened.open().encode()));
        network.send(KEY, to, UInt256.ZERO, wrap.apply(call));
        return this;
    }

    /// Hands the sidecar to one validator, which tells the others unless it withholds it.
    Optional<String> deliver(int seat) {
        return network.seat(seat).desk.offerSidecar(commitId, opened.sidecar());
    }

    ContractViews.VerdictRecord verdict() {
        return views().verdictOf(commitId);
    }

    /// Honest blocks until the chain has a verdict.
    ContractViews.VerdictRecord awaitVerdict() {
        for (int i = 0; i < 60 && verdict().height() == 0; i++) {
            network.step();
        }
        return verdict();
    }
}
