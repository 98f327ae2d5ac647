package org.assay.app;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assay.app.chain.ExportCommand;
import org.assay.app.chain.ImportCommand;
import org.assay.app.db.DbCommand;
import org.assay.app.demo.DemoCommand;
import org.assay.app.dev.DevCommand;
import org.assay.app.devnet.DevnetCommand;
import org.assay.app.devnet.GenesisCommand;
import org.assay.app.emission.EmissionCommand;
import org.assay.app.evm.EvmCommand;
import org.assay.app.fuzz.FuzzCommand;
import org.assay.app.keys.KeyCommand;
import org.assay.app.node.NodeCommand;
import org.assay.app.proof.BenchCommand;
import org.assay.app.proof.GpuCommand;
import org.assay.app.proof.ModelCommand;
import org.assay.app.proof.ProveCommand;
import org.assay.app.proof.ReplayCommand;
import org.assay.app.simulate.SimulateCommand;
import org.assay.app.validator.ValidatorCommand;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/// `assay`: the command line. Every command is a class of its own.
@Command(
        name = "assay",
        version = Main.VERSION,
        mixinStandardHelpOptions = true,
        header = "A blockchain node for paying people who do real AI computation.",
        description = {
            "",
            "Start here:",
            "  assay demo            watch real work being proven, checked, minted and claimed",
            "  assay dev             a chain for developers, as Anvil and Hardhat have them",
            "  assay node --help     run a node",
            ""
        },
        subcommands = {
            HelpCommand.class,
            DemoCommand.class,
            DevCommand.class,
            NodeCommand.class,
            DevnetCommand.class,
            GenesisCommand.class,
            KeyCommand.class,
            DbCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            EvmCommand.class,
            FuzzCommand.class,
            BenchCommand.class,
            EmissionCommand.class,
            GpuCommand.class,
            ModelCommand.class,
            ProveCommand.class,
            ReplayCommand.class,
            org.assay.app.provider.ProviderCommand.class,
            org.assay.app.job.JobCommand.class,
            org.assay.app.soak.SoakCommand.class,
            SimulateCommand.class,
            ValidatorCommand.class
        })
public final class Main implements Runnable {
    static final String VERSION = "assay 0.1.0";

    /// Commands that hash and sign whatever their options.
    private static final Set<String> SIGNING = Set.of("dev", "node", "devnet", "demo");

    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /// The whole command line, ready to execute.
    public static CommandLine commandLine() {
        return prepared(new CommandLine(new Main()));
    }

    /// With only the command that `arguments` begin with, if they do: to make all of them takes
    /// longer than many a command runs.
    static CommandLine commandLine(String[] arguments) {
        if (List.of("--version").equals(List.of(arguments))) {
            return prepared(new CommandLine(root()));
        }
        for (Class<?> command : Main.class.getAnnotation(Command.class).subcommands()) {
            String name = command.getAnnotation(Command.class).name();
            if (arguments.length > 0 && name.equals(arguments[0]) && !name.equals("help")) {
                return prepared(new CommandLine(root()).addSubcommand(command));
            }
        }
        return commandLine();
    }

    private static CommandSpec root() {
        return CommandSpec.create().name("assay").version(VERSION).mixinStandardHelpOptions(true);
    }

    private static CommandLine prepared(CommandLine commandLine) {
        commandLine.setHelpFactory(Usage::new);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    Optional<String> words = Failures.explain(failure);
                    if (words.isEmpty()) {
                        command.getErr().println("assay: this is a fault of the program:");
                        throw failure;
                    }
                    command.getErr().println("assay: " + words.get());
                    return 2;
                });
        return commandLine;
    }

    /// Loads the libraries of hashes and signatures beside the reading of the command line, which
    /// takes as long: they check the seal of a large jar and unpack native code. Whoever needs
    /// them waits for what is left, and meets what fails himself.
    private static void loadCrypto() {
        Thread loader =
                new Thread(() -> SecretKey.of(Keccak.EMPTY.toArray()).address(), "crypto loader");
        loader.setDaemon(true);
        loader.setUncaughtExceptionHandler((thread, failure) -> {});
        loader.start();
    }

    public static void main(String[] arguments) {
        if (arguments.length > 0 && SIGNING.contains(arguments[0])) {
            loadCrypto();
        }
        System.exit(commandLine(arguments).execute(arguments));
    }
}
