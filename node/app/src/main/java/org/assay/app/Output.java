package org.assay.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `--format`, which every command takes: where its results go, for a person or for a program.
public final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    private enum Form {
        TEXT,
        JSON
    }

    private static final class FormWord implements CommandLine.ITypeConverter<Form> {
        @Override
        public Form convert(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "text" -> Form.TEXT;
                case "json" -> Form.JSON;
                default -> throw new CommandLine.TypeConversionException("write text or json");
            };
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--format",
            paramLabel = "text|json",
            converter = FormWord.class,
            defaultValue = "text",
            description = "For people, or one JSON object a line (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TEXT;

    public boolean isJson() {
        return form == Form.JSON;
    }

    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    public PrintWriter err() {
        return spec.commandLine().getErr();
    }

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// A result in both forms.
    public void print(JsonNode json, String text) {
        print(isJson() ? json.toString() : text);
    }

    /// What only a person wants to read.
    public void say(String text) {
        if (!isJson()) {
            print(text);
        }
    }

    /// A result that is its fields: as an object, or a line each with its name, the fields of
    /// objects within it as `outer.inner`.
    public void print(ObjectNode facts) {
        if (isJson()) {
            print(facts.toString());
        } else {
            printFields("", facts);
            out().flush();
        }
    }

    private void printFields(String prefix, JsonNode object) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                printFields(prefix + entry.getKey() + ".", value);
            } else {
                String text = value.isValueNode() ? value.asText() : value.toString();
                out().printf("%-26s %s%n", prefix + entry.getKey(), text);
            }
        }
    }

    private void print(String line) {
        out().println(line);
        out().flush();
    }

    /// A line about work under way, where a person is at a terminal.
    public Progress progress() {
        return Progress.on(err(), !isJson());
    }
}
