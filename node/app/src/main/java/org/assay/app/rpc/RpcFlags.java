package org.assay.app.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.PortNumber;
import org.assay.chain.ConfigException;
import org.assay.primitives.Bytes;
import org.assay.rpc.RpcAccess;
import org.assay.rpc.RpcLimits;
import org.assay.rpc.RpcOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The `--rpc-…` options, mixed into every command that serves JSON-RPC.
public final class RpcFlags {
    @Option(
            names = {"--rpc-host", "--host"},
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "Address to serve JSON-RPC on (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = {"--rpc-port", "--port"},
            defaultValue = "8545",
            converter = PortNumber.class,
            paramLabel = "PORT",
            description =
                    "Port for JSON-RPC over HTTP and WebSocket, 0 for any (default:"
                            + " ${DEFAULT-VALUE}).")
    private int port = 8545;

    @Option(
            names = "--rpc-cors",
            split = ",",
            paramLabel = "ORIGIN",
            description = "Web pages that may call, such as https://app.example, or * for all.")
    private List<String> cors = new ArrayList<>();

    @Option(
            names = "--rpc-allow-host",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Host names that requests may use beside localhost and IP addresses, or *.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--rpc-jwt-secret",
            paramLabel = "FILE",
            description =
                    "File of 32 bytes in hexadecimal: admin namespaces then ask for an HS256 token;"
                            + " without it they answer this machine only.")
    private @Nullable Path jwtSecret;

    @Option(
            names = "--rpc-body-max",
            defaultValue = "10485760",
            paramLabel = "BYTES",
            description = "Bytes of one request (default: ${DEFAULT-VALUE}).")
    private int bodyMax = 10 << 20;

    @Option(
            names = "--rpc-answer-max",
            defaultValue = "67108864",
            paramLabel = "BYTES",
            description = "Bytes of one answer (default: ${DEFAULT-VALUE}).")
    private int answerMax = 64 << 20;

    @Option(
            names = "--rpc-batch-max",
            defaultValue = "1000",
            paramLabel = "CALLS",
            description = "Calls of one batch (default: ${DEFAULT-VALUE}).")
    private int batchMax = 1_000;

    @Option(
            names = "--rpc-connections-max",
            defaultValue = "1024",
            paramLabel = "COUNT",
            description = "Connections at a time (default: ${DEFAULT-VALUE}).")
    private int connectionsMax = 1_024;

    @Option(
            names = "--rpc-rate",
            paramLabel = "CALLS",
            description = {
                "Calls a second of one client address, each element of a batch counted, 0 for no",
                "limit (default: 500 for clients elsewhere, no limit on this machine)."
            })
    private @Nullable Integer rate;

    @Option(
            names = "--rpc-burst",
            paramLabel = "CALLS",
            description =
                    "Calls that a client may save up, at least a second's worth (default: 2000, or"
                            + " --rpc-rate).")
    private @Nullable Integer burst;

    @Option(
            names = "--rpc-filters-max",
            defaultValue = "4096",
            paramLabel = "COUNT",
            description = "Filters and subscriptions in all (default: ${DEFAULT-VALUE}).")
    private int filtersMax = 4_096;

    @Option(
            names = "--rpc-log-range",
            defaultValue = "100000",
            paramLabel = "BLOCKS",
            description = "Blocks that one log query may span (default: ${DEFAULT-VALUE}).")
    private long logRange = 100_000;

    @Option(
            names = "--rpc-log-results",
            defaultValue = "20000",
            paramLabel = "COUNT",
            description = "Logs that one query may answer (default: ${DEFAULT-VALUE}).")
    private int logResults = 20_000;

    @Option(
            names = "--rpc-gas-cap",
            defaultValue = "200000000",
            paramLabel = "GAS",
            description = "Gas of one eth_call or eth_estimateGas (default: ${DEFAULT-VALUE}).")
    private long gasCap = 200_000_000;

    @Option(
            names = "--rpc-call-timeout",
            defaultValue = "10000",
            paramLabel = "MILLIS",
            description = "How long one call may take (default: ${DEFAULT-VALUE}).")
    private long callMillis = 10_000;

    public String host() {
        return host;
    }

    /// What the server is started with. Throws [ConfigException] for a value that makes no sense.
    public RpcOptions options() {
        atLeast("--rpc-body-max", bodyMax, 1_024);
        atLeast("--rpc-answer-max", answerMax, 1_024);
        atLeast("--rpc-batch-max", batchMax, 1);
        atLeast("--rpc-connections-max", connectionsMax, 1);
        atLeast("--rpc-rate", rate == null ? 0 : rate, 0);
        atLeast("--rpc-burst", burst == null ? 0 : burst, 0);
        atLeast("--rpc-filters-max", filtersMax, 0);
        atLeast("--rpc-log-range", logRange, 1);
        atLeast("--rpc-log-results", logResults, 1);
        atLeast("--rpc-gas-cap", gasCap, 21_000);
        atLeast("--rpc-call-timeout", callMillis, 1);
        if (port < 0 || port > 65_535) {
            throw new ConfigException("--rpc-port", Integer.toString(port), "use 0 to 65535");
        }
        RpcLimits limits =
                new RpcLimits(
                        new RpcLimits.Request(bodyMax, batchMax, answerMax),
                        client(),
                        new RpcLimits.Work(logRange, logResults, gasCap, callMillis));
        List<String> names = hosts.stream().map(String::strip).toList();
        return new RpcOptions(
                new InetSocketAddress(host, port),
                new RpcAccess(List.copyOf(cors), names, secret()),
                limits);
    }

    private RpcLimits.Client client() {
        RpcLimits.Client standard = RpcLimits.STANDARD.client();
        int least = rate == null ? standard.burstCalls() : rate;
        return new RpcLimits.Client(
                connectionsMax,
                rate == null ? standard.callsPerSecond() : rate,
                burst == null ? least : burst,
                rate == null,
                filtersMax);
    }

    /// The same for a developer's chain: where no page is named, any may call, for the keys of
    /// such a chain are public anyway.
    public RpcOptions openOptions() {
        RpcOptions options = options();
        RpcAccess access = options.access();
        return cors.isEmpty()
                ? options.withAccess(
                        new RpcAccess(List.of("*"), access.hosts(), access.jwtSecret()))
                : options;
    }

    private static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new ConfigException(option, Long.toString(value), "use at least " + least);
        }
    }

    private Optional<Bytes> secret() {
        Path file = jwtSecret;
        if (file == null) {
            return Optional.empty();
        }
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw wrongSecret(file, "there is no such file; make one: openssl rand -hex 32");
        } catch (IOException e) {
            throw wrongSecret(file, "it cannot be read: " + e.getMessage());
        }
        try {
            Bytes secret = Bytes.fromHex(text);
            if (secret.size() == RpcAccess.JWT_SECRET_BYTES) {
                return Optional.of(secret);
            }
        } catch (IllegalArgumentException e) {
            throw wrongSecret(file, "it is not hexadecimal; make one: openssl rand -hex 32");
        }
        throw wrongSecret(file, "it has not 32 bytes; make one: openssl rand -hex 32");
    }

    private static ConfigException wrongSecret(Path file, String fix) {
        return new ConfigException("--rpc-jwt-secret", file.toString(), fix);
    }
}
