package org.assay.verifier;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;

/// A job on real digits with everything that the chain would supply.
public record Scene(MlpModel model, SecretKey key, JobFacts job, Bytes inputs, Mixes mixes) {
    public static final ProofRules RULES = ProofRules.DEV;

    public static Scene of(int rows, long seed) {
        return of(Digits.model(), rows, seed);
    }

    public static Scene of(MlpModel model, int rows, long seed) {
        SecretKey key = SecretKey.of(hash("provider", seed).toArray());
        Bytes inputs = Digits.images((int) (seed & 127), rows);
        JobFacts job =
                new JobFacts(
                        1337,
                        hash("job", seed),
                        key.address(),
                        model.template().templateId(),
                        Leaf.inputTree(inputs, Digits.IMAGE_BYTES).root(),
                        rows,
                        rows,
                        0,
                        1_000_000);
        Mixes mixes = new Mixes(hash("B1", seed), hash("B2", seed), hash("assigned", seed));
        return new Scene(model, key, job, inputs, mixes);
    }

    public static Hash hash(String name, long seed) {
        byte[] number = new byte[8];
        LittleEndian.putLong(number, 0, seed);
        return Keccak.hash256(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII), number);
    }

    public ProverRun run(Fault fault) {
        return ProverRun.run(new ProverRun.Work(model, job, inputs, RULES), key, fault);
    }

    public ProofTask prove(Fault fault) {
        ProverRun run = run(fault);
        ProverRun.Opened opened = run.open(mixes.cells(), key);
        return new ProofTask(job, run.commit(), opened.open(), opened.sidecar(), mixes, model);
    }
}
