package org.assay.app.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.assay.app.Folders;
import org.assay.app.JavaCommand;
import org.assay.app.KeyFiles;
import org.assay.app.client.RpcClient;
import org.assay.app.devnet.Ports;
import org.assay.app.node.NodeKeys;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.chain.genesis.GenesisWriter;
import org.assay.p2p.Enode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;

/// Validator processes on loopback, each with a directory, a key and ports of its own.
public final class DemoNetwork {
    public static final long CHAIN_ID = 20_260;
    public static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);
    private static final long START_MILLIS_MAX = 60_000;

    private final Path folder;
    private final List<NodeKeys> keys = new ArrayList<>();
    private final List<Integer> p2pPorts = new ArrayList<>();
    private final List<Integer> rpcPorts = new ArrayList<>();
    private final List<Process> processes = new java.util.concurrent.CopyOnWriteArrayList<>();

    /// Every process that was started, those killed since included. Guards [#stopped]: a process
    /// that starts while another thread ends the network is ended with it, or not started.
    private final List<Process> all = new ArrayList<>();

    private boolean stopped;
    private final List<RpcClient> clients = new ArrayList<>();

    /// What the network is to begin with.
    public record Beginning(
            SortedMap<Address, UInt256> balances,
            List<Bytes> templates,
            String emission,
            Address treasury,
            long epochBlocks,
            GenesisPlan.Work work) {}

    /// Writes keys and genesis for `count` validators into `folder`.
    public DemoNetwork(Path folder, int count, Beginning beginning) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        List<GenesisPlan.Validator> validators = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NodeKeys node = NodeKeys.of(SecretKey.generate(new java.security.SecureRandom()));
            keys.add(node);
            KeyFiles.write(folder.resolve("validator" + i + ".key"), node.key());
            p2pPorts.add(Ports.free());
            rpcPorts.add(Ports.free());
            clients.add(new RpcClient(rpcUrl(i)));
            validators.add(
                    new GenesisPlan.Validator(
                            node.address(),
                            node.blsPublicKey(),
                            COIN.multiply(UInt256.of(1_000)),
                            COIN.multiply(UInt256.of(10))));
        }
        String genesis =
                GenesisWriter.write(
                        new GenesisPlan(
                                CHAIN_ID,
                                System.currentTimeMillis() / 1000,
                                60_000_000,
                                new GenesisPlan.Timing(1, 2, beginning.epochBlocks),
                                validators,
                                beginning.balances,
                                beginning.templates,
                                beginning.emission,
                                beginning.treasury,
                                beginning.work));
        Files.writeString(folder.resolve("genesis.json"), genesis);
    }

    /// Starts every validator and waits until all of them answer.
    public void start() throws IOException {
        for (int i = 0; i < keys.size(); i++) {
            processes.add(start(i));
        }
        for (int i = 0; i < keys.size(); i++) {
            awaitRpc(i);
        }
    }

    /// Starts a provider with a key of its own; its journal and log are beside the validators'.
    void startProvider(String name, SecretKey key, int index, List<String> options)
            throws IOException {
        Path keyFile = folder.resolve(name + ".key");
        KeyFiles.write(keyFile, key);
        List<String> command =
                JavaCommand.of(
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", temporary()), List.of());
        command.addAll(
                List.of(
                        "provider",
                        "start",
                        "--rpc",
                        rpcUrl(index) + "," + rpcUrl(0),
                        "--key",
                        keyFile.toString(),
                        "--journal",
                        folder.resolve(name + "-journal").toString()));
        command.addAll(options);
        run(command, name);
    }

    /// A killed process leaves the libraries behind that it has unpacked: here.
    private String temporary() {
        return "-Djava.io.tmpdir=" + folder;
    }

    private Process run(List<String> command, String name) throws IOException {
        File log = folder.resolve(name + ".log").toFile();
        synchronized (all) {
            if (stopped) {
                throw new IOException("the network has ended");
            }
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start();
            all.add(process);
            return process;
        }
    }

    private Process start(int index) throws IOException {
        List<String> command = JavaCommand.of(List.of("-Xmx320m", temporary()), List.of());
        command.addAll(
                List.of(
                        "node",
                        "--genesis",
                        folder.resolve("genesis.json").toString(),
                        "--data-dir",
                        folder.resolve("validator" + index).toString(),
                        "--key",
                        folder.resolve("validator" + index + ".key").toString(),
                        "--p2p-port",
                        Integer.toString(p2pPorts.get(index)),
                        "--rpc-port",
                        Integer.toString(rpcPorts.get(index))));
        for (int i = 0; i < keys.size(); i++) {
            if (i != index) {
                command.add("--static-peers");
                command.add(Enode.of(keys.get(i).key(), "127.0.0.1", p2pPorts.get(i)).toString());
            }
        }
        return run(command, "validator" + index);
    }

    private void awaitRpc(int index) throws IOException {
        long end = System.currentTimeMillis() + START_MILLIS_MAX;
        while (true) {
            try {
                clients.get(index).blockNumber();
                return;
            } catch (IOException e) {
                if (!processes.get(index).isAlive() || System.currentTimeMillis() > end) {
                    throw new IOException(
                            "validator "
                                    + index
                                    + " did not start; its log is "
                                    + folder.resolve("validator" + index + ".log"),
                            e);
                }
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    public RpcClient rpc(int index) {
        return clients.get(index);
    }

    public String rpcUrl(int index) {
        return "http://127.0.0.1:" + rpcPorts.get(index);
    }

    public int count() {
        return keys.size();
    }

    Path folder() {
        return folder;
    }

    /// Since a validator's process was last started.
    public Duration upTime(int index) {
        return processes
                .get(index)
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()))
                .orElse(Duration.ZERO);
    }

    /// CPU time of a validator's process since its last start.
    public Duration cpuTime(int index) {
        return processes.get(index).info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// SIGKILL: no shutdown hook, no flush.
    public void kill(int index) throws IOException {
        processes.get(index).destroyForcibly();
        try {
            processes.get(index).waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public void restart(int index) throws IOException {
        processes.set(index, start(index));
        awaitRpc(index);
    }

    /// Ends the processes; the folder stays.
    public void stop() {
        List<Process> ending;
        synchronized (all) {
            stopped = true;
            ending = List.copyOf(all);
        }
        ending.forEach(Process::destroy);
        for (Process process : ending) {
            try {
                if (!process.waitFor(1, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        clients.forEach(RpcClient::close);
    }

    /// Removes the folder of a stopped network.
    public void removeFiles() throws IOException {
        Folders.remove(folder);
    }
}
