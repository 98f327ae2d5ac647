package org.assay.app.evm;

import picocli.CommandLine.Command;

/// `assay bench`: measurements.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures parts of the node.",
        subcommands = {BenchEvmCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {}
