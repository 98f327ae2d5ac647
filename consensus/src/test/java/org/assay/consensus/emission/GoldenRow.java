package org.assay.consensus.emission;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A row of a golden table: where, what, and the figure that was published or derived from
/// source.
record GoldenRow(String at, String quantity, String value) {
    /// How a row fares.
    sealed interface Verdict {
        record Exact() implements Verdict {}

        record Rounded() implements Verdict {}

        record OutOfScope(String reason) implements Verdict {}

        record Wrong(String computed) implements Verdict {}
    }

    /// The rows of a table without its head.
    static List<GoldenRow> read(Path file) throws IOException {
        List<GoldenRow> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
            List<String> fields = fields(line);
            rows.add(new GoldenRow(fields.get(0), fields.get(1), fields.get(2)));
        }
        return rows;
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char character = line.charAt(i);
            if (character == '"') {
                quoted = !quoted;
            } else if (character == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(character);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /// The whole number after `prefix` in `at`.
    BigInteger index(String prefix) {
        Matcher matcher = Pattern.compile(Pattern.quote(prefix) + "(\\d+)").matcher(at);
        if (!matcher.find()) {
            throw new AssertionError("no " + prefix + " in " + at);
        }
        return new BigInteger(matcher.group(1));
    }

    boolean is(String wanted) {
        return quantity.equals(wanted);
    }

    Verdict exact(Object computed) {
        return computed.toString().equals(value)
                ? new Verdict.Exact()
                : new Verdict.Wrong(computed.toString());
    }

    /// Within half a unit of the last printed digit.
    Verdict rounded(BigDecimal computed) {
        BigDecimal printed = new BigDecimal(value);
        BigDecimal tolerance =
                BigDecimal.ONE
                        .movePointLeft(printed.scale())
                        .movePointLeft(1)
                        .multiply(BigDecimal.valueOf(5));
        return within(computed, printed, tolerance);
    }

    static Verdict within(BigDecimal computed, BigDecimal printed, BigDecimal tolerance) {
        if (computed.compareTo(printed) == 0) {
            return new Verdict.Exact();
        }
        return computed.subtract(printed).abs().compareTo(tolerance) <= 0
                ? new Verdict.Rounded()
                : new Verdict.Wrong(computed.toPlainString());
    }

    static Verdict out(String reason) {
        return new Verdict.OutOfScope(reason);
    }
}
