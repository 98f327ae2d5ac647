package org.assay.app.devnet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import org.assay.app.JavaCommand;
import org.assay.app.client.RpcClient;
import org.assay.app.node.NodeKeys;
import org.assay.p2p.Enode;

/// Validators as processes of their own, each with a directory, a key and ports, in a folder that
/// [Founding] has written.
public final class ValidatorProcesses implements LocalNetwork {
    /// Each process compiles the same methods beside the others, on the same cores: with less
    /// inlining than the JVM's default that costs a third less, and EVM loops lose 4 %
    /// (docs/PERFORMANCE.md). A node of its own machine keeps the default.
    private static final List<String> SHARED_CORES =
            List.of(
                    "-XX:MaxInlineLevel=9",
                    "-XX:MaxInlineSize=25",
                    "-XX:FreqInlineSize=200",
                    "-XX:InlineSmallCode=1200");

    private static final long START_MILLIS_MAX = 60_000;
    private static final long STOP_SECONDS_MAX = 5;

    private final Path folder;
    private final List<NodeKeys> keys;
    private final List<Integer> p2pPorts = new ArrayList<>();
    private final List<Integer> rpcPorts = new ArrayList<>();
    private final Map<Integer, Process> processes = new ConcurrentHashMap<>();
    private final List<RpcClient> clients = new ArrayList<>();
    private final List<String> options;
    private final int heapMegabytes;
    private final IntFunction<Seat> seats;
    private IntBinaryOperator dialPorts;

    /// Where a validator runs: what stands before its command, and the addresses it listens on.
    public record Seat(List<String> prefix, String p2pHost, String rpcHost) {
        public static final Seat LOOPBACK = new Seat(List.of(), "127.0.0.1", "127.0.0.1");
    }

    /// `options` go to every node. RPC on ports from `rpcPort` on where they are free, anywhere
    /// for 0.
    public ValidatorProcesses(
            Path folder, List<NodeKeys> keys, int rpcPort, int heapMegabytes, List<String> options)
            throws IOException {
        this(folder, keys, rpcPort, heapMegabytes, options, index -> Seat.LOOPBACK);
    }

    /// As the other one, each validator on its own seat.
    public ValidatorProcesses(
            Path folder,
            List<NodeKeys> keys,
            int rpcPort,
            int heapMegabytes,
            List<String> options,
            IntFunction<Seat> seats)
            throws IOException {
        this.seats = seats;
        this.folder = folder;
        this.keys = List.copyOf(keys);
        this.options = List.copyOf(options);
        this.heapMegabytes = heapMegabytes;
        for (int i = 0; i < keys.size(); i++) {
            p2pPorts.add(Ports.free());
            rpcPorts.add(rpcPort == 0 ? Ports.free() : Ports.freeOr(rpcPort + i));
            clients.add(new RpcClient(rpcUrl(i)));
        }
        this.dialPorts = (from, to) -> p2pPorts.get(to);
    }

    @Override
    public void start() throws IOException {
        start(keys.size());
    }

    /// Starts the first `count` validators; [#restart] starts another one later.
    public void start(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            launch(i);
        }
        for (int i = 0; i < count; i++) {
            awaitRpc(i);
        }
    }

    /// Validators are dialled on these ports from the next start on, not on those they listen on:
    /// somebody stands between them. `ports` of the dialling and the dialled validator.
    public void dialThrough(IntBinaryOperator ports) {
        dialPorts = ports;
    }

    public int p2pPort(int index) {
        return p2pPorts.get(index);
    }

    private List<String> jvmOptions() {
        List<String> jvm = new ArrayList<>(SHARED_CORES);
        jvm.add("-Xmx" + heapMegabytes + "m");
        return jvm;
    }

    /// Starts the process, with options of its own beside those of all, and does not wait.
    public void launch(int index, String... more) throws IOException {
        Seat seat = seats.apply(index);
        List<String> command = new ArrayList<>(seat.prefix);
        command.addAll(
                JavaCommand.of(
                        jvmOptions(),
                        List.of(
                                "node",
                                "--genesis",
                                folder.resolve("genesis.json").toString(),
                                "--data-dir",
                                dataDirectory(index).toString(),
                                "--key",
                                Founding.keyFile(folder, index).toString(),
                                "--no-discovery",
                                "--p2p-host",
                                seat.p2pHost,
                                "--p2p-port",
                                Integer.toString(p2pPorts.get(index)),
                                "--rpc-host",
                                seat.rpcHost,
                                "--rpc-port",
                                Integer.toString(rpcPorts.get(index)))));
        for (int i = 0; i < keys.size(); i++) {
            if (i != index) {
                command.add("--static-peers");
                command.add(
                        Enode.of(
                                        keys.get(i).key(),
                                        seats.apply(i).p2pHost,
                                        dialPorts.applyAsInt(index, i))
                                .toString());
            }
        }
        command.addAll(options);
        command.addAll(List.of(more));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile(index).toFile()))
                        .start();
        processes.put(index, process);
    }

    public Path logFile(int index) {
        return folder.resolve("validator" + index + ".log");
    }

    public Path dataDirectory(int index) {
        return folder.resolve("validator" + index);
    }

    /// Returns when the validator answers calls.
    public void awaitRpc(int index) throws IOException {
        long end = System.currentTimeMillis() + START_MILLIS_MAX;
        while (true) {
            try {
                clients.get(index).blockNumber();
                return;
            } catch (IOException e) {
                if (!running(index).isAlive() || System.currentTimeMillis() > end) {
                    throw new IOException(
                            "validator " + index + " did not start; its log is " + logFile(index),
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

    @Override
    public RpcClient rpc(int index) {
        return clients.get(index);
    }

    @Override
    public String rpcUrl(int index) {
        return "http://" + seats.apply(index).rpcHost + ":" + rpcPorts.get(index);
    }

    @Override
    public int count() {
        return keys.size();
    }

    public long processId(int index) {
        return running(index).pid();
    }

    public boolean isAlive(int index) {
        return running(index).isAlive();
    }

    /// SIGKILL: no shutdown hook, no flush.
    public void kill(int index) throws IOException {
        running(index).destroyForcibly();
        try {
            running(index).waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public void restart(int index, String... more) throws IOException {
        launch(index, more);
        awaitRpc(index);
    }

    private Process running(int index) {
        return Objects.requireNonNull(processes.get(index));
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
        for (Process process : processes.values()) {
            try {
                if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        clients.forEach(RpcClient::close);
    }
}
