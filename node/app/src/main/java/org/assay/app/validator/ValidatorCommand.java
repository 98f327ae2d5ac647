package org.assay.app.validator;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `assay validator`.
@Command(
        name = "validator",
        mixinStandardHelpOptions = true,
        description = {
            "Join or leave the validators of a chain, with its Staking contract. Networks whose",
            "headers name the validators vote instead: qbft_proposeValidatorVote."
        },
        subcommands = {
            JoinCommand.class,
            ExitCommand.class,
            WithdrawCommand.class,
            ValidatorStatusCommand.class
        },
        sortOptions = false)
public final class ValidatorCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine.usage(spec.commandLine(), System.out);
    }
}
