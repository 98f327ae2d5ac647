package org.assay.app.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assay.app.JavaCommand;
import org.assay.app.client.RpcClient;
import org.assay.app.devnet.Ports;

/// `assay dev` as a process of its own, with its chain in a folder: for whoever kills it and
/// starts it again.
public final class DevProcess implements AutoCloseable {
    private static final long START_MILLIS_MAX = 60_000;
    private static final long LOOK_MILLIS = 20;
    private static final long END_SECONDS_MAX = 20;
    private static final List<String> JVM_OPTIONS = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    private final Process process;
    private final Path log;
    private final String url;
    private final RpcClient rpc;

    private DevProcess(Process process, Path log, String url) {
        this.process = process;
        this.log = log;
        this.url = url;
        this.rpc = new RpcClient(url);
    }

    /// Starts on the chain in `folder`; output goes to the end of `log`. RPC is not there yet:
    /// see [#awaitReady].
    public static DevProcess launch(Path folder, Path log, List<String> options)
            throws IOException {
        int port = Ports.free();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "dev",
                                "--data",
                                folder.toString(),
                                "--rpc-port",
                                Integer.toString(port)));
        arguments.addAll(options);
        Process process =
                new ProcessBuilder(JavaCommand.of(JVM_OPTIONS, arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        return new DevProcess(process, log, "http://127.0.0.1:" + port);
    }

    /// Returns when RPC answers. Throws [IOException] with the log's end when the process ends
    /// instead, or nothing answers in a minute.
    public void awaitReady() throws IOException {
        long end = System.currentTimeMillis() + START_MILLIS_MAX;
        while (true) {
            try {
                rpc.blockNumber();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.currentTimeMillis() > end) {
                    throw new IOException("assay dev did not start:\n" + logEnd(), e);
                }
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /// The last of what it wrote.
    public String logEnd() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    public RpcClient rpc() {
        return rpc;
    }

    public String url() {
        return url;
    }

    public Process process() {
        return process;
    }

    /// SIGKILL: no shutdown hook, no flush.
    public void kill() throws IOException {
        process.destroyForcibly();
        await();
    }

    /// SIGTERM; answers the exit status. Throws [IOException] where it does not end.
    public int end() throws IOException {
        process.destroy();
        return await();
    }

    /// The exit status, once it has ended by itself or by a signal.
    public int await() throws IOException {
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("assay dev does not end:\n" + logEnd());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            rpc.close();
        }
    }

    /// Kills what still runs.
    @Override
    public void close() {
        process.destroyForcibly();
        rpc.close();
    }
}
