package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.evm.Eip3155Tracer;
import org.assay.evm.Tracer;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay evm statetest`: runs Ethereum's state tests from files, folders and zip archives.
@Command(
        name = "statetest",
        mixinStandardHelpOptions = true,
        description = "Runs Ethereum state tests; exit status 1 if any fails.")
public final class StateTestCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "One JSON object a case on the output.")
    private boolean json;

    @Option(
            names = "--trace",
            description =
                    "EIP-3155 steps on the error output, after each case its output, gas and state"
                            + " root; one thread.")
    private boolean trace;

    @Option(names = "--fork", paramLabel = "F", description = "Only this fork, e.g. Osaka.")
    private @Nullable String fork;

    @Option(names = "--threads", description = "Cases at a time (default: processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--match", description = "Only cases whose name contains this.")
    private String match = "";

    @Option(names = "--slow", paramLabel = "MS", description = "Name files that take longer.")
    private long slowMillis = Long.MAX_VALUE;

    @Mixin private Output output = new Output();

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR|ZIP")
    private List<Path> paths = new ArrayList<>();

    private Tally tally = new Tally(false, "");

    @Override
    public Integer call() throws IOException, InterruptedException {
        json |= output.isJson();
        tally = new Tally(json, "stateRoot");
        Progress progress = Progress.on(spec.commandLine().getErr(), !json && !trace);
        new Fixtures(paths, trace ? 1 : threads, progress).forEach(this::runFile, out()::println);
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
        long start = System.nanoTime();
        try {
            runCases(file, root, lines);
        } catch (RuntimeException e) {
            report(new Tally.Verdict(file, "", Hash.ZERO, "threw " + e), lines);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (millis >= slowMillis) {
            lines.add("SLOW " + file + ": " + millis + " ms");
        }
        return lines;
    }

    private void runCases(String file, JsonNode root, List<String> lines) {
        List<Callable<Tally.Verdict>> cases = new ArrayList<>();
        for (var test : root.properties()) {
            boolean isTest = test.getValue().has("post") && test.getValue().has("pre");
            String name = file + ":" + test.getKey();
            if (isTest && name.contains(match)) {
                cases.addAll(new StateTest(name, test.getValue()).cases(fork, tracer()));
            }
        }
        if (trace) {
            for (Callable<Tally.Verdict> one : cases) {
                report(Fixtures.all(List.of(one)).getFirst(), lines);
            }
        } else {
            Fixtures.all(cases).forEach(verdict -> report(verdict, lines));
        }
    }

    private Tracer tracer() {
        return trace ? new Eip3155Tracer(spec.commandLine().getErr()::println, false) : Tracer.NONE;
    }

    private void report(Tally.Verdict verdict, List<String> lines) {
        if (trace) {
            spec.commandLine().getErr().println("{\"stateRoot\":\"" + verdict.hash() + "\"}");
        }
        tally.report(verdict, lines);
    }
}
