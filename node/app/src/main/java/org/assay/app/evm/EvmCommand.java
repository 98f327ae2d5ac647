package org.assay.app.evm;

import picocli.CommandLine.Command;

/// `assay evm`: what can be done with the EVM alone.
@Command(
        name = "evm",
        mixinStandardHelpOptions = true,
        description = "Runs bytecode and Ethereum's EVM tests.",
        subcommands = {
            StateTestCommand.class,
            BlockTestCommand.class,
            RunCommand.class,
            T8nCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class EvmCommand {}
