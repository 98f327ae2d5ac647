package org.assay.app.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assay.chain.ConfigException;
import org.assay.primitives.Hash;
import org.assay.verifier.MatmulInt8;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Model;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.TextModel;

/// The models that come with the program, and those in files.
public final class BuiltInModels {
    /// Rows, inputs and outputs of the product that `assay prove --sample product` writes.
    static final int PRODUCT_SIZE = 256;

    private BuiltInModels() {}

    /// The digit classifier and the byte-level decoder.
    public static List<Model> all() {
        return List.of(Digits.model(), TextModel.model());
    }

    /// The built-in models and those in `files`. Throws [ConfigException] for a file that holds
    /// no model.
    public static List<Model> with(List<Path> files) {
        List<Model> models = new ArrayList<>(all());
        for (Path file : files) {
            models.add(read(file));
        }
        return models;
    }

    private static Model read(Path file) {
        try {
            return ModelCommand.read(file)
                    .orElseThrow(
                            () ->
                                    new ConfigException(
                                            "--model",
                                            file.toString(),
                                            "it holds no model; see assay model inspect"));
        } catch (IOException e) {
            throw new ConfigException("--model", file.toString(), "cannot be read");
        }
    }

    /// The model of a template, among `models` and the sample's product, which has no weights.
    public static Optional<Model> find(List<Model> models, Hash templateId) {
        Model product = new MatmulModel(new MatmulInt8(PRODUCT_SIZE, PRODUCT_SIZE));
        return Stream.concat(models.stream(), Stream.of(product))
                .filter(model -> model.template().templateId().equals(templateId))
                .findFirst();
    }
}
