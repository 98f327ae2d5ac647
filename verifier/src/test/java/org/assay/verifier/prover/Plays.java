package org.assay.verifier.prover;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.MatmulInt8;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Mixes;
import org.assay.verifier.Model;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Scene;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerTokens;

/// Small jobs of every template, with everything that the chain would supply.
public final class Plays {
    /// A work unit small enough that small models earn some.
    public static final ProofRules FINE =
            new ProofRules(24, 10, ProofRules.AUDIT_ALWAYS, 1 << 12, 1 << 24);

    private static final TransformerInt8.Shape SHAPE =
            new TransformerInt8.Shape(60, 32, 2, 4, 2, 8, 48, 40);

    private Plays() {}

    /// A run and its opened proof.
    public record Proven(ProverRun run, ProofTask task, SecretKey key, ProverRun.Work work) {}

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static Proven prove(
            Model model, JobFacts job, Bytes inputs, SecretKey key, Fault fault, long seed) {
        Mixes mixes =
                new Mixes(Scene.hash("B1", seed), Scene.hash("B2", seed), Scene.hash("A", seed));
        ProverRun.Work work = new ProverRun.Work(model, job, inputs, FINE, mixes.assignment());
        ProverRun run = ProverRun.run(work, key, fault);
        ProverRun.Opened opened = run.open(mixes.cells(), key);
        return new Proven(
                run,
                new ProofTask(job, run.commit(), opened.open(), opened.sidecar(), mixes, model),
                key,
                work);
    }

    private static JobFacts job(
            Model model, Hash inputRoot, int rows, int seqs, int maxNew, long seed) {
        return new JobFacts(
                1337,
                Scene.hash("job", seed),
                key(seed).address(),
                model.template().templateId(),
                inputRoot,
                rows,
                seqs,
                maxNew,
                99);
    }

    private static SecretKey key(long seed) {
        return SecretKey.of(Scene.hash("provider", seed).toArray());
    }

    /// A plain product of random shape, some over 64 KiB.
    public static Proven product(Fault fault, long seed) {
        RandomGenerator random = random(seed);
        int rows = 1 + random.nextInt(60);
        MatmulInt8 template = new MatmulInt8(1 + random.nextInt(400), 1 + random.nextInt(400));
        byte[] inputs = new byte[(int) template.inputBytes(rows)];
        random.nextBytes(inputs);
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = inputs[i] == -128 ? -127 : inputs[i];
        }
        Bytes bytes = Bytes.wrap(inputs);
        MatmulModel model = new MatmulModel(template);
        JobFacts job = job(model, Leaf.inputRoot(bytes), rows, rows, 0, seed);
        return prove(model, job, bytes, key(seed), fault, seed);
    }

    /// A decoder with random weights over one to three random prompts.
    public static Proven decoder(Fault fault, long seed) {
        return decoder(fault, seed, 8, 8);
    }

    /// A run that ends three tokens early, under a job that asks for eight.
    public static Proven earlyEnd(long seed) {
        return decoder(Fault.NONE, seed, 8, 5);
    }

    private static Proven decoder(Fault fault, long seed, int asked, int done) {
        RandomGenerator random = random(seed);
        TransformerModel model = TinyDecoder.of(SHAPE, -1, seed % 2 == 0, random);
        List<int[]> prompts = new ArrayList<>();
        int seqs = 1 + random.nextInt(3);
        for (int seq = 0; seq < seqs; seq++) {
            prompts.add(random.ints(1 + random.nextInt(12), 0, 60).toArray());
        }
        int rows = prompts.stream().mapToInt(prompt -> prompt.length).sum();
        Hash inputRoot = TransformerTokens.inputRoot(prompts);
        JobFacts ran = job(model, inputRoot, rows, seqs, done, seed);
        Proven proven = prove(model, ran, TinyDecoder.inputs(prompts), key(seed), fault, seed);
        ProofTask task = proven.task;
        JobFacts stated = job(model, inputRoot, rows, seqs, asked, seed);
        return new Proven(
                proven.run,
                new ProofTask(
                        stated,
                        task.commit(),
                        task.open(),
                        task.sidecar(),
                        task.mixes(),
                        task.model()),
                proven.key,
                proven.work);
    }
}
