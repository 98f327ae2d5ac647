package org.assay.app.db;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What all of `assay db` take.
final class DbOptions {
    /// The folder of the database within a node's data folder.
    private static final String CHAIN_FOLDER = "chain";

    private static final ObjectMapper JSON = new ObjectMapper();

    enum Format {
        TEXT,
        JSON
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data-dir",
            required = true,
            paramLabel = "DIR",
            description = "The node's data folder, or the database in it.")
    private Path dataDirectory = Path.of("");

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    /// Where the database is, or is to be.
    Path folder() {
        return Files.exists(dataDirectory.resolve("CURRENT"))
                ? dataDirectory
                : dataDirectory.resolve(CHAIN_FOLDER);
    }

    RocksStore open() {
        return RocksStore.openExisting(folder(), StoreOptions.small());
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// Prints the result: one line of JSON, or the text.
    void print(ObjectNode json, String text) {
        var out = spec.commandLine().getOut();
        out.println(format == Format.JSON ? json.toString() : text);
        out.flush();
    }

    /// A line that overwrites itself, for people only.
    void progress(@Nullable String text) {
        if (format == Format.TEXT) {
            var err = spec.commandLine().getErr();
            err.print(text == null ? "\r\u001b[K" : "\r\u001b[K" + text);
            err.flush();
        }
    }
}
