package org.assay.app.provider;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `assay provider`.
@Command(
        name = "provider",
        mixinStandardHelpOptions = true,
        description = "Do real work for coins: run jobs, prove them, get paid.",
        subcommands = {
            StartCommand.class,
            StatusCommand.class,
            StatementCommand.class,
            DoctorCommand.class
        },
        sortOptions = false)
public final class ProviderCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine.usage(spec.commandLine(), System.out);
    }
}
