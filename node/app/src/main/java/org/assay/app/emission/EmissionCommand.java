package org.assay.app.emission;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `assay emission`: the parent of the commands that show what a policy creates.
@Command(
        name = "emission",
        description =
                "Shows what an emission policy creates, when, and whether a chain kept to it.",
        subcommands = {
            AtCommand.class,
            TableCommand.class,
            PlotCommand.class,
            ScheduleCommand.class,
            AuditCommand.class
        },
        mixinStandardHelpOptions = true)
public final class EmissionCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    /// A command line of its own, for tests and for the wiring.
    public static CommandLine commandLine() {
        return new CommandLine(new EmissionCommand());
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
