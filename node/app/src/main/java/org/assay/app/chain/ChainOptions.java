package org.assay.app.chain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assay.app.Progress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What import and export take.
final class ChainOptions {
    private static final String CHAIN_FOLDER = "chain";
    private static final ObjectMapper JSON = new ObjectMapper();

    enum Format {
        TEXT,
        JSON
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"--data", "--data-dir"},
            required = true,
            paramLabel = "DIR",
            description = "The node's data folder; the node must not be running.")
    private Path dataDirectory = Path.of("");

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    Path dataDirectory() {
        return dataDirectory;
    }

    /// Where the database is, or is to be.
    Path folder() {
        return Files.exists(dataDirectory.resolve("CURRENT"))
                ? dataDirectory
                : dataDirectory.resolve(CHAIN_FOLDER);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    Progress progress() {
        return Progress.on(spec.commandLine().getErr(), format == Format.TEXT);
    }

    /// Prints the result: one line of JSON, or the text.
    void print(ObjectNode json, String text) {
        var out = spec.commandLine().getOut();
        out.println(format == Format.JSON ? json.toString() : text);
        out.flush();
    }
}
