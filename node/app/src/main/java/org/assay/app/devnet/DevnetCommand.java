package org.assay.app.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assay.app.Output;
import org.assay.app.PortNumber;
import org.assay.app.dev.DevAccounts;
import org.assay.app.node.NodeKeys;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.primitives.Address;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay devnet`: a network of validators on this machine.
@Command(
        name = "devnet",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run a network of validators on this machine, each a process with its own directory,",
            "key and ports, with accounts that every tool knows and coins in them. Ctrl-C ends it."
        })
public final class DevnetCommand implements Callable<Integer> {
    /// How the network is reported.
    @Mixin private NetworkOptions network = new NetworkOptions();

    @Option(names = "--in-process", description = "All validators in this one process.")
    private boolean inProcess;

    @Option(
            names = "--rpc-port",
            defaultValue = "8545",
            converter = PortNumber.class,
            description = {
                "RPC ports from here on, where they are free; 0 for any (default:",
                "${DEFAULT-VALUE})."
            })
    private int rpcPort;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            defaultValue = "400",
            description = "Heap of each process (default: ${DEFAULT-VALUE}).")
    private int heapMegabytes;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to keep the network's files; without it they go when it ends.")
    private @Nullable Path directory;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description = "End by itself, with exit code 0, when every validator has block N.")
    private @Nullable Long blocks;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        List<SecretKey> known = new DevAccounts().keys();
        List<Address> addresses = known.stream().map(SecretKey::address).toList();
        Founding founding = network.founding(addresses, GenesisPlan.Work.QUICK);
        Path folder = directory == null ? Files.createTempDirectory("assay-devnet") : directory;
        AtomicBoolean ended = new AtomicBoolean();
        List<NodeKeys> keys = founding.write(folder);
        LocalNetwork validators =
                inProcess
                        ? new InProcessNetwork(folder, keys, rpcPort)
                        : new ValidatorProcesses(folder, keys, rpcPort, heapMegabytes, List.of());
        Thread cleaner = new Thread(() -> end(validators, folder, ended));
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            DevnetView view = new DevnetView(System.out, output.isJson(), validators);
            validators.start();
            view.ready(founding, network.isStandard(), folder, accounts(known));
            return view.follow(blocks) ? 0 : 1;
        } finally {
            end(validators, folder, ended);
        }
    }

    private static List<DevnetView.Funded> accounts(List<SecretKey> keys) {
        return keys.stream()
                .map(key -> new DevnetView.Funded(key.address(), Hex.encode(key.toArray())))
                .toList();
    }

    private void end(LocalNetwork validators, Path folder, AtomicBoolean ended) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        validators.close();
        if (directory == null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                System.err.println("assay: files are left in " + folder + ": " + e);
            }
        }
    }
}
