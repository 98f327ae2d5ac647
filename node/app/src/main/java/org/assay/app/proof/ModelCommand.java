package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.Output;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.keys.KeyOption;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            @Mixin Output output,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "FILE",
                            description = "Model file; the digit classifier if none is given.")
                    @Nullable Path file,
            @Option(names = "--canonical", description = "Only the registration's bytes, as hex.")
                    boolean canonicalOnly)
            throws IOException {
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
            output.print(
                    Output.object().put("canonical", template.canonical().toString()),
                    template.canonical().toString());
            return 0;
        }
        output.print(facts(read.get(), template));
        output.say("a share f of wrong work escapes s cells with (1 - f/kappa)^s");
        report(ModelChecks.check(read.get(), template.templateId()), output);
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
            @Mixin Output output,
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
            MlpQuantiser floats = parameters(TextFile.read(from));
            Bytes rows = Bytes.wrap(Files.readAllBytes(calibrationFile));
            MlpModel model = floats.quantise(rows);
            Files.write(to, model.encode().toArray());
            Bytes expected = floats.answers(rows);
            Bytes answers = MlpAnswers.of(model, rows);
            int same = 0;
            for (int row = 0; row < answers.size(); row++) {
                same += answers.get(row) == expected.get(row) ? 1 : 0;
            }
            output.print(
                    Output.object()
                            .put("templateId", model.template().templateId().toString())
                            .put("modelRoot", model.template().modelRoot().toString())
                            .put("rows", answers.size())
                            .put("agreeWithFloats", same),
                    "templateId  %s%nmodelRoot   %s%nagrees with the floats on %d of %d rows"
                            .formatted(
                                    model.template().templateId(),
                                    model.template().modelRoot(),
                                    same,
                                    answers.size()));
            return report(ModelChecks.check(model, model.template().templateId()), output) ? 0 : 1;
        } catch (JsonProcessingException | IllegalArgumentException | Proving.Refused e) {
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

    private static boolean report(List<ModelChecks.Finding> findings, Output output) {
        List<ModelChecks.Finding> faults =
                findings.stream().filter(finding -> !finding.holds()).toList();
        for (ModelChecks.Finding fault : faults) {
            output.print(
                    Output.object()
                            .put("matrix", fault.matrix())
                            .put("fault", fault.fault().toString())
                            .put("value", fault.value())
                            .put("limit", fault.limit()),
                    String.format(
                            "unfit: matrix %d is %s: %d against a limit of %d",
                            fault.matrix(), fault.fault(), fault.value(), fault.limit()));
        }
        output.print(
                Output.object().put("fit", faults.isEmpty()),
                faults.isEmpty()
                        ? "fit to be registered: dimensions, zeros, repeated rows, rank"
                        : "unfit");
        return faults.isEmpty();
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
            @Mixin Output output,
            @Parameters(paramLabel = "FILE", description = "Model file.") Path file,
            @Option(names = "--rpc", paramLabel = "URL", description = "A node's RPC address.")
                    @Nullable String rpc,
            @Mixin KeyOption payer)
            throws IOException {
        Optional<Model> read = read(file);
        if (read.isEmpty()) {
            spec.commandLine().getErr().println("assay model: " + file + " is no model file");
            return 2;
        }
        Template template = read.get().template();
        if (!report(ModelChecks.check(read.get(), template.templateId()), output)) {
            return 1;
        }
        Bytes call = Abi.call("register(bytes)", Abi.of(template.canonical()));
        ObjectNode facts = Output.object().put("templateId", template.templateId().toString());
        if (rpc == null || !payer.isGiven()) {
            facts.put("to", Predeploys.MODEL_REGISTRY.toString()).put("data", call.toString());
            output.print(facts);
            return 0;
        }
        try (RpcClient client = new RpcClient(rpc)) {
            if (!registered(client, template)) {
                UInt256 chainId = UInt256.of(RpcClient.quantity(client.call("eth_chainId")));
                new Wallet(client, payer.read(), chainId)
                        .send(Predeploys.MODEL_REGISTRY, UInt256.ZERO, call, REGISTER_GAS);
            }
            boolean there = registered(client, template);
            output.print(facts.put("registered", there));
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

    private static ObjectNode facts(Model model, Template template) {
        ObjectNode facts = Output.object().put("templateId", template.templateId().toString());
        facts.put("modelRoot", template.modelRoot().toString());
        facts.put("kind", template.kind()).put("macsPerRow", template.macsPerRow());
        facts.put("kappa", ModelChecks.kappaMillionths(model) * 1e-6);
        facts.put("template", template.toString());
        for (int i = 0; i < model.matrices(); i++) {
            facts.put("matrix " + i, model.inputs(i) + " x " + model.outputs(i));
        }
        return facts;
    }

    static Optional<Model> read(Path file) throws IOException {
        return Files.size(file) > FILE_BYTES_MAX
                ? Optional.empty()
                : Model.decode(Bytes.wrap(Files.readAllBytes(file)));
    }
}
