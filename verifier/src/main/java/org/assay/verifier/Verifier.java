package org.assay.verifier;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.assay.primitives.Hash;
import org.assay.verifier.cpu.Projection;
import org.assay.verifier.gpu.GpuException;

/// Checks proofs: a function of the task alone, whatever the machine. Order: facts, signatures,
/// work, size, hashes, algebra, exact steps; the cheapest refusal comes first. Owned by one
/// thread, for the cache of epoch keys.
///
/// With a device, its projections decide first and the CPU has the last word: it checks again
/// every proof that the device rejects and one in 64 that it accepts, epoch key included. A
/// device that disagrees, or fails, is retired for good; the verdict is the CPU's.
public final class Verifier {
    /// Of the proofs that a device accepts, one in this many is checked again.
    public static final int ACCEPTS_A_CHECK = 64;

    private final ProofRules rules;
    private final Backend cpu;
    private Optional<Backend> device;
    private final Consumer<String> onRetired;
    private long accepted;

    /// A projection with the epoch keys that it computed.
    private record Backend(Projection projection, KeyCache keys) {
        static Backend of(Projection projection) {
            return new Backend(projection, new KeyCache());
        }

        VerificationKey keyOf(Model model, Hash projectionMix) {
            return keys.keyOf(model, projectionMix, projection);
        }
    }

    public Verifier(ProofRules rules) {
        this(rules, Projection.fastest());
    }

    public Verifier(ProofRules rules, Projection projection) {
        this.rules = rules;
        this.cpu = Backend.of(projection);
        this.device = Optional.empty();
        this.onRetired = _ -> {};
    }

    /// With a device beside the fastest CPU implementation. `onRetired` is told why when it goes.
    public Verifier(ProofRules rules, Projection device, Consumer<String> onRetired) {
        this.rules = rules;
        this.cpu = Backend.of(Projection.fastest());
        this.device = Optional.of(Backend.of(device));
        this.onRetired = onRetired;
    }

    /// Whether a device still takes part.
    public boolean usesDevice() {
        return device.isPresent();
    }

    public Verdict verify(ProofTask task) {
        Verdict facts = checkFacts(task);
        if (!facts.pass()) {
            return facts;
        }
        if (!task.commit().signedByProvider()
                || !task.open().signedBy(task.commit().facts().provider())) {
            return Verdict.failed(Reason.BAD_ENCODING, "signature");
        }
        return verifyAuthorised(task);
    }

    /// As [#verify] for a Commit and an Open that the Proofs contract has taken: it has seen that
    /// the provider wants them, by whatever means that account has, so their signatures say
    /// nothing more and are not looked at.
    public Verdict verifyAuthorised(ProofTask task) {
        Verdict facts = checkFacts(task);
        if (!facts.pass()) {
            return facts;
        }
        if (device.isEmpty()) {
            return verifyTrace(task, cpu);
        }
        Verdict said;
        try {
            said = verifyTrace(task, device.get());
        } catch (GpuException e) {
            retire(String.valueOf(e.getMessage()));
            return verifyTrace(task, cpu);
        }
        if (said.pass() && accepted++ % ACCEPTS_A_CHECK != 0) {
            return said;
        }
        Verdict own = verifyTrace(task, cpu);
        if (!own.equals(said)) {
            retire("it says " + said + " where the CPU says " + own);
        }
        return own;
    }

    private void retire(String why) {
        device = Optional.empty();
        onRetired.accept(why);
    }

    /// Everything but the facts and signatures, by one of the two.
    private Verdict verifyTrace(ProofTask task, Backend backend) {
        Verdict trace =
                switch (task.model()) {
                    case MlpModel model -> verifyMlp(task, model, backend);
                    case MatmulModel model -> verifyMatmul(task, model.template(), backend);
                    case TransformerModel model -> verifyTransformer(task, model, backend);
                };
        return trace.pass() ? Verdict.passed(task.commit().facts().workUnits()) : trace;
    }

    /// Computes the model's key for B2 ahead of the verdicts that need it.
    public void prepare(Model model, Hash projectionMix) {
        try {
            device.orElse(cpu).keyOf(model, projectionMix);
        } catch (GpuException e) {
            retire(String.valueOf(e.getMessage()));
            cpu.keyOf(model, projectionMix);
        }
    }

