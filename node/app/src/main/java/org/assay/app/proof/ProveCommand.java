package org.assay.app.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGeneratorFactory;
import org.assay.app.Output;
import org.assay.app.keys.KeyOption;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.MatmulInt8;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.ProofRules;
import org.assay.verifier.Template;
import org.assay.verifier.TransformerTokens;
import org.assay.verifier.Verdict;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Descent;
import org.assay.verifier.gpu.Verifiers;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.ProverRun;
import org.assay.verifier.prover.RowProduct;
import org.assay.verifier.prover.TextModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay prove`: a job run, committed to and opened, offline. Exit status 0 when the step asked
/// for is done, 1 where the verdict would be FAIL, 2 for a refusal.
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a job and commits to it; opens the cells that a beacon draws; answers a challenge.",
            "Steps that are done are kept in --dir and never done twice: after kill -9 run it again.",
            "--sample product is C = A * B. With both mixes the opening is checked; --answer takes",
            "depth, levels left and index, and prints the hashes below that node."
        })
public final class ProveCommand implements Callable<Integer> {
    enum Sample {
        DIGITS,
        TEXT,
        PRODUCT
    }

    enum Device {
        CPU,
        GPU
    }

    private static final String SAMPLE_PROMPT = "Call me Ishmael";
    private static final int SAMPLE_ROWS = 100;
    private static final int SAMPLE_NEW = 100;

    @Mixin private Output output = new Output();

    @Option(names = "--job", required = true, paramLabel = "FILE", description = "The job.")
    private Path jobFile = Path.of("");

    @Mixin private KeyOption providerKey = new KeyOption();

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the steps' results are kept.")
    private @Nullable Path dir;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "The model; not needed for the built-in ones.")
    private @Nullable Path modelFile;

    @Option(names = "--sample", description = "Write a sample job: ${COMPLETION-CANDIDATES}.")
    private @Nullable Sample sample;

    @Option(names = "--cells-mix", paramLabel = "HASH", description = "mix(h1+3).")
    private @Nullable String cellsMix;

    @Option(names = "--projection-mix", paramLabel = "HASH", description = "mix(E).")
    private @Nullable String projectionMix;

    @Option(
            names = "--answer",
            paramLabel = "D,L,I",
            split = ",",
            description = "Depth, levels left and index of a challenged node.")
    private @Nullable List<Long> answer;

    @Option(
            names = "--work-unit-log2",
            description = "A work unit is 2^this MACs (default: ${DEFAULT-VALUE}, as dev chains).")
    private int workUnitLog2 = ProofRules.DEV.workUnitLog2();

    @Option(
            names = "--device",
            description = {
                "What computes the products, the same bytes by either: ${COMPLETION-CANDIDATES}",
                "(default: cpu; gpu says why where there is none, and goes on with the CPU)."
            })
    private Device device = Device.CPU;

    @Option(
            names = "--overhead",
            description = "Also run the job without committing, and print what committing adds.")
    private boolean overhead;

    @Override
    public Integer call() throws IOException {
        SecretKey key = providerKey.read();
        try {
            Sample wanted = sample;
            if (wanted != null) {
                Files.writeString(jobFile, sampleJob(wanted, key).write());
                output.print(Output.object().put("job", jobFile.toString()), "wrote " + jobFile);
                return 0;
            }
            return prove(key);
        } catch (Proving.Refused | IllegalArgumentException e) {
            output.err().println("assay prove: " + e.getMessage());
            return 2;
        }
    }

    private int prove(SecretKey key) throws IOException, Proving.Refused {
        Path folder = dir;
        if (folder == null) {
            throw new Proving.Refused("--dir is missing: where to keep what is done");
        }
        ProverRun.Work work = work(key);
        Proving proving = new Proving(work, key, StepFolder.open(folder, moment -> {}));
        if (overhead) {
            printOverhead(work, key);
        }
        Commit commit = proving.commit();
        output.print(
                Output.object()
                        .put("commitId", commit.commitId().toString())
                        .put("rows", commit.facts().rows())
                        .put("workUnits", commit.facts().workUnits()));
        List<Long> node = answer;
        if (node != null) {
            return printAnswer(proving, node);
        }
        String cells = cellsMix;
        if (cells == null) {
            return 0;
        }
        Open open = proving.open(Hash.fromHex(cells));
        output.print(
                Output.object()
                        .put("cells", open.cells())
                        .put("sidecarBytes", open.sidecarBytes())
                        .put("sidecarRoot", open.sidecarRoot().toString()));
        String projection = projectionMix;
        if (projection == null) {
            return 0;
        }
        Verdict verdict = proving.check(Hash.fromHex(cells), Hash.fromHex(projection));
        output.print(
                Output.object()
                        .put("verdict", verdict.pass() ? "PASS" : "FAIL")
                        .put("reason", verdict.reason().toString())
                        .put("detail", verdict.detail()));
        return verdict.pass() ? 0 : 1;
    }

    private ProverRun.Work work(SecretKey key) throws IOException, Proving.Refused {
        JobFile file =
                JobFile.read(TextFile.read(jobFile))
                        .orElseThrow(() -> new Proving.Refused(jobFile + " holds no job"));
        if (!file.job().provider().equals(key.address())) {
            throw new Proving.Refused("the job is for provider " + file.job().provider());
        }
        Model model = model(file.job().templateId());
        ProofRules dev = ProofRules.DEV;
        ProofRules rules =
                new ProofRules(
                        dev.cells(),
                        workUnitLog2,
                        dev.auditNumerator(),
                        dev.rowsMax(),
                        dev.sidecarBytesMax());
        return new ProverRun.Work(model, file.job(), file.inputs(), rules, file.assignmentMix())
                .on(
                        device == Device.CPU
                                ? RowProduct.fastest()
                                : Verifiers.executor(output.err()::println));
    }

    private Model model(Hash templateId) throws IOException, Proving.Refused {
        Path file = modelFile;
        if (file != null) {
            return ModelCommand.read(file)
                    .filter(read -> read.template().templateId().equals(templateId))
                    .orElseThrow(() -> new Proving.Refused(file + " is not the job's model"));
        }
        return BuiltInModels.find(BuiltInModels.all(), templateId)
                .orElseThrow(() -> new Proving.Refused("--model is missing: " + templateId));
    }

    private void printOverhead(ProverRun.Work work, SecretKey key) {
        double plain = Double.MAX_VALUE;
        double proven = Double.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            plain = Math.min(plain, ProofBench.cpuSeconds(() -> ProverRun.execute(work), 1));
            proven = Math.min(proven, ProofBench.cpuSeconds(() -> ProverRun.run(work, key), 1));
        }
        double percent = 100 * (proven - plain) / plain;
        output.print(
                Output.object()
                        .put("executionSeconds", plain)
                        .put("committedSeconds", proven)
                        .put("overheadPercent", percent),
                String.format(
                        Locale.ROOT,
                        "execution  %.4f s, with the commitment %.4f s: %.1f %% overhead",
                        plain,
                        proven,
                        percent));
    }

    private int printAnswer(Proving proving, List<Long> node) throws IOException, Proving.Refused {
        if (node.size() != 3) {
            throw new Proving.Refused("--answer takes depth, levels left and index");
        }
        ChallengeGame game =
                new ChallengeGame(
                        Math.toIntExact(node.get(0)),
                        Math.toIntExact(node.get(1)),
                        node.get(2),
                        Hash.ZERO);
        ProverRun run = proving.traced();
        List<Hash> hashes = game.possible() ? Descent.answer(run.trace(), game) : List.of();
        if (hashes.isEmpty()) {
            output.print(
                    Output.object().put("levels", run.trace().depth()).put("ruling", true),
                    "the trace has " + run.trace().depth() + " levels: ask for a ruling");
            return 0;
        }
        ObjectNode json = Output.object();
        ArrayNode list = json.putArray("hashes");
        hashes.forEach(hash -> list.add(hash.toString()));
        output.print(json, String.join("\n", hashes.stream().map(Hash::toString).toList()));
        return 0;
    }

    private static JobFile sampleJob(Sample sample, SecretKey key) {
        return switch (sample) {
            case PRODUCT -> sampleProduct(key);
            case DIGITS -> {
                Bytes images = Digits.images(0, SAMPLE_ROWS);
                Hash root = Leaf.inputTree(images, Digits.IMAGE_BYTES).root();
                Template template = Digits.model().template();
                yield new JobFile(
                        job(template, key, root, SAMPLE_ROWS, SAMPLE_ROWS, 0), images, Hash.ZERO);
            }
            case TEXT -> {
                int[] prompt = SAMPLE_PROMPT.chars().toArray();
                byte[] count = new byte[4];
                LittleEndian.putInt(count, 0, prompt.length);
                Bytes inputs =
                        Bytes.wrap(count).concat(Bytes.wrap(TransformerTokens.encode(prompt)));
                Hash root = TransformerTokens.inputRoot(List.of(prompt));
                Template template = TextModel.model().template();
                yield new JobFile(
                        job(template, key, root, prompt.length, 1, SAMPLE_NEW), inputs, Hash.ZERO);
            }
        };
    }

    /// Random int8 matrices of a fixed seed: A ‖ B, B within ±127 like weights.
    private static JobFile sampleProduct(SecretKey key) {
        int size = BuiltInModels.PRODUCT_SIZE;
        MatmulInt8 template = new MatmulInt8(size, size);
        byte[] inputs = new byte[Math.toIntExact(template.inputBytes(size))];
        RandomGeneratorFactory.of("L64X128MixRandom").create(1).nextBytes(inputs);
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = inputs[i] == Byte.MIN_VALUE ? 0 : inputs[i];
        }
        Bytes bytes = Bytes.wrap(inputs);
        Hash root = Leaf.inputRoot(bytes);
        return new JobFile(job(template, key, root, size, size, 0), bytes, Hash.ZERO);
    }

    private static JobFacts job(
            Template template, SecretKey key, Hash inputRoot, int rows, int seqs, int maxNew) {
        Hash jobId =
                org.assay.primitives.crypto.Keccak.hash256(
                        "sample".getBytes(StandardCharsets.US_ASCII));
        return new JobFacts(
                1337,
                jobId,
                key.address(),
                template.templateId(),
                inputRoot,
                rows,
                seqs,
                maxNew,
                1_000_000);
    }
}
