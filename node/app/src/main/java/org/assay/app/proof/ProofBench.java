package org.assay.app.proof;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.assay.verifier.cpu.Sha256Queue;
import org.assay.verifier.prover.ProverRun;
import org.assay.verifier.prover.RowProduct;

/// The figures behind `assay bench`. Times are CPU time of one thread, best of several runs, so
/// that other work on the machine does not count; a figure over two threads is half of it.
final class ProofBench {
    /// int8 weights of Llama-3-8B's 32 layers and head.
    private static final double WEIGHTS_8B = 32 * 218_103_808.0 + 4096.0 * 128_256;

    /// Linear MACs of one token of the 8B shape.
    private static final double MACS_8B = WEIGHTS_8B;

    private static final int TOKENS = 256;

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final Map<String, Object> figures = new LinkedHashMap<>();

    Map<String, Object> figures() {
        return figures;
    }

    static double cpuSeconds(Runnable work, int runs) {
        var threads = ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int i = 0; i < runs; i++) {
            long start = threads.getCurrentThreadCpuTime();
            work.run();
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) * 1e-9);
        }
        return best;
    }

    private void put(String name, double value, String unit, double limit, String sense) {
        figures.put(name, figure(value, unit, limit, sense));
    }

    /// A figure beside its limit: what it should be at most or at least.
    static Map<String, Object> figure(double value, String unit, double limit, String sense) {
        boolean met = sense.equals("at most") ? value <= limit : value >= limit;
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("value", Double.parseDouble("%.4g".formatted(value)));
        figure.put("unit", unit);
        figure.put("limit", limit);
        figure.put("sense", sense);
        figure.put("met", met);
        return figure;
    }

    private void put(String name, double value, String unit) {
        figures.put(
                name, Map.of("value", Double.parseDouble("%.4g".formatted(value)), "unit", unit));
    }

    private static final int CHUNK = 64 * 1024;

    /// SHA-256 of 64 KiB chunks, by the CPU's instruction and as the verifier does it.
    void sha() {
        byte[] content = new byte[64 << 20];
        random.nextBytes(content);
        double single =
                cpuSeconds(
                        () -> {
                            var sha = Sha256.digest();
                            for (int at = 0; at < content.length; at += CHUNK) {
                                sha.update(content, at, CHUNK);
                                sha.digest();
                            }
                        },
                        10);
        put("sha256_one_message", content.length / single, "bytes/s a thread");
        put("sha256", shaRate(), "bytes/s a thread, sixteen messages at once where that is faster");
    }

    private double shaRate() {
        byte[] content = new byte[64 << 20];
        random.nextBytes(content);
        byte[] digests = new byte[content.length / CHUNK * Hash.SIZE];
        byte[] head = new byte[9];
        double seconds =
                cpuSeconds(
                        () -> {
                            Sha256Queue queue = new Sha256Queue();
                            for (int i = 0; i < content.length / CHUNK; i++) {
                                queue.add(head, head.length, content, i * CHUNK, CHUNK, digests, i);
                            }
                            queue.finish();
                        },
                        10);
        return content.length / seconds;
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
        put("evk_8b_two_threads", WEIGHTS_8B / rate / 2, "s", 1.0, "at most");
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
        // The weights cannot be passed over faster than they are read.
        put("evk_8b_memory_bound", WEIGHTS_8B / (w.length / read) / 2, "s");
        figures.put("sink", sink[0] & 1);
    }

    /// Audits of one layer of the 8B shape: cells of all ops through the whole verifier.
    void verify() {
        Play play = Play.of(random, 12);
        play.prove();
        Verifier verifier = new Verifier(Play.RULES);
        ProofTask task = play.task();
        verifier.prepare(play.model, task.mixes().projection());
        if (!verifier.verify(task).pass()) {
            throw new IllegalStateException("the sample proof failed: " + verifier.verify(task));
        }
        double seconds = cpuSeconds(() -> verifier.verify(task), 1000);
        put("verify", seconds, "s a proof of " + task.open().cells() + " cells");
        double cell = seconds / task.open().cells();
        put("verify_cell", cell, "s a thread", 0.3e-3, "at most");
        put("verify_16_cells", 16 * cell, "s a thread", 5e-3, "at most");
        put("sidecar", task.sidecar().size(), "bytes");
        put(
                "verify_16_cells_hash_bound",
                16.0 * task.sidecar().size() / task.open().cells() / shaRate(),
                "s a thread: its sidecar hashed once, and nothing else");
        double rate = baseline();
        double reexecution = TOKENS * MACS_8B / rate;
        put("reexecution_256_tokens_8b", reexecution, "s a thread");
        put(
                "reexecution_over_verification",
                reexecution / (16 * seconds / task.open().cells()),
                "times, one thread each",
                1000,
                "at least");
    }

    /// MAC/s of the best int8 product that this machine has: native where it was built.
    private double baseline() {
        Optional<NativeBaseline> found = NativeBaseline.load(NativeBaseline.LIBRARY);
        double own = vectorProductRate();
        put("executor_vector_api", own, "MAC/s a thread");
        if (found.isEmpty()) {
            figures.put("baseline", "Vector API; kernels/build-host.sh makes the native one");
            return own;
        }
        try (NativeBaseline baseline = found.get()) {
            double seconds = cpuSeconds(baseline::run, 12);
            double rate = NativeBaseline.macs() / seconds;
            put("executor_native", rate, "MAC/s a thread");
            figures.put("baseline", baseline.name());
            return Math.max(own, rate);
        }
    }

    private double vectorProductRate() {
        int inputs = 4096;
        byte[] w = SampleDecoder.matrix(inputs, 4096, random);
        byte[] x = SampleDecoder.matrix(1, inputs, random);
        int[] y = new int[4096];
        RowProduct product = RowProduct.fastest();
        double seconds = cpuSeconds(() -> product.multiply(x, 0, inputs, w, y), 40);
        return (double) w.length / seconds;
    }

    /// What the commitment adds to a run: the same work with and without it.
    void prove() {
        Play play = Play.of(random, 12);
        double plain = cpuSeconds(() -> ProverRun.execute(play.work()), 5);
        double[] proven = play.prove();
        put("execute", plain, "s, 16 tokens of one layer of the 8B shape, one thread");
        put("execute_and_commit", proven[1], "s");
        put("prover_rate", proven[0] / proven[1], "MAC/s a thread");
        double hashed = play.run.trace().depth();
        put("trace_depth", hashed, "levels");
        double bytes = play.traceBytes();
        put("trace", bytes, "bytes");
        // Two runs of the same work differ by more than the hashing costs: that is measured alone.
        double hashing = bytes / shaRate();
        double fastest = proven[0] / baseline();
        put("commit_hashing", hashing, "s");
        put("prover_overhead", 100 * hashing / plain, "% of the own executor's time", 5, "at most");
        put(
                "prover_overhead_native",
                100 * hashing / fastest,
                "% of the native baseline's time",
                5,
                "at most");
        double open = cpuSeconds(() -> play.task(), 5);
        put("open", open, "s, all drawn cells");
    }

    /// A proof over the 8B shape's first layer.
    static final class Play {
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

        ProverRun.Work work() {
            return new ProverRun.Work(model, job, inputs, RULES);
        }

        /// Bytes hashed for the commitment: leaves with their headers, and nodes.
        double traceBytes() {
            TransformerInt8.Shape shape = model.shape();
            double token =
                    2.0 * shape.width() * (shape.layers() + 1)
                            + shape.layers()
                                    * (shape.attentionWidth()
                                            + 2.0 * shape.kvHeads() * shape.headSize());
            double leaves = Math.scalb(1.0, run.trace().depth());
            return token * run.commit().facts().rows() + leaves * (50 + 65);
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
