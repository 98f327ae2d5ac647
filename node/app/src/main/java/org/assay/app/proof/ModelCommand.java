package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.assay.app.KeyFiles;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.chain.system.Abi;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Model;
import org.assay.verifier.ModelChecks;
import org.assay.verifier.Template;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.MlpAnswers;
import org.assay.verifier.prover.MlpQuantiser;
import org.assay.verifier.prover.TextModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay model`: what a model file holds.
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Looks into model files.",
        synopsisSubcommandLabel = "COMMAND")
public final class ModelCommand {
    private static final long FILE_BYTES_MAX = Integer.MAX_VALUE - 16;

    private static final long REGISTER_GAS = 3_000_000;

    @Spec private CommandSpec spec = CommandSpec.create();

    /// Prints ids, shape and matrices; the file must hash to its modelRoot.
    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = "Prints what a model file holds and the ids it is registered by.")
    int inspect(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "FILE",
                            description = "Model file; the digit classifier if none is given.")
                    @Nullable Path file,
            @Option(names = "--canonical", description = "Only the registration's bytes, as hex.")
                    boolean canonicalOnly)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Optional<Model> read = file == null ? Optional.of(Digits.model()) : read(file);
        if (read.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "assay model: "
                                    + file
                                    + " is no model file, or does not hash to its modelRoot");
            return 1;
        }
        Template template = read.get().template();
        if (canonicalOnly) {
            out.println(template.canonical());
            return 0;
        }
        out.println(describe(read.get(), template));
        out.printf(
                Locale.ROOT,
                "kappa       %.6f: a share f of wrong work escapes s cells with (1 - f/kappa)^s%n",
                ModelChecks.kappaMillionths(read.get()) * 1e-6);
        report(ModelChecks.check(read.get(), template.templateId()), out);
        return 0;
    }

    /// Exit status 0 if the model was written, 2 where the parameters do not make one.
    @Command(
            name = "build",
            mixinStandardHelpOptions = true,
            description = {
                "Quantises a float network of dense layers to an mlp-int8 model file.",
                "PARAMETERS is JSON: {\"widths\": [784, 128, 10], \"weights\": [[k*n numbers, row by row],",
                "...], \"biases\": [[n numbers], ...]}. Decoders: verifier/model/train-text.sh."
            })
    int build(
            @Parameters(paramLabel = "PARAMETERS", description = "The float network.") Path from,
            @Option(
                            names = "--calibration",
                            required = true,
                            paramLabel = "FILE",
                            description = "Rows of input bytes, one after the other.")
                    Path calibrationFile,
            @Option(
                            names = "--out",
                            required = true,
                            paramLabel = "FILE",
                            description = "The model file to write.")
                    Path to)
            throws IOException {
        try {
            MlpQuantiser floats = parameters(Files.readString(from));
            Bytes rows = Bytes.wrap(Files.readAllBytes(calibrationFile));
            MlpModel model = floats.quantise(rows);
            Files.write(to, model.encode().toArray());
            Bytes expected = floats.answers(rows);
            Bytes answers = MlpAnswers.of(model, rows);
            int same = 0;
            for (int row = 0; row < answers.size(); row++) {
                same += answers.get(row) == expected.get(row) ? 1 : 0;
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("templateId  " + model.template().templateId());
            out.println("modelRoot   " + model.template().modelRoot());
            out.printf("agrees with the floats on %d of %d rows%n", same, answers.size());
            return report(ModelChecks.check(model, model.template().templateId()), out) ? 0 : 1;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("assay model build: " + e.getMessage());
            return 2;
        }
    }

    private static MlpQuantiser parameters(String text) throws JsonProcessingException {
        JsonNode root = new ObjectMapper().readTree(text);
        List<Integer> widths = new ArrayList<>();
        root.path("widths").forEach(width -> widths.add(width.asInt()));
        return new MlpQuantiser(
                widths, numbers(root.path("weights")), numbers(root.path("biases")));
    }

    private static List<float[]> numbers(JsonNode layers) {
        List<float[]> all = new ArrayList<>();
        for (JsonNode layer : layers) {
            float[] values = new float[layer.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) layer.get(i).asDouble(Double.NaN);
            }
            all.add(values);
        }
        return all;
    }

    private static boolean report(List<ModelChecks.Finding> findings, PrintWriter out) {
        boolean fit = true;
        for (ModelChecks.Finding finding : findings) {
            if (!finding.holds()) {
                fit = false;
                out.printf(
                        "unfit: matrix %d is %s: %d against a limit of %d%n",
                        finding.matrix(), finding.fault(), finding.value(), finding.limit());
            }
        }
        out.println(fit ? "fit to be registered: dimensions, zeros, repeated rows, rank" : "unfit");
        return fit;
    }

    /// Exit status 0 if the model is registered with the same facts, 1 if it is unfit or the
    /// chain has others, 2 where the file holds no model.
    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = {
                "Checks a model and registers its template with the ModelRegistry contract.",
                "Without --rpc it prints the transaction for any wallet to send."
            })
    int register(
            @Parameters(paramLabel = "FILE", description = "Model file.") Path file,
            @Option(names = "--rpc", paramLabel = "URL", description = "A node's RPC address.")
                    @Nullable String rpc,
            @Option(names = "--key", paramLabel = "FILE", description = "Who pays for it.")
                    @Nullable Path keyFile)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Optional<Model> read = read(file);
        if (read.isEmpty()) {
            spec.commandLine().getErr().println("assay model: " + file + " is no model file");
            return 2;
        }
        Template template = read.get().template();
        if (!report(ModelChecks.check(read.get(), template.templateId()), out)) {
            return 1;
        }
        Bytes call = Abi.call("register(bytes)", Abi.of(template.canonical()));
        out.println("templateId  " + template.templateId());
        if (rpc == null || keyFile == null) {
            out.println("to          " + Predeploys.MODEL_REGISTRY);
            out.println("data        " + call);
            return 0;
        }
        try (RpcClient client = new RpcClient(rpc)) {
            if (!registered(client, template)) {
                UInt256 chainId = UInt256.of(RpcClient.quantity(client.call("eth_chainId")));
                new Wallet(client, KeyFiles.read(keyFile), chainId)
                        .send(Predeploys.MODEL_REGISTRY, UInt256.ZERO, call, REGISTER_GAS);
            }
            boolean there = registered(client, template);
            out.println(there ? "registered" : "the chain does not know it");
            return there ? 0 : 1;
        }
    }

    /// Whether the registry holds exactly this template.
    private static boolean registered(RpcClient client, Template template) throws IOException {
        Abi id = Abi.of(template.templateId());
        Bytes known = client.view(Predeploys.MODEL_REGISTRY, "exists(bytes32)", id);
        if (known.size() != 32 || known.get(31) == 0) {
            return false;
        }
        Bytes held = client.view(Predeploys.MODEL_REGISTRY, "canonicalOf(bytes32)", id);
        int size = template.canonical().size();
        return held.size() >= 64 + size && held.slice(64, 64 + size).equals(template.canonical());
    }

    private static String describe(Model model, Template template) {
        StringBuilder text =
                new StringBuilder()
                        .append("templateId  ")
                        .append(template.templateId())
                        .append("\nmodelRoot   ")
                        .append(template.modelRoot())
                        .append("\nkind        ")
                        .append(template.kind())
                        .append("\nMACs a row  ")
                        .append(template.macsPerRow())
                        .append("\ntemplate    ")
                        .append(template);
        for (int i = 0; i < model.matrices(); i++) {
            text.append("\nmatrix ")
                    .append(i)
                    .append("    ")
                    .append(model.inputs(i))
                    .append(" x ")
                    .append(model.outputs(i));
        }
        return text.toString();
    }

    /// The models that come with the program.
    static List<Model> builtIn() {
        return List.of(Digits.model(), TextModel.model());
    }

    static Optional<Model> read(Path file) throws IOException {
        return Files.size(file) > FILE_BYTES_MAX
                ? Optional.empty()
                : Model.decode(Bytes.wrap(Files.readAllBytes(file)));
    }
}
