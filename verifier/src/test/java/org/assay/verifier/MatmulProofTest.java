package org.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Seeds;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;

class MatmulProofTest {
    private static final ProofRules FINE =
            new ProofRules(16, 4, ProofRules.AUDIT_ALWAYS, 1 << 10, 1 << 22);

    private static ProofTask prove(RandomGenerator random, long seed, Fault fault) {
        int rows = 1 + random.nextInt(20);
        MatmulInt8 template = new MatmulInt8(1 + random.nextInt(200), 1 + random.nextInt(200));
        SecretKey key = SecretKey.of(Scene.hash("provider", seed).toArray());
        byte[] inputs = new byte[(int) template.inputBytes(rows)];
        random.nextBytes(inputs);
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = inputs[i] == -128 ? -127 : inputs[i];
        }
        JobFacts job =
                new JobFacts(
                        1337,
                        Scene.hash("job", seed),
                        key.address(),
                        template.templateId(),
                        Leaf.inputRoot(Bytes.wrap(inputs)),
                        rows,
                        rows,
                        0,
                        99);
        MatmulModel model = new MatmulModel(template);
        ProverRun run =
                ProverRun.run(new ProverRun.Work(model, job, Bytes.wrap(inputs), FINE), key, fault);
        Mixes mixes =
                new Mixes(Scene.hash("B1", seed), Scene.hash("B2", seed), Scene.hash("A", seed));
        ProverRun.Opened opened = run.open(mixes.cells(), key);
        return new ProofTask(job, run.commit(), opened.open(), opened.sidecar(), mixes, model);
    }

    @Seeds(30)
    void passesHonestProducts(RandomGenerator random, long seed) {
        ProofTask task = prove(random, seed, Fault.NONE);
        assertThat(new Verifier(FINE).verify(task))
                .isEqualTo(Verdict.passed(task.commit().facts().workUnits()));
        Bytes canonical = task.model().template().canonical();
        assertThat(Template.decode(canonical)).contains(task.model().template());
    }

    @Seeds(30)
    void refusesOneWrongEntry(RandomGenerator random, long seed) {
        ProofTask task = prove(random, seed, new Fault(Fault.Kind.SKIPPED, 1, seed));
        assertThat(new Verifier(FINE).verify(task).reason())
                .isIn(Reason.BAD_ROW, Reason.BAD_ENCODING);
    }
}
