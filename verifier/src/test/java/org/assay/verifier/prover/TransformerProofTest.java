package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Seeds;
import org.assay.verifier.CellId;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.Mixes;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Reason;
import org.assay.verifier.Scene;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerTokens;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.junit.jupiter.api.Test;

class TransformerProofTest {
    private static final ProofRules FINE =
            new ProofRules(24, 10, ProofRules.AUDIT_ALWAYS, 1 << 12, 1 << 24);
    private static final TransformerInt8.Shape SHAPE =
            new TransformerInt8.Shape(60, 32, 2, 4, 2, 8, 48, 40);

    private final Verifier verifier = new Verifier(FINE);

    /// A job for a decoder with everything the chain supplies.
    private record Play(TransformerModel model, SecretKey key, ProverRun.Work work, Mixes mixes) {
        static Play of(boolean sampled, int eos, int maxNew, long seed) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            TransformerModel model = TinyDecoder.of(SHAPE, eos, sampled, random);
            SecretKey key = SecretKey.of(Scene.hash("provider", seed).toArray());
            List<int[]> prompts = new ArrayList<>();
            int seqs = 1 + random.nextInt(3);
            for (int seq = 0; seq < seqs; seq++) {
                prompts.add(random.ints(1 + random.nextInt(12), 0, 60).toArray());
            }
            JobFacts job =
                    new JobFacts(
                            1337,
                            Scene.hash("job", seed),
                            key.address(),
                            model.template().templateId(),
                            TransformerTokens.inputRoot(prompts),
                            prompts.stream().mapToInt(prompt -> prompt.length).sum(),
                            seqs,
                            maxNew,
                            99);
            Mixes mixes =
                    new Mixes(
                            Scene.hash("B1", seed),
                            Scene.hash("B2", seed),
                            Scene.hash("assigned", seed));
            Bytes inputs = TinyDecoder.inputs(prompts);
            ProverRun.Work work = new ProverRun.Work(model, job, inputs, FINE, mixes.assignment());
            return new Play(model, key, work, mixes);
        }

        ProofTask task(ProverRun run) {
            ProverRun.Opened opened = run.open(mixes.cells(), key);
            return task(run.commit(), opened.open(), opened.sidecar());
        }

        ProofTask task(Commit commit, Open open, Bytes sidecar) {
            return new ProofTask(work.job(), commit, open, sidecar, mixes, model);
        }

        ProofTask prove(Fault fault) {
            return task(ProverRun.run(work, key, fault));
        }
    }

    @Seeds(12)
    void passesHonestRuns(RandomGenerator random, long seed) {
        boolean sampled = seed % 2 == 0;
        int eos = seed % 3 == 0 ? random.nextInt(60) : -1;
        ProofTask task = Play.of(sampled, eos, random.nextInt(20), seed).prove(Fault.NONE);
        Verdict verdict = verifier.verify(task);
        assertThat(verdict).isEqualTo(Verdict.passed(task.commit().facts().workUnits()));
        assertThat(verdict.workUnits()).isPositive();
    }

    @Seeds(10)
    void refusesGarbledPositions(RandomGenerator random, long seed) {
        ProofTask task =
                Play.of(false, -1, 8, seed).prove(new Fault(Fault.Kind.SKIPPED, 1000, seed));
        assertThat(verifier.verify(task).reason()).isIn(Reason.BAD_GLUE, Reason.BAD_OUTPUT);
    }

    @Test
    void anotherSeedGivesOtherTokens() {
        Play play = Play.of(true, -1, 20, 2);
        ProofTask task = play.prove(Fault.NONE);
        Mixes other =
                new Mixes(
                        play.mixes.cells(),
                        play.mixes.projection(),
                        Scene.hash("another assignment", 0));
        ProofTask steered =
                new ProofTask(
                        task.job(),
                        task.commit(),
                        task.open(),
                        task.sidecar(),
                        other,
                        task.model());
        assertThat(verifier.verify(steered).reason()).isEqualTo(Reason.BAD_OUTPUT);
    }

    @Test
    void refusesAnEarlyEnd() {
        Play play = Play.of(false, -1, 9, 5);
        JobFacts job = play.work.job();
        JobFacts shorter =
                new JobFacts(
                        job.chainId(),
                        job.jobId(),
                        job.provider(),
                        job.templateId(),
                        job.inputRoot(),
                        job.rows(),
                        job.seqs(),
                        5,
                        job.expiry());
        ProverRun.Work early =
                new ProverRun.Work(
                        play.model, shorter, play.work.inputs(), FINE, play.mixes.assignment());
        ProofTask task = play.task(ProverRun.run(early, play.key));
        assertThat(verifier.verify(task).reason()).isEqualTo(Reason.BAD_OUTPUT);
    }

    @Seeds(400)
    void everyByteOfASidecarCounts(RandomGenerator random) {
        Play play = Play.of(false, -1, 6, 7);
        ProofTask honest = HONEST.computeIfAbsent(7L, seed -> play.prove(Fault.NONE));
        byte[] sidecar = honest.sidecar().toArray();
        sidecar[random.nextInt(sidecar.length)] ^= (byte) (1 << random.nextInt(8));
        Bytes bytes = Bytes.wrap(sidecar);
        Open open =
                Open.sign(
                        honest.commit().commitId(),
                        honest.open().cells(),
                        bytes.size(),
                        Leaf.sidecarRoot(bytes),
                        play.key);
        Reason reason = verifier.verify(play.task(honest.commit(), open, bytes)).reason();
        assertThat(reason)
                .isIn(
                        Reason.BAD_WORK,
                        Reason.BAD_INPUT,
                        Reason.BAD_OUTPUT,
                        Reason.BAD_ENCODING,
                        Reason.BAD_CELLS,
                        Reason.BAD_PATH,
                        Reason.BAD_ROW);
    }

    private static final Map<Long, ProofTask> HONEST = new java.util.HashMap<>();

    @Test
    void drawsEveryOpAndLocatesEveryCell() {
        Play play = Play.of(false, -1, 10, 8);
        TransformerRun run = (TransformerRun) ProverRun.run(play.work, play.key);
        Map<Integer, Integer> ops = new java.util.TreeMap<>();
        for (int i = 0; i < 200; i++) {
            for (CellId cell : run.cells(Scene.hash("beacon", i))) {
                ops.merge(cell.op(), 1, Integer::sum);
            }
        }
        assertThat(ops.keySet()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void modelFileRoundTrips() {
        Play play = Play.of(true, 3, 1, 1);
        Bytes file = play.model.encode();
        assertThat(Model.decode(file).map(Model::template)).contains(play.model.template());
        byte[] changed = file.toArray();
        changed[changed.length - 1] ^= 1;
        assertThat(Model.decode(Bytes.wrap(changed))).isEmpty();
    }
}
