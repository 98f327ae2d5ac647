package org.assay.app.soak;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
    @Spec private CommandSpec spec = CommandSpec.create();

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
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("assay-soak");
        if (crashes > 0) {
            return crash(folder, out);
        }
        try (Soak soak = new Soak(folder, new Soak.Size(jobs, atOnce, seed, calm), out, keep)) {
            Thread cleaner = new Thread(soak::endAtOnce);
            Runtime.getRuntime().addShutdownHook(cleaner);
            return soak.run() ? 0 : 1;
        }
    }

    private int crash(Path folder, PrintWriter out) throws IOException {
        try (CrashSoak soak = new CrashSoak(folder, crashes, seed, out)) {
            Runtime.getRuntime().addShutdownHook(new Thread(soak::close));
            CrashSoak.Outcome outcome = soak.run();
            out.println(
                    "ready for RPC after a kill: "
                            + outcome.readyMillisMean()
                            + " ms in the mean; "
                            + outcome.seconds()
                            + " s in all");
            if (outcome.problems().isEmpty() && !keep) {
                soak.removeFiles();
            } else {
                out.println("files: " + folder);
            }
            return outcome.problems().isEmpty() ? 0 : 1;
        }
    }
}
