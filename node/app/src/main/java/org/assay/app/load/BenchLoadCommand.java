package org.assay.app.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.assay.app.NumberOption;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.dev.DevAccounts;
import org.assay.chain.ConfigException;
import org.assay.primitives.crypto.SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay bench load`: transfers a second that a node or a network takes.
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends transfers between fresh accounts through running nodes, as fast as they take",
            "them, until all are in blocks, and checks that each was. Several rounds show how much",
            "of the first one was a cold JVM. Start a network first, assay devnet or assay dev for",
            "instance, with a --gas-limit of 500000000, so that blocks are not the bound. Exit",
            "status 1 where a transfer was refused or lost."
        })
public final class BenchLoadCommand implements Callable<Integer> {
    @Mixin private NodeOption node = new NodeOption();

    @Option(
            names = "--kind",
            paramLabel = "native|erc20",
            defaultValue = "native",
            converter = KindWord.class,
            description = "Transfers of coins or of tokens (default: ${DEFAULT-VALUE}).")
    private Workload.Kind kind = Workload.Kind.NATIVE;

    @Option(
            names = "--senders",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Accounts that send, 1 to 10,000 (default: ${DEFAULT-VALUE}).")
    private int senders = 1_000;

    @Option(
            names = "--each",
            paramLabel = "COUNT",
            defaultValue = "30",
            description = "Transfers of each account, 1 to 1,000 (default: ${DEFAULT-VALUE}).")
    private int each = 30;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "How often, each time with new accounts (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(
            names = "--batch",
            paramLabel = "COUNT",
            defaultValue = "200",
            description = "Transfers of a request, 1 to 1,000 (default: ${DEFAULT-VALUE}).")
    private int batch = 200;

    @Option(
            names = "--connections",
            paramLabel = "COUNT",
            defaultValue = "4",
            description = "To each node, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int connections = 4;

    @Option(
            names = "--window",
            paramLabel = "COUNT",
            defaultValue = "20000",
            description = "Transfers under way at most (default: ${DEFAULT-VALUE}).")
    private int window = 20_000;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "When a round is given up (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 300;

    @Option(
            names = "--account",
            paramLabel = "INDEX",
            defaultValue = "0",
            description =
                    "Which of the accounts that assay devnet prints pays, 0 to 9 (default:"
                            + " ${DEFAULT-VALUE}).")
    private int account;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            split = ",",
            description = "The nodes' processes, to report their CPU time and memory.")
    private List<Long> pids = List.of();

    @Mixin private Output output = new Output();

    static final class KindWord implements picocli.CommandLine.ITypeConverter<Workload.Kind> {
        @Override
        public Workload.Kind convert(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "native" -> Workload.Kind.NATIVE;
                case "erc20" -> Workload.Kind.ERC20;
                default ->
                        throw new picocli.CommandLine.TypeConversionException(
                                "write native or erc20");
            };
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        NumberOption.check("--senders", senders, 1, 10_000);
        NumberOption.check("--each", each, 1, 1_000);
        NumberOption.check("--rounds", rounds, 1, 1_000);
        NumberOption.check("--batch", batch, 1, 1_000);
        NumberOption.check("--connections", connections, 1, 64);
        NumberOption.check("--window", window, 1, 10_000_000);
        NumberOption.check("--timeout", timeoutSeconds, 1, 86_400);
        NumberOption.check("--account", account, 0, 9);
        pids.forEach(BenchLoadCommand::checkRuns);
        SecretKey payer = new DevAccounts().keys().get(account);
        boolean whole = true;
        try (RpcClient rpc = node.connect()) {
            for (int round = 1; round <= rounds; round++) {
                Progress progress = output.progress();
                Workload.Signed signed =
                        new Workload(rpc, payer, progress).prepare(kind, senders, each);
                progress.clear();
                whole &= round(rpc, round, signed);
            }
        }
        return whole ? 0 : 1;
    }

    private static void checkRuns(long pid) {
        if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            throw new ConfigException("--pid", Long.toString(pid), "no such process runs here");
        }
    }

    private boolean round(RpcClient rpc, int round, Workload.Signed signed)
            throws IOException, InterruptedException {
        LoadRun.Limits limits = new LoadRun.Limits(batch, connections, window, timeoutSeconds);
        LoadRun run = new LoadRun(node.urls(), signed.transfers(), limits);
        Duration before = cpu();
        LoadRun.Result result = run.run(rpc, output.progress());
        Duration spent = cpu().minus(before);
        boolean whole = result.included() == signed.transfers().size() && areSpent(rpc, signed);
        output.print(facts(round, result, spent, whole));
        return whole;
    }

    private ObjectNode facts(int round, LoadRun.Result result, Duration spent, boolean whole) {
        ObjectNode facts = Output.object();
        facts.put("round", round);
        facts.put("kind", kind.name().toLowerCase(Locale.ROOT));
        facts.put("included", result.included());
        facts.put("perSecond", Math.round(result.perSecond()));
        facts.put("sustainedPerSecond", Math.round(result.sustainedPerSecond()));
        facts.put("seconds", Math.round(result.seconds() * 100) / 100.0);
        facts.put("blocks", result.blocks().size());
        facts.put(
                "largestBlock",
                result.blocks().stream().mapToInt(LoadRun.Filled::count).max().orElse(0));
        if (!pids.isEmpty()) {
            facts.put("cpuMicrosEach", spent.toNanos() / 1_000 / Math.max(1, result.included()));
            var memory = facts.putArray("residentMegabytes");
            pids.forEach(pid -> memory.add(residentMegabytes(pid)));
        }
        facts.put("everyTransferInABlock", whole);
        if (!result.refusals().isEmpty()) {
            ObjectNode refusals = facts.putObject("refused");
            result.refusals().forEach(refusals::put);
        }
        return facts;
    }

    /// Whether every sender's nonce says that all its transfers ran.
    private boolean areSpent(RpcClient rpc, Workload.Signed signed) throws IOException {
        for (SecretKey sender : signed.senders()) {
            JsonNode nonce =
                    rpc.call("eth_getTransactionCount", sender.address().toString(), "latest");
            if (RpcClient.quantity(nonce) != each) {
                return false;
            }
        }
        return true;
    }

    private Duration cpu() {
        return pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /// 0 where the system does not say.
    private static long residentMegabytes(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
