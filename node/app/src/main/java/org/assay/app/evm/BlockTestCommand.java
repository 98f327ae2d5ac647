package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.assay.app.Output;
import org.assay.app.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay evm blocktest`: runs Ethereum's blockchain tests from files, folders and zip archives.
@Command(
        name = "blocktest",
        mixinStandardHelpOptions = true,
        description = "Runs Ethereum blockchain tests; exit status 1 if any fails.")
public final class BlockTestCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "One JSON object a test on the output.")
    private boolean json;

    @Option(
            names = "--run",
            paramLabel = "REGEX",
            description = "Only tests with this in their name, which begins with their file's.")
    private Pattern run = Pattern.compile("");

    @Option(names = "--threads", description = "Files at a time (default: processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--slow", paramLabel = "MS", description = "Name tests that take longer.")
    private long slowMillis = Long.MAX_VALUE;

    @Option(
            names = "--rates",
            description = "Name each test's gas and rate, by the CPU time of its thread.")
    private boolean rates;

    @Mixin private Output output = new Output();

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR|ZIP")
    private List<Path> paths = new ArrayList<>();

    private Tally tally = new Tally(false, "");
    private final LongAdder gasSum = new LongAdder();
    private final LongAdder nanosSum = new LongAdder();

    @Override
    public Integer call() throws IOException, InterruptedException {
        json |= output.isJson();
        tally = new Tally(json, "head");
        Progress progress = Progress.on(spec.commandLine().getErr(), !json);
        new Fixtures(paths, threads, progress).forEach(this::runFile, out()::println);
        if (rates) {
            out().printf(
                            Locale.ROOT,
                            "%.0f Mgas in %.1f CPU s: %.1f Mgas/s%n",
                            gasSum.sum() / 1e6,
                            nanosSum.sum() / 1e9,
                            gasSum.sum() * 1e3 / Math.max(1, nanosSum.sum()));
        }
        return tally.conclude(out());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private List<String> runFile(String file, byte[] content) {
        List<String> lines = new ArrayList<>();
        JsonNode root = tally.read(file, content, lines).orElse(null);
        if (root == null) {
            return lines;
        }
        for (var test : root.properties()) {
            String name = file + ":" + test.getKey();
            if (!BlockTest.isTest(test.getValue()) || !run.matcher(name).find()) {
                continue;
            }
            long start = System.nanoTime();
            long startCpu = threadCpuNanos();
            BlockTest blocks = new BlockTest(name, test.getValue());
            tally.report(blocks.run(), lines);
            if (rates) {
                lines.add(rate(name, blocks.gas(), threadCpuNanos() - startCpu));
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            if (millis >= slowMillis) {
                lines.add("SLOW " + name + ": " + millis + " ms");
            }
        }
        return lines;
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private String rate(String name, long gas, long nanos) {
        gasSum.add(gas);
        nanosSum.add(nanos);
        return String.format(
                Locale.ROOT,
                "%8.1f Mgas %8.1f Mgas/s %s",
                gas / 1e6,
                gas * 1e3 / Math.max(1, nanos),
                name);
    }
}
