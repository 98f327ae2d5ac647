package org.assay.app.soak;

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
            "status 1 if not."
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

    @Option(names = "--keep", description = "Leave the files, with the logs, in place.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("assay-soak");
        try (Soak soak = new Soak(folder, new Soak.Size(jobs, atOnce, seed), out, keep)) {
            Thread cleaner = new Thread(soak::endAtOnce);
            Runtime.getRuntime().addShutdownHook(cleaner);
            return soak.run() ? 0 : 1;
        }
    }
}
