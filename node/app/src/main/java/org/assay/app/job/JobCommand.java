package org.assay.app.job;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `assay job`.
@Command(
        name = "job",
        mixinStandardHelpOptions = true,
        description = "Have AI work done: submit images or text, get proven answers.",
        subcommands = {
            SubmitCommand.class,
            StatusCommand.class,
            ResultCommand.class,
            RefundCommand.class,
            ChallengeCommand.class
        },
        sortOptions = false)
public final class JobCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine.usage(spec.commandLine(), System.out);
    }
}
