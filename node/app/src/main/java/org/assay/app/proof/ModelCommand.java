package org.assay.app.proof;

import org.assay.primitives.Bytes;
import org.assay.verifier.Model;
import org.assay.verifier.Template;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.TextModel;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `assay model`: what a model file holds.
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Looks into model files.",
        synopsisSubcommandLabel = "COMMAND")
public final class ModelCommand {
    private static final long FILE_BYTES_MAX = Integer.MAX_VALUE - 16;

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
        out.println(canonicalOnly ? template.canonical() : describe(read.get(), template));
        return 0;
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
