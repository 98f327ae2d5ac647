package org.assay.verifier;

import java.util.List;
import java.util.Optional;
import org.assay.verifier.cpu.Projection;

/// Checks proofs: a function of the task alone, whatever the machine. Order: facts, signatures,
/// work, size, hashes, algebra, exact steps; the cheapest refusal comes first. Owned by one
/// thread, for the cache of epoch keys.
public final class Verifier {
    private final ProofRules rules;
    private final Projection projection;
    private final KeyCache keys = new KeyCache();

    public Verifier(ProofRules rules) {
        this(rules, Projection.fastest());
    }

    public Verifier(ProofRules rules, Projection projection) {
        this.rules = rules;
        this.projection = projection;
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
        Verdict trace =
                switch (task.model()) {
                    case MlpModel model -> verifyMlp(task, model);
                    case MatmulModel model -> verifyMatmul(task, model.template());
                    case TransformerModel model -> verifyTransformer(task, model);
                };
        return trace.pass() ? Verdict.passed(task.commit().facts().workUnits()) : trace;
    }

    /// Computes the model's key for B2 ahead of the verdicts that need it.
    public void prepare(Model model, org.assay.primitives.Hash projectionMix) {
        keys.keyOf(model, projectionMix, projection);
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

    private Verdict verifyMlp(ProofTask task, MlpModel model) {
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
                .check(projection, () -> keys.keyOf(model, task.mixes().projection(), projection));
    }

    private Verdict verifyTransformer(ProofTask task, TransformerModel model) {
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
                .check(projection, () -> keys.keyOf(model, task.mixes().projection(), projection));
    }

    private Verdict verifyMatmul(ProofTask task, MatmulInt8 template) {
        JobFacts job = task.job();
        long workUnits =
                rules.workUnits(Math.multiplyExact(template.macsPerRow(), (long) job.rows()));
        if (job.seqs() != job.rows() || task.commit().facts().workUnits() != workUnits) {
            return Verdict.failed(Reason.BAD_WORK, "the chain computes " + workUnits);
        }
        Verdict transport = checkTransport(task, 1);
        return transport.pass() ? new MatmulAudit(task, template).check(projection) : transport;
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
