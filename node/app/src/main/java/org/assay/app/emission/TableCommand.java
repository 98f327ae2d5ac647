package org.assay.app.emission;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.consensus.emission.Axis;
import org.assay.consensus.emission.HalvingByIssuance;
import org.assay.consensus.emission.Milestones;
import org.assay.consensus.emission.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay emission table`: index, amount, sum and halvings of a schedule.
@Command(
        name = "table",
        description = {
            "Prints a schedule as a table: where it changes, or every --every from --from to --to.",
            "The sum is what was created before the index. Of a schedule by issuance the index is what",
            "is issued, and the periods until then are shown instead of the sum."
        },
        mixinStandardHelpOptions = true)
final class TableCommand implements Callable<Integer> {
    private static final int ROWS_MAX = 100_000;

    enum Format {
        table,
        csv,
        json
    }

    /// A line of the table. `sum` is empty where the schedule has no exact one.
    record Row(BigInteger index, BigInteger amount, String sum, int halvings) {}

    @Mixin private PolicyOptions options = new PolicyOptions();

    @Option(names = "--from", description = "First index.")
    private @Nullable BigInteger from;

    @Option(names = "--to", description = "Last index.")
    private @Nullable BigInteger to;

    @Option(names = "--every", description = "Distance of two rows.")
    private @Nullable BigInteger every;

    @Option(names = "--format", defaultValue = "table", description = "table, csv or json.")
    private Format format = Format.table;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            PolicyOptions.View view = options.view(options.read());
            List<Row> rows = new ArrayList<>();
            for (BigInteger index : indexes(view.schedule())) {
                rows.add(row(view.schedule(), index));
            }
            switch (format) {
                case table -> printTable(out, view, rows);
                case csv -> printCsv(out, view, rows);
                case json -> printJson(out, view, rows);
            }
            out.flush();
            return 0;
        } catch (PolicyOptions.Mistake mistake) {
            spec.commandLine().getErr().println(mistake.getMessage());
            return 2;
        }
    }

    private List<BigInteger> indexes(Schedule schedule) throws PolicyOptions.Mistake {
        List<BigInteger> indexes = new ArrayList<>();
        if (every == null) {
            for (BigInteger index : Milestones.of(schedule)) {
                if ((from == null || index.compareTo(from) >= 0)
                        && (to == null || index.compareTo(to) <= 0)) {
                    indexes.add(index);
                }
            }
            return indexes;
        }
        BigInteger first = from == null ? Milestones.of(schedule).getFirst() : from;
        BigInteger last = to == null ? Milestones.horizon(schedule) : to;
        if (every.signum() <= 0 || first.signum() < 0) {
            throw new PolicyOptions.Mistake("--every: write at least 1; --from: at least 0.");
        }
        if (last.subtract(first).divide(every).compareTo(BigInteger.valueOf(ROWS_MAX)) > 0) {
            throw new PolicyOptions.Mistake(
                    "--every: more than " + ROWS_MAX + " rows; take larger steps.");
        }
        for (BigInteger at = first; at.compareTo(last) <= 0; at = at.add(every)) {
            indexes.add(at);
        }
        return indexes;
    }

    private static Row row(Schedule schedule, BigInteger index) {
        int level = schedule.level(index);
        String sum;
        if (schedule instanceof HalvingByIssuance halving) {
            sum =
                    level == Integer.MAX_VALUE
                            ? ""
                            : halving.periodsTo(level, BigInteger.ZERO)
                                    .map(BigInteger::toString)
                                    .orElse("");
        } else {
            sum = schedule.cumulative(index).map(BigInteger::toString).orElse("");
        }
        return new Row(index, schedule.amount(index), sum, level);
    }

    private static String sumName(PolicyOptions.View view) {
        return view.schedule().axis() == Axis.ISSUANCE ? "periods" : "sum";
    }

    private static void printTable(PrintWriter out, PolicyOptions.View view, List<Row> rows) {
        out.printf("%s, in %s (1 coin = 10^%d)%n%n", view.name(), view.unit(), view.decimals());
        out.printf(
                "%28s  %28s  %28s  %18s  %8s%n",
                view.schedule().axis().key(), "amount", sumName(view), "coins", "halvings");
        for (Row row : rows) {
            String coins =
                    new BigDecimal(row.amount(), view.decimals())
                            .stripTrailingZeros()
                            .toPlainString();
            out.printf(
                    "%28s  %28s  %28s  %18s  %8s%n",
                    row.index(), row.amount(), row.sum(), coins, level(row));
        }
    }

    private static String level(Row row) {
        return row.halvings() == Integer.MAX_VALUE ? "over" : Integer.toString(row.halvings());
    }

    private static void printCsv(PrintWriter out, PolicyOptions.View view, List<Row> rows) {
        out.println(view.schedule().axis().key() + ",amount," + sumName(view) + ",unit,halvings");
        for (Row row : rows) {
            out.println(
                    String.join(
                            ",",
                            row.index().toString(),
                            row.amount().toString(),
                            row.sum(),
                            view.unit(),
                            level(row)));
        }
    }

    private static void printJson(PrintWriter out, PolicyOptions.View view, List<Row> rows) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("name", view.name());
        node.put("unit", view.unit());
        node.put("decimals", view.decimals());
        node.put("axis", view.schedule().axis().key());
        ArrayNode array = node.putArray("rows");
        for (Row row : rows) {
            ObjectNode one = array.addObject();
            one.put("index", row.index().toString());
            one.put("amount", row.amount().toString());
            if (!row.sum().isEmpty()) {
                one.put(sumName(view), row.sum());
            }
            one.put("halvings", level(row));
        }
        out.println(node.toPrettyString());
    }
}
