package org.assay.app.db;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `assay db`: needs one of its subcommands.
@Command(
        name = "db",
        mixinStandardHelpOptions = true,
        description = "Looks at, checks, backs up and restores a node's database.",
        subcommands = {
            HelpCommand.class,
            StatsCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class
        })
public final class DbCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name one of: stats, verify, backup, restore");
    }
}
