package org.assay.verifier.prover;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Merkle;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.ProofRules;
import org.assay.verifier.TransformerModel;

/// One job as its provider sees it: run, commit, and open the cells that the beacon draws. Holds
/// the trace in memory. Owned by one thread.
public sealed interface ProverRun permits MatmulRun, MlpRun, TransformerRun {
    /// What is to be done: the job as the chain states it, its inputs, and mix(assignment block),
    /// which seeds templates that sample their output; `product` is what computes it.
    record Work(
            Model model,
            JobFacts job,
            Bytes inputs,
            ProofRules rules,
            Hash assignmentMix,
            RowProduct product) {
        /// On the CPU.
        public Work(Model model, JobFacts job, Bytes inputs, ProofRules rules, Hash assignmentMix) {
            this(model, job, inputs, rules, assignmentMix, RowProduct.fastest());
        }

        /// The same job, computed by `other`.
        public Work on(RowProduct other) {
            return new Work(model, job, inputs, rules, assignmentMix, other);
        }

        /// For templates that sample nothing.
        public Work(Model model, JobFacts job, Bytes inputs, ProofRules rules) {
            this(model, job, inputs, rules, Hash.ZERO);
        }
    }

    /// An answer to the beacon: the transaction and the bytes it binds.
    record Opened(Open open, Bytes sidecar) {}

    /// Runs the job honestly and commits to it. Throws [IllegalArgumentException] where the
    /// inputs do not fit the job: such a job must not be accepted.
    static ProverRun run(Work work, SecretKey key) {
        return run(work, key, Fault.NONE);
    }

    /// As above, with the rows that `fault` picks faked before the commitment.
    static ProverRun run(Work work, SecretKey key, Fault fault) {
        return switch (work.model) {
            case MlpModel model -> MlpRun.run(work, model, key, fault);
            case MatmulModel model -> MatmulRun.run(work, model, key, fault);
            case TransformerModel model -> TransformerRun.run(work, model, key, fault);
        };
    }

    /// The answers alone, without a trace kept for a commitment: the plain execution that a
    /// prover's overhead is measured against.
    static Bytes execute(Work work) {
        return switch (work.model) {
            case MlpModel model -> MlpAnswers.of(model, work.inputs, work.product);
            case MatmulModel model -> MatmulRun.execute(work, model.template());
            case TransformerModel model -> TransformerRun.execute(work, model);
        };
    }

    Commit commit();

    /// The tree under traceRoot: what a challenge is answered from.
    Merkle trace();

    /// What the customer gets; its SHA-256 is the outputRoot.
    Bytes answers();

    /// Opens the cells drawn by `cellMix` = mix(h1+3).
    Opened open(Hash cellMix, SecretKey key);
}
