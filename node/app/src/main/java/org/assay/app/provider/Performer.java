package org.assay.app.provider;

import java.io.IOException;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Commit;
import org.assay.verifier.Merkle;
import org.assay.verifier.ProofRules;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;
import org.assay.verifier.prover.RowProduct;

/// Does the work of a job. The same job gives the same result every time.
public interface Performer {
    /// Throws [IllegalArgumentException] where the inputs do not fit the job.
    Performance perform(ProverRun.Work work) throws IOException;

    /// The result of one job.
    interface Performance {
        Commit commit();

        Bytes answers();

        ProverRun.Opened open(Hash cellMix);

        /// The tree that challenges are answered from.
        Merkle trace();
    }

    /// As [#running(SecretKey, Fault, RowProduct)] on the CPU.
    static Performer running(SecretKey key, Fault fault) {
        return running(key, fault, RowProduct.fastest());
    }

    /// Runs the model by `product`, the same bytes by any. `fault` is [Fault#NONE] but in
    /// demonstrations and tests.
    static Performer running(SecretKey key, Fault fault, RowProduct product) {
        return work -> {
            ProverRun run = ProverRun.run(work.on(product), key, fault);
            return new Performance() {
                @Override
                public Commit commit() {
                    return run.commit();
                }

                @Override
                public Bytes answers() {
                    return run.answers();
                }

                @Override
                public ProverRun.Opened open(Hash cellMix) {
                    return run.open(cellMix, key);
                }

                @Override
                public Merkle trace() {
                    return run.trace();
                }
            };
        };
    }

    /// The rules of a chain as its `assay_config` states them.
    static ProofRules rulesOf(com.fasterxml.jackson.databind.JsonNode config) {
        com.fasterxml.jackson.databind.JsonNode proofs = config.path("proofs");
        ProofRules main = ProofRules.MAIN;
        return new ProofRules(
                proofs.path("cells").asInt(main.cells()),
                proofs.path("workUnitLog2").asInt(main.workUnitLog2()),
                proofs.path("auditNumerator").asLong(main.auditNumerator()),
                proofs.path("rowsMax").asInt(main.rowsMax()),
                proofs.path("sidecarBytesMax").asInt(main.sidecarBytesMax()));
    }
}
