package org.assay.app.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assay.app.Output;
import org.assay.app.explorer.Explorer;
import org.assay.app.proof.BuiltInModels;
import org.assay.app.rpc.RpcFlags;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.chain.QbftSchedule;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.HttpRoute;
import org.assay.rpc.RpcServer;
import org.assay.storage.ChainMarker;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay node`: runs one node until it is stopped.
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Run a node: a validator with --key, a follower without.",
        sortOptions = false)
public final class NodeCommand implements Callable<Integer> {
    private static final long STOP_MILLIS_MAX = 10_000;

    @Option(
            names = "--genesis",
            required = true,
            paramLabel = "FILE",
            description = "The network's genesis file.")
    private Path genesis = Path.of("");

    @Option(
            names = "--data-dir",
            required = true,
            paramLabel = "DIR",
            description = "Where the chain is kept. Made when it is not there.")
    private Path dataDirectory = Path.of("");

    @Mixin private KeyOptions keys = new KeyOptions();

    @Mixin private P2pOptions p2p = new P2pOptions();

    @Mixin private RpcFlags rpcFlags = new RpcFlags();

    @Mixin private Output output = new Output();

    @Option(
            names = "--archive",
            description = "Keep the state of every block, not only of the last 512.")
    private boolean archive;

    @Option(
            names = {"--sync-mode", "--syncmode"},
            paramLabel = "MODE",
            description =
                    "How an empty node catches up: FULL executes every block since genesis;"
                            + " CHECKPOINT downloads the state of a recent epoch, proven from"
                            + " genesis by the seals of every validator set on the way, and"
                            + " executes what follows. One of ${COMPLETION-CANDIDATES}"
                            + " (default: ${DEFAULT-VALUE}).")
    private SyncMode syncMode = SyncMode.FULL;

    @Option(
            names = "--checkpoint",
            paramLabel = "HASH",
            converter = HashWord.class,
            description =
                    "With --sync-mode checkpoint: a block that you trust. Only a state is taken that"
                            + " is this block's, or whose proof comes by it: by a block after which"
                            + " the validators changed.")
    private Optional<Hash> checkpoint = Optional.empty();

    private static final class HashWord implements CommandLine.ITypeConverter<Hash> {
        @Override
        public Hash convert(String word) {
            try {
                return Hash.fromHex(word);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException("write 0x and 64 hex digits");
            }
        }
    }

    @Option(
            names = "--snapshot-blocks",
            paramLabel = "N",
            description =
                    "Blocks between two states that are held for nodes with --sync-mode checkpoint,"
                            + " rounded up to whole epochs; 0 holds none (default:"
                            + " ${DEFAULT-VALUE}).")
    private long snapshotBlocks = SnapshotDesk.SPACING_BLOCKS;

    private enum SyncMode {
        FULL,
        CHECKPOINT
    }

    @Override
    public Integer call() throws Exception {
        ChainSpec spec = ChainSpec.parse(readGenesis());
        p2p.check();
        spec.qbft()
                .ifPresent(
                        qbft ->
                                qbft.notes(spec.genesis().timestamp())
                                        .forEach(note -> System.err.println("note: " + note)));
        Files.createDirectories(dataDirectory);
        Optional<NodeKeys> validator = keys.validator(dataDirectory);
        SecretKey identity =
                validator.map(NodeKeys::key).orElseGet(() -> keys.identity(dataDirectory));
        CountDownLatch ended = new CountDownLatch(1);
        try (RocksStore store =
                RocksStore.open(
                        dataDirectory.resolve("chain"), markerOf(spec), StoreOptions.small())) {
            if (org.assay.app.dev.DevJournal.isCheated(store)) {
                throw new ConfigException(
                        "--data-dir",
                        dataDirectory.toString(),
                        "assay dev changed this chain beyond the rules: open it with assay dev");
            }
            if (syncMode == SyncMode.CHECKPOINT) {
                syncByCheckpoint(spec, store, p2p.plan(identity));
            }
            WorldState world =
                    WorldState.open(
                            store, archive ? StateOptions.unlimited() : StateOptions.bounded());
            Blockchain chain = new Blockchain(store, world, spec);
            try (Node node =
                    new Node(chain, store, validator, BuiltInModels.all(), snapshotBlocks)) {
                node.keepPool(dataDirectory.resolve("pool.journal"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, ended)));
                return serve(node, chain, p2p.plan(identity));
            }
        } finally {
            ended.countDown();
        }
    }

    private void syncByCheckpoint(ChainSpec spec, RocksStore store, P2pPlan plan)
            throws IOException, InterruptedException {
        if (!spec.qbft().map(QbftSchedule::hasOneSelection).orElse(true)) {
            System.err.println(
                    "checkpoint sync: headers and contracts take turns in naming the validators"
                            + " (transitions.qbft), every block is executed");
            return;
        }
        if (!CheckpointSync.isPossible(store)) {
            System.err.println("checkpoint sync: there is a chain already, it is followed");
            return;
        }
        System.err.println("checkpoint sync: looking for peers that hold a state");
        CheckpointSync sync = new CheckpointSync(spec, store, archive, checkpoint);
        switch (sync.run(plan)) {
            case DONE -> {}
            case NO_SNAPSHOT ->
                    System.err.println(
                            "checkpoint sync: no peer holds a state, every block is executed");
        }
    }

    private int serve(Node node, Blockchain chain, P2pPlan plan) throws IOException {
        node.start(plan);
        try (RpcServer rpc = RpcServer.start(rpcFlags.options(), node, List.of(), pages(node))) {
            ready(node, chain, "http://" + rpcFlags.host() + ":" + rpc.port());
            Throwable reason = node.stopped().join();
            return reason instanceof InterruptedException ? 0 : 1;
        }
    }

    private void ready(Node node, Blockchain chain, String url) {
        long head = chain.head().number();
        ObjectNode facts =
                Output.object()
                        .put("ready", true)
                        .put("chainId", chain.spec().chainId().toString())
                        .put("block", head)
                        .put("rpc", url)
                        .put("p2pPort", node.p2pPort());
        node.record().ifPresent(record -> facts.put("enr", record.toString()));
        output.print(
                facts,
                "ready: chain "
                        + chain.spec().chainId()
                        + ", block "
                        + head
                        + ", rpc "
                        + url
                        + ", p2p "
                        + node.p2pPort()
                        + node.record().map(record -> ", " + record).orElse(""));
    }

    /// Whose database a data folder of this chain holds.
    public static ChainMarker markerOf(ChainSpec spec) {
        return new ChainMarker(
                spec.chainId().toLongExact(), Blockchain.genesisBlock(spec).header().hash());
    }

    private static List<HttpRoute> pages(Node node) {
        List<HttpRoute> pages = new ArrayList<>(Explorer.routes());
        pages.add(Metrics.route(node));
        return pages;
    }

    /// SIGTERM and Ctrl-C: ends the loop and waits until the store is closed. It must not wait
    /// for the main thread to end, which itself waits in [System#exit] for this hook.
    private static void stop(Node node, CountDownLatch ended) {
        node.close();
        try {
            if (!ended.await(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                System.err.println("assay: the database did not close in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String readGenesis() throws IOException {
        try {
            return Files.readString(genesis);
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    "--genesis", genesis.toString(), "there is no such file; give a genesis file");
        }
    }
}