    /// What the Commit and the Open say against what the chain says.
    private Verdict checkFacts(ProofTask task) {
        JobFacts job = task.job();
        Commit.Facts facts = task.commit().facts();
        Template template = task.model().template();
        if (facts.chainId() != job.chainId()
                || !facts.jobId().equals(job.jobId())
                || !facts.provider().equals(job.provider())
                || !facts.templateId().equals(job.templateId())
                || !template.templateId().equals(job.templateId())
                || facts.expiry() != job.expiry()
                || !task.open().commitId().equals(task.commit().commitId())) {
            return Verdict.failed(Reason.REPLAYED, "chain, job, provider, template or commit");
        }
        if (facts.kind() != template.kind()) {
            return Verdict.failed(Reason.BAD_ENCODING, "kind " + facts.kind());
        }
        if (!facts.inputRoot().equals(job.inputRoot())) {
            return Verdict.failed(Reason.BAD_INPUT, "inputRoot");
        }
        if (job.rows() < 1
                || facts.rows() < job.rows()
                || facts.rows() > rowsMost(job, facts.kind())
                || facts.seqs() != job.seqs()
                || facts.rows() > rules.rowsMax()) {
            return Verdict.failed(Reason.BAD_WORK, "rows or sequences");
        }
        return Verdict.passed(0);
    }

    /// The job's own rows and, where tokens are generated, up to `maxNew` for each sequence: the
    /// rule of `Proofs.commit`. Fewer follow from an early end, which the tokens must justify.
    private static long rowsMost(JobFacts job, int kind) {
        long generated = kind == Template.KIND_TRANSFORMER ? (long) job.seqs() * job.maxNew() : 0;
        return job.rows() + generated;
    }

    private Verdict verifyMlp(ProofTask task, MlpModel model, Backend backend) {
        JobFacts job = task.job();
        MlpTrace trace = new MlpTrace(model.template(), job.rows());
        long workUnits =
                rules.workUnits(
                        Math.multiplyExact(model.template().macsPerRow(), (long) job.rows()));
        if (job.seqs() != job.rows() || task.commit().facts().workUnits() != workUnits) {
            return Verdict.failed(Reason.BAD_WORK, "the chain computes " + workUnits);
        }
        List<CellId> cells = trace.cells(cellWords(task), rules.cells());
        Verdict transport = checkTransport(task, cells.size());
        if (!transport.pass()) {
            return transport;
        }
        return new MlpAudit(task, model, cells)
                .check(backend.projection, () -> backend.keyOf(model, task.mixes().projection()));
    }

    private Verdict verifyTransformer(ProofTask task, TransformerModel model, Backend backend) {
        JobFacts job = task.job();
        Verdict transport = checkTransport(task);
        if (!transport.pass()) {
            return transport;
        }
        int rows = task.commit().facts().rows();
        Optional<TransformerLengths> lengths =
                TransformerLengths.read(task.sidecar(), model.shape(), job.seqs(), rows);
        if (lengths.isEmpty()) {
            return Verdict.failed(Reason.BAD_WORK, "lengths do not make " + rows + " rows");
        }
        TransformerTrace trace = lengths.get().trace(model.shape());
        if (trace.leafCount() > TransformerTrace.LEAVES_MAX) {
            return Verdict.failed(Reason.BAD_WORK, "more leaves than a trace may have");
        }
        long workUnits = rules.workUnits(trace.paidMacs());
        if (task.commit().facts().workUnits() != workUnits) {
            return Verdict.failed(Reason.BAD_WORK, "the chain computes " + workUnits);
        }
        List<CellId> cells = trace.cells(cellWords(task), rules.cells());
        if (task.open().cells() != cells.size()) {
            return Verdict.failed(Reason.BAD_CELLS, "not " + cells.size() + " cells");
        }
        return new TransformerAudit(task, model, trace, cells)
                .check(backend.projection, () -> backend.keyOf(model, task.mixes().projection()));
    }

    private Verdict verifyMatmul(ProofTask task, MatmulInt8 template, Backend backend) {
        JobFacts job = task.job();
        long workUnits =
                rules.workUnits(Math.multiplyExact(template.macsPerRow(), (long) job.rows()));
        if (job.seqs() != job.rows() || task.commit().facts().workUnits() != workUnits) {
            return Verdict.failed(Reason.BAD_WORK, "the chain computes " + workUnits);
        }
        Verdict transport = checkTransport(task, 1);
        return transport.pass()
                ? new MatmulAudit(task, template).check(backend.projection)
                : transport;
    }

    private static WordStream cellWords(ProofTask task) {
        return Challenge.cellWords(task.mixes().cells(), task.commit().commitId());
    }

    /// Count of cells, size and root of the sidecar.
    private Verdict checkTransport(ProofTask task, int cells) {
        if (task.open().cells() != cells) {
            return Verdict.failed(Reason.BAD_CELLS, task.open().cells() + " cells, not " + cells);
        }
        return checkTransport(task);
    }

    private Verdict checkTransport(ProofTask task) {
        Open open = task.open();
        if (open.sidecarBytes() > rules.sidecarBytesMax()) {
            return Verdict.failed(Reason.BAD_ENCODING, "sidecar above the limit");
        }
        if (task.sidecar().size() != open.sidecarBytes()
                || !Leaf.sidecarRoot(task.sidecar()).equals(open.sidecarRoot())) {
            return Verdict.failed(Reason.BAD_ROOT, "sidecar");
        }
        return Verdict.passed(0);
    }
}
