package org.assay.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.CommandSpec;

/// What `--help` prints, [#WIDTH] columns wide. Lines of a description are one text, wrapped
/// anew; an empty one begins a paragraph, and one that begins with a space stays as it is.
/// Examples come from `examples.txt`.
final class Usage extends Help {
    static final int WIDTH = 100;

    /// Columns of an option's text, beside its names.
    private static final int OPTION_WIDTH = 68;

    /// With more options than these a synopsis names only those that must be given.
    private static final int SYNOPSIS_OPTIONS_MAX = 12;

    private static final int EVERYTHING = 10_000;

    Usage(CommandSpec command, ColorScheme colors) {
        super(wide(command), colors);
    }

    private static CommandSpec wide(CommandSpec command) {
        command.usageMessage().width(WIDTH);
        return command;
    }

    @Override
    public String synopsis(int headingLength) {
        commandSpec().usageMessage().width(EVERYTHING);
        String line = super.synopsis(headingLength).strip();
        commandSpec().usageMessage().width(WIDTH);
        List<String> parts = parts(line);
        String name = commandSpec().qualifiedName();
        boolean many =
                parts.stream().filter(part -> part.startsWith("[-")).count() > SYNOPSIS_OPTIONS_MAX;
        Stream<String> shown =
                many
                        ? Stream.concat(
                                Stream.of("[OPTIONS]"),
                                parts.stream().filter(part -> !part.startsWith("[-")))
                        : parts.stream();
        String indent = " ".repeat(headingLength + name.length() + 1);
        List<String> lines =
                wrap(shown.filter(part -> !part.equals(name)).toList(), WIDTH - indent.length());
        return (name + " " + String.join(System.lineSeparator() + indent, lines)).stripTrailing()
                + System.lineSeparator();
    }

    /// Of a synopsis on one line: its name, and options with their values.
    private List<String> parts(String line) {
        String name = commandSpec().qualifiedName();
        List<String> parts = new ArrayList<>(List.of(name));
        int depth = 0;
        StringBuilder part = new StringBuilder();
        for (char c : line.substring(name.length()).strip().toCharArray()) {
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (c == ' ' && depth == 0) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    @Override
    public String description(Object... parameters) {
        return String.join(
                        System.lineSeparator(),
                        flow(commandSpec().usageMessage().description(), WIDTH))
                + System.lineSeparator();
    }

    @Override
    public IOptionRenderer createDefaultOptionRenderer() {
        IOptionRenderer names = super.createDefaultOptionRenderer();
        return (option, label, colors) ->
                withText(names.render(option, label, colors)[0], option.description(), colors);
    }

    @Override
    public IParameterRenderer createDefaultParameterRenderer() {
        IParameterRenderer names = super.createDefaultParameterRenderer();
        return (parameter, label, colors) ->
                withText(
                        names.render(parameter, label, colors)[0], parameter.description(), colors);
    }

    private static Text[][] withText(Text[] first, String[] description, ColorScheme colors) {
        List<Text[]> rows = new ArrayList<>();
        for (String line : flow(description, OPTION_WIDTH)) {
            Text[] row = first.clone();
            if (!rows.isEmpty()) {
                java.util.Arrays.fill(row, colors.text(""));
            }
            row[row.length - 1] = colors.text(line);
            rows.add(row);
        }
        return rows.isEmpty() ? new Text[][] {first} : rows.toArray(Text[][]::new);
    }

    @Override
    public String commandList() {
        int names = subcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
        String indent = " ".repeat(names + 4);
        StringBuilder list = new StringBuilder();
        subcommands()
                .forEach(
                        (name, command) -> {
                            var message = command.commandSpec().usageMessage();
                            String[] texts =
                                    message.header().length > 0
                                            ? message.header()
                                            : message.description();
                            List<String> lines =
                                    wrap(
                                            List.of(firstSentence(texts).split(" ")),
                                            WIDTH - indent.length());
                            list.append("  ")
                                    .append(name)
                                    .append(" ".repeat(names + 2 - name.length()))
                                    .append(String.join(System.lineSeparator() + indent, lines))
                                    .append(System.lineSeparator());
                        });
        return list.toString();
    }

    /// Up to the first full stop or colon.
    private static String firstSentence(String[] description) {
        List<String> text = flow(description, EVERYTHING);
        if (text.isEmpty()) {
            return "";
        }
        String first = text.getFirst();
        int end =
                Stream.of(first.indexOf(". "), first.indexOf(": "))
                        .filter(index -> index >= 0)
                        .min(Integer::compare)
                        .orElse(first.length() - 1);
        return first.substring(0, end) + ".";
    }

    @Override
    public String footer(Object... parameters) {
        List<String> examples = examples(commandSpec().qualifiedName());
        if (examples.isEmpty() || commandSpec().parent() == null) {
            return super.footer(parameters);
        }
        return super.footer(parameters)
                + examples.stream()
                        .map(example -> "  " + example + System.lineSeparator())
                        .collect(
                                Collectors.joining(
                                        "",
                                        examples.size() == 1
                                                ? String.format("Example:%n")
                                                : String.format("Examples:%n"),
                                        ""));
    }

    /// Of the command `name`, as they are typed, each with a remark after `#` where one helps.
    static List<String> examples(String name) {
        try (InputStream file =
                Objects.requireNonNull(Usage.class.getResourceAsStream("examples.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> (line + " ").startsWith(name + " "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `description` as lines of at most `width` columns, but for words and kept lines that are
    /// longer.
    static List<String> flow(String[] description, int width) {
        List<String> lines = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String line : description) {
            boolean kept = line.isEmpty() || line.startsWith(" ") || line.contains("%n");
            if (kept) {
                lines.addAll(wrap(words, width));
                words.clear();
                lines.add(line.replace("%n", ""));
            } else {
                words.addAll(List.of(line.split(" +")));
            }
        }
        lines.addAll(wrap(words, width));
        return lines;
    }

    private static List<String> wrap(List<String> words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
