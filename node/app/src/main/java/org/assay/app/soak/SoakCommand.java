package org.assay.app.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay soak`: see the class [Soak].
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "Run many jobs through four validator processes while validators are killed with",
            "SIGKILL, providers die at random records of their journals, and some providers cheat,",
            "replay or withhold. Then check: every honest job was paid exactly once, no cheat more",
            "often than chance lets it, every block's supply audits, and all nodes agree. Exit",
            "status 1 if not.",
            "",
            "With --crash N: kill assay dev N times with SIGKILL under load, and check after each",
            "start that it stands where it stood, and that nothing it acknowledged is lost."
        },
        sortOptions = false)
public final class SoakCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    private final long startMillis = System.currentTimeMillis();

    @Option(
            names = "--jobs",
            defaultValue = "40",
            description = "Jobs (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--at-once",
            defaultValue = "60",
            description = "Jobs in work at a time (default: ${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the faults' choices (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--crash",
            paramLabel = "N",
            description = "Kill assay dev N times under load, instead of jobs.")
    private int crashes;

    @Option(names = "--calm", description = "Without faults and cheats: for the figures.")
    private boolean calm;

    @Option(names = "--keep", description = "Leave the files, with the logs, in place.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("assay-soak");
        boolean passed = crashes > 0 ? crash(folder) : soak(folder);
        if (output.isJson()) {
            output.print(Output.object().put("passed", passed));
        }
        return passed ? 0 : 1;
    }

    /// A line of what happens, with the seconds since the start.
    private void tell(String text) {
        long seconds = (System.currentTimeMillis() - startMillis) / 1000;
        output.print(
                Output.object().put("seconds", seconds).put("text", text),
                String.format("%4d s %s", seconds, text));
    }

    private boolean soak(Path folder) throws IOException, InterruptedException {
        Soak.Size size = new Soak.Size(jobs, atOnce, seed, calm);
        try (Soak soak = new Soak(folder, size, this::tell, keep)) {
            Runtime.getRuntime().addShutdownHook(new Thread(soak::endAtOnce));
            return soak.run();
        }
    }

    private boolean crash(Path folder) throws IOException {
        try (CrashSoak soak = new CrashSoak(folder, crashes, seed, this::tell)) {
            Runtime.getRuntime().addShutdownHook(new Thread(soak::close));
            CrashSoak.Outcome outcome = soak.run();
            tell("ready for RPC after a kill: " + outcome.readyMillisMean() + " ms in the mean");
            boolean passed = outcome.problems().isEmpty();
            if (passed && !keep) {
                soak.removeFiles();
            } else {
                tell("files: " + folder);
            }
            return passed;
        }
    }
}
