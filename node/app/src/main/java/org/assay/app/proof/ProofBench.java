package org.assay.app.proof;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.Challenge;
import org.assay.verifier.JobFacts;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.Mixes;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerTokens;
import org.assay.verifier.Verifier;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.PlainProjection;
import org.assay.verifier.cpu.Projection;
import org.assay.verifier.prover.ProverRun;

/// The figures behind `assay bench`. Times are CPU time of one thread, best of several runs, so
/// that other work on the machine does not count; a figure over two threads is half of it.
final class ProofBench {
    /// int8 weights of Llama-3-8B's 32 layers and head.
    private static final double WEIGHTS_8B = 32 * 218_103_808.0 + 4096.0 * 128_256;

    /// Seconds in which two such cores run 256 tokens of the 8B shape with native int8 (VNNI).
    private static final double NATIVE_256_TOKENS_SECONDS = 7.6;

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final Map<String, Object> figures = new LinkedHashMap<>();

    Map<String, Object> figures() {
        return figures;
    }

    private static double cpuSeconds(Runnable work, int runs) {
        var threads = ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int i = 0; i < runs; i++) {
            long start = threads.getCurrentThreadCpuTime();
            work.run();
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) * 1e-9);
        }
        return best;
    }

    private void put(String name, double value, String unit) {
        figures.put(
                name, Map.of("value", Double.parseDouble("%.4g".formatted(value)), "unit", unit));
    }

    /// SHA-256 of 64 KiB chunks.
    void sha() {
        byte[] content = new byte[64 << 20];
        random.nextBytes(content);
        byte[] chunk = new byte[64 * 1024];
        double seconds =
                cpuSeconds(
                        () -> {
                            var sha = Sha256.digest();
                            for (int at = 0; at < content.length; at += chunk.length) {
                                sha.update(content, at, chunk.length);
                                sha.digest();
                            }
                        },
                        5);
        put("sha256", content.length / seconds, "bytes/s a thread");
    }

    /// The verification key of the 8B shape, from the rate over one layer's gate and up matrix.
    void evk() {
        int rows = 4096;
        int cols = 28_672;
        byte[] w = SampleDecoder.matrix(rows, cols, random);
        ExtensionVector r = Challenge.tensor(Hash.ZERO, Hash.ZERO, 0, cols);
        ExtensionVector u = new ExtensionVector(rows);
        Projection fastest = Projection.fastest();
        double seconds = cpuSeconds(() -> fastest.project(w, 0, rows, r, u), 8);
        double rate = w.length / seconds;
        put("projection", rate, "weights/s a thread");
        double tensor = cpuSeconds(() -> Challenge.tensor(Hash.ZERO, Hash.ZERO, 1, cols), 5);
        put("tensor_28672", tensor, "s");
        put("evk_8b_two_threads", WEIGHTS_8B / rate / 2, "s");
        figures.put("evk_8b_limit", Map.of("value", 1.0, "unit", "s"));
        PlainProjection plain = new PlainProjection();
        double reference = cpuSeconds(() -> plain.project(w, 0, 256, r, u), 3);
        put("projection_plain_java", 256.0 * cols / reference, "weights/s a thread");
        long[] sink = new long[1];
        double read =
                cpuSeconds(
                        () -> {
                            for (int i = 0; i < w.length; i += 8) {
                                sink[0] += LittleEndian.getLong(w, i);
                            }
                        },
                        5);
        put("memory_read", w.length / read, "bytes/s a thread");
        figures.put("sink", sink[0] & 1);
    }

    /// Audits of one layer of the 8B shape: cells of all ops through the whole verifier.
    void verify() {
        Play play = Play.of(random, 12);
        double[] parts = play.prove();
        Verifier verifier = new Verifier(Play.RULES);
        ProofTask task = play.task();
        verifier.prepare(play.model, task.mixes().projection());
        if (!verifier.verify(task).pass()) {
            throw new IllegalStateException("the sample proof failed: " + verifier.verify(task));
        }
        double seconds = cpuSeconds(() -> verifier.verify(task), 60);
        put("verify", seconds, "s a proof of " + task.open().cells() + " cells");
        put("verify_cell", seconds / task.open().cells(), "s a thread");
        put("verify_16_cells", 16 * seconds / task.open().cells(), "s a thread");
        put("sidecar", task.sidecar().size(), "bytes");
        put(
                "reexecution_over_verification",
                NATIVE_256_TOKENS_SECONDS / (16 * seconds / task.open().cells() / 2),
                "times, 256 tokens of the 8B shape at 7.6 s native on two cores");
        put("own_executor", parts[0] / parts[1], "MAC/s a thread");
    }

    /// A proof over the 8B shape's first layer.
    private static final class Play {
        static final ProofRules RULES =
                new ProofRules(16, 20, ProofRules.AUDIT_ALWAYS, 1 << 12, 64 << 20);

        private final TransformerModel model;
        private final SecretKey key;
        private final JobFacts job;
        private final Bytes inputs;
        private final Mixes mixes = new Mixes(Hash.ZERO, Hash.ZERO, Hash.ZERO);
        private ProverRun run;

        private Play(TransformerModel model, SecretKey key, JobFacts job, Bytes inputs) {
            this.model = model;
            this.key = key;
            this.job = job;
            this.inputs = inputs;
            this.run = ProverRun.run(new ProverRun.Work(model, job, inputs, RULES), key);
        }

        static Play of(RandomGenerator random, int tokens) {
            TransformerInt8.Shape shape = SampleDecoder.llama(1, 256);
            TransformerModel model = SampleDecoder.of(shape, random);
            byte[] secret = new byte[32];
            secret[31] = 1;
            SecretKey key = SecretKey.of(secret);
            int[] prompt = random.ints(tokens, 0, 256).toArray();
            List<int[]> prompts = new ArrayList<>(List.of(prompt));
            JobFacts job =
                    new JobFacts(
                            1,
                            Hash.ZERO,
                            key.address(),
                            model.template().templateId(),
                            TransformerTokens.inputRoot(prompts),
                            tokens,
                            1,
                            4,
                            1);
            byte[] count = new byte[4];
            LittleEndian.putInt(count, 0, tokens);
            Bytes inputs = Bytes.wrap(count).concat(Bytes.wrap(TransformerTokens.encode(prompt)));
            return new Play(model, key, job, inputs);
        }

        /// MACs of the run and its seconds.
        double[] prove() {
            double seconds =
                    cpuSeconds(
                            () ->
                                    run =
                                            ProverRun.run(
                                                    new ProverRun.Work(model, job, inputs, RULES),
                                                    key),
                            2);
            return new double[] {
                (double) model.template().macsPerRow() * run.commit().facts().rows(), seconds
            };
        }

        ProofTask task() {
            ProverRun.Opened opened = run.open(mixes.cells(), key);
            return new ProofTask(job, run.commit(), opened.open(), opened.sidecar(), mixes, model);
        }
    }
}
