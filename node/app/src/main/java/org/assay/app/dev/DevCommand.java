package org.assay.app.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assay.app.Folders;
import org.assay.app.Output;
import org.assay.app.rpc.RpcFlags;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.consensus.emission.Presets;
import org.assay.evm.Fork;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.assay.storage.ChainMarker;
import org.assay.storage.KeyValueStore;
import org.assay.storage.MemoryStore;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay dev`: a chain for developers, until it is stopped.
@Command(
        name = "dev",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "A chain of one validator for developers: accounts with coins, a block for each transaction,",
            "and the methods of Anvil and Hardhat to move time, state and senders."
        })
public final class DevCommand implements Callable<Integer> {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// The most that a policy lets the emission clock go in a block.
    private static final long STRIDE_SECONDS = 30 * 86_400L;

    private static final String POOL_FILE = "pool.journal";

    /// In a rehearsal.
    private static final long EPOCH_BLOCKS = 4;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the chain is kept; default ~/.assay/dev.")
    private @Nullable Path data;

    @Option(names = "--ephemeral", description = "Keep nothing: in memory only.")
    private boolean ephemeral;

    @Option(names = "--reset", description = "Begin anew: remove what the data directory holds.")
    private boolean reset;

    @Option(names = "--chain-id", description = "Of a new chain (default 1337).")
    private @Nullable Long chainId;

    @Option(
            names = "--fork",
            description = "Rules of a new chain, BYZANTIUM to OSAKA (default OSAKA).")
    private @Nullable Fork fork;

    @Option(names = "--gas-limit", description = "Gas a block of a new chain (default 60000000).")
    private @Nullable Long gasLimit;

    @Option(
            names = {"--base-fee", "--gas-price"},
            paramLabel = "WEI",
            description = "Base fee of a new chain, a multiple of 1 gwei (default 1 gwei).")
    private @Nullable String baseFee;

    @Option(
            names = "--balance",
            paramLabel = "COINS",
            description = "Of each account of a new chain (default 10000).")
    private @Nullable Long balance;

    @Option(
            names = "--emission",
            paramLabel = "FILE|PRESET",
            description = "Emission policy of a new chain (default assay).")
    private @Nullable String emission;

    @Option(
            names = "--block-time",
            paramLabel = "SECONDS",
            description = "Mine by the clock instead of for each transaction.")
    private @Nullable BigDecimal blockTime;

    @Option(names = "--no-mining", description = "Mine on request only (evm_mine).")
    private boolean noMining;

    @Option(
            names = "--rehearse",
            paramLabel = "N-halvings",
            description = {
                "Cross N halvings through real blocks, print a supply audit and end; 1 if it fails.",
                "Each block lies 30 days after the one before, and the emission clock follows."
            })
    private @Nullable String rehearse;

    @Option(
            names = "--self-test",
            description =
                    "Start, answer some calls over HTTP, mine a transaction, and end; 1 if it fails.")
    private boolean selfTest;

    @Mixin private Output output = new Output();

    @Mixin private RpcFlags rpc = new RpcFlags();

    private final CountDownLatch ended = new CountDownLatch(1);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        try {
            return start();
        } finally {
            ended.countDown();
        }
    }

    private int start() throws IOException {
        if (rehearse != null) {
            return rehearse(rehearse);
        }
        if (ephemeral) {
            ChainSpec chain = roomy(ChainSpec.parse(genesis(1).write()));
            return run(new MemoryStore(), chain, Optional.empty());
        }
        Path folder =
                data == null ? Path.of(System.getProperty("user.home"), ".assay", "dev") : data;
        if (reset) {
            remove(folder);
        }
        ChainSpec chain = ChainSpec.parse(keptGenesis(folder));
        ChainMarker marker =
                new ChainMarker(
                        chain.chainId().toLongExact(),
                        Blockchain.genesisBlock(chain).header().hash());
        try (RocksStore store =
                RocksStore.open(folder.resolve("chain"), marker, StoreOptions.small())) {
            return run(store, chain, Optional.of(folder));
        }
    }

    /// Refuses a gas limit that no block can live with.
    private static ChainSpec roomy(ChainSpec chain) {
        long least = DevChain.gasLimitLeast(chain);
        long limit = chain.genesis().gasLimit();
        if (limit < least) {
            throw new ConfigException(
                    "--gas-limit", Long.toString(limit), "give a block at least " + least);
        }
        return chain;
    }

    /// `stride` in seconds: how far the emission clock may go in a block.
    private DevGenesis genesis(long stride) throws IOException {
        DevGenesis standard = DevGenesis.standard(System.currentTimeMillis() / 1000);
        String policy = emission == null ? "\"assay\"" : policy(emission);
        return new DevGenesis(
                chainId == null ? standard.chainId() : chainId,
                standard.timestamp(),
                gasLimit == null ? standard.gasLimit() : gasLimit,
                fork == null ? standard.fork() : fork,
                stride > 1 ? Rehearsal.widened(policy, stride, EPOCH_BLOCKS) : policy,
                baseFee == null ? standard.baseFeeWei() : wei(baseFee),
                balance == null
                        ? standard.balanceWei()
                        : UInt256.of(BigInteger.valueOf(balance).multiply(BigInteger.TEN.pow(18))),
                stride > 1 ? EPOCH_BLOCKS : standard.epochBlocks());
    }

    private static UInt256 wei(String text) {
        try {
            return UInt256.of(new BigDecimal(text).toBigIntegerExact());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new ConfigException("--base-fee", text, "give whole wei");
        }
    }

    private static String policy(String fileOrPreset) throws IOException {
        return Presets.NAMES.contains(fileOrPreset)
                ? "\"" + fileOrPreset + "\""
                : Files.readString(Path.of(fileOrPreset));
    }

    /// The genesis in the data directory, written now where there is none. Options that speak of
    /// a new chain are refused beside a chain that is there and says otherwise.
    private String keptGenesis(Path folder) throws IOException {
        Path file = folder.resolve("genesis.json");
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            String text = genesis(1).write();
            roomy(ChainSpec.parse(text));
            Path fresh = folder.resolve("genesis.json.new");
            Files.writeString(fresh, text);
            Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return text;
        }
        String text = Files.readString(file);
        ChainSpec kept = ChainSpec.parse(text);
        requireSame("--chain-id", chainId, kept.chainId().toLongExact(), folder);
        requireSame("--gas-limit", gasLimit, kept.genesis().gasLimit(), folder);
        for (var option :
                Map.of(
                                "--fork", Optional.ofNullable(fork),
                                "--base-fee", Optional.ofNullable(baseFee),
                                "--balance", Optional.ofNullable(balance),
                                "--emission", Optional.ofNullable(emission))
                        .entrySet()) {
            if (option.getValue().isPresent()) {
                requireSame(
                        option.getKey(), option.getValue().get(), "what its genesis says", folder);
            }
        }
        return text;
    }

    private static void requireSame(
            String option, @Nullable Object asked, Object kept, Path folder) {
        if (asked != null && !asked.equals(kept)) {
            throw new ConfigException(
                    option,
                    asked.toString(),
                    "the chain in "
                            + folder
                            + " has "
                            + kept
                            + ": add --reset to begin anew, or --ephemeral");
        }
    }

    private static void remove(Path folder) throws IOException {
        for (String part : List.of("chain", "genesis.json", POOL_FILE)) {
            Folders.remove(folder.resolve(part));
        }
    }

    private int run(KeyValueStore store, ChainSpec chain, Optional<Path> folder)
            throws IOException {
        DevServer.Setting setting =
                new DevServer.Setting(
                        folder.map(it -> it.resolve(POOL_FILE)), !noMining, intervalMillis());
        try (DevServer server =
                DevServer.start(store, chain, InstantSource.system(), rpc.openOptions(), setting)) {
            announce(
                    server,
                    server.node().chain().spec(),
                    folder.map(Path::toString).orElse("in memory"));
            if (selfTest) {
                return SelfTest.passes(rpc.host(), server.port()) ? 0 : 1;
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server.node())));
            Throwable reason = server.node().stopped().join();
            return reason instanceof InterruptedException ? 0 : 1;
        }
    }

    /// 0 where no clock mines.
    private long intervalMillis() {
        if (blockTime == null) {
            return 0;
        }
        long millis = blockTime.movePointRight(3).longValue();
        if (millis < 1) {
            throw new ConfigException(
                    "--block-time", blockTime.toString(), "give seconds above zero");
        }
        return millis;
    }

    /// Ctrl-C: ends mining and waits until the store is closed.
    private void stop(DevNode node) {
        node.close();
        try {
            var _ = ended.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(DevServer server, ChainSpec chain, String where)
            throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        String url = "http://" + rpc.host() + ":" + server.port();
        long head = server.node().chain().head().number();
        Map<String, String> keys = new LinkedHashMap<>();
        new DevAccounts()
                .all()
                .forEach(
                        (address, key) ->
                                keys.put(address.toChecksum(), Hex.encode(key.toArray())));
        if (output.isJson()) {
            Map<String, Object> ready = new LinkedHashMap<>();
            ready.put("ready", true);
            ready.put("rpc", url);
            ready.put("port", server.port());
            ready.put("chainId", chain.chainId().toLongExact());
            ready.put("blockNumber", head);
            ready.put("data", where);
            ready.put("accounts", keys);
            ready.put("mnemonic", DevAccounts.MNEMONIC);
            out.println(MAPPER.writeValueAsString(ready));
        } else {
            printAccounts(out, keys);
            out.println(
                    "ready: chain "
                            + chain.chainId()
                            + ", block "
                            + head
                            + ", rpc "
                            + url
                            + ", "
                            + where);
        }
        out.flush();
    }

    private static void printAccounts(PrintWriter out, Map<String, String> keys) {
        out.println(
                "Accounts of a new chain, each with coins. WARNING: these keys are public, anyone");
        out.println("can take what is sent to them on any network. Use them on this chain only.");
        out.println();
        int index = 0;
        for (Map.Entry<String, String> key : keys.entrySet()) {
            out.println("  (" + index++ + ") " + key.getKey() + "  " + key.getValue());
        }
        out.println("  mnemonic: " + DevAccounts.MNEMONIC);
        out.println();
    }

    private int rehearse(String what) throws IOException {
        int halvings;
        try {
            halvings =
                    Integer.parseInt(what.toLowerCase(Locale.ROOT).replaceFirst("-halvings?$", ""));
        } catch (NumberFormatException e) {
            throw new ConfigException("--rehearse", what, "write it as 5-halvings");
        }
        if (halvings < 1 || halvings > 60) {
            throw new ConfigException("--rehearse", what, "cross 1 to 60 halvings");
        }
        long begin = System.nanoTime();
        ChainSpec chain = ChainSpec.parse(genesis(STRIDE_SECONDS).write());
        if (chain.assay().isEmpty()) {
            throw new ConfigException(
                    "--fork", String.valueOf(fork), "emission needs Cancun or later");
        }
        DevChain dev = DevServer.open(new MemoryStore(), chain, InstantSource.system());
        Rehearsal rehearsal = new Rehearsal(dev, STRIDE_SECONDS);
        boolean crossed = rehearsal.cross(halvings);
        DevState.Supply supply = dev.state().supply();
        boolean halved = rehearsal.isHalvedEachTime();
        report(rehearsal, supply, crossed, halved, (System.nanoTime() - begin) / 1_000_000);
        return crossed && halved && supply.agrees() ? 0 : 1;
    }

    private void report(
            Rehearsal rehearsal,
            DevState.Supply supply,
            boolean crossed,
            boolean halved,
            long millis)
            throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        boolean passed = crossed && halved && supply.agrees();
        if (output.isJson()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("passed", passed);
            object.put("blocks", supply.number());
            object.put("millis", millis);
            List<Map<String, Object>> crossings = new ArrayList<>();
            for (Rehearsal.Crossing crossing : rehearsal.crossings()) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("blockNumber", crossing.number());
                one.put("timestamp", crossing.timestamp());
                one.put("beforeGwei", crossing.beforeGwei().toString());
                one.put("afterGwei", crossing.mintedGwei().toString());
                crossings.add(one);
            }
            object.put("halvings", crossings);
            object.put("audit", supplyObject(supply));
            out.println(MAPPER.writeValueAsString(object));
        } else {
            print(out, rehearsal, supply, millis);
            out.println(passed ? "passed" : "FAILED");
        }
        out.flush();
    }

    private static Map<String, Object> supplyObject(DevState.Supply supply) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("genesisWei", supply.genesisWei().toString());
        object.put("mintedWei", supply.mintedWei().toString());
        object.put("burnedWei", supply.burnedWei().toString());
        object.put("recycledWei", supply.recycledWei().toString());
        object.put("cheatedWei", supply.cheatedWei().toString());
        object.put("supplyWei", supply.supplyWei().toString());
        object.put("balancesWei", supply.balancesWei().toString());
        object.put("agrees", supply.agrees());
        return object;
    }

    private static void print(
            PrintWriter out, Rehearsal rehearsal, DevState.Supply supply, long millis) {
        int index = 1;
        for (Rehearsal.Crossing crossing : rehearsal.crossings()) {
            out.printf(
                    Locale.ROOT,
                    "halving %d: block %d, %s: %s gwei a block before, %s after%n",
                    index++,
                    crossing.number(),
                    java.time.Instant.ofEpochSecond(crossing.timestamp()),
                    crossing.beforeGwei(),
                    crossing.mintedGwei());
        }
        out.printf(
                Locale.ROOT,
                "%d blocks in %.1f s, %d days each%n",
                supply.number(),
                millis / 1000.0,
                STRIDE_SECONDS / 86_400);
        out.println("supply audit, wei:");
        out.println("    genesis   " + supply.genesisWei());
        out.println("  + minted    " + supply.mintedWei());
        out.println("  - burned    " + supply.burnedWei());
        out.println("  - recycled  " + supply.recycledWei());
        out.println("  = supply    " + supply.supplyWei());
        out.println("    balances  " + supply.balancesWei() + " (sum over all accounts)");
        out.println(supply.agrees() ? "  they agree" : "  THEY DISAGREE");
    }
}
