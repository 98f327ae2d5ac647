package org.assay.app.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.assay.app.Folders;
import org.assay.app.Output;
import org.assay.app.devnet.Ports;
import org.assay.app.node.CheckpointSync;
import org.assay.app.node.Node;
import org.assay.app.node.NodeCommand;
import org.assay.app.node.P2pPlan;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.p2p.Enode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay bench sync`: a chain is made, served by a node over a socket, and followed from nothing
/// twice: by executing every block, and by checkpoint.
@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        description = {
            "How fast a new node follows a chain, by full sync and by checkpoint sync.",
            "Makes a QBFT chain of four validators with databases on disk, serves it from a node"
                    + " in this process over a socket of this machine, and syncs two empty nodes,"
                    + " one after the other. Half of the transactions pay a new account, half write"
                    + " a new slot of a contract."
        })
public final class BenchSyncCommand implements Callable<Integer> {
    private static final long CHAIN_ID = 20_260;
    private static final long WEI_PER_GAS_MAX = 2_000_000_000L;
    private static final long MINUTES_MAX = 30;

    /// Blocks that follow the state that is served.
    private static final int BLOCKS_AFTER = 8;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description = "Blocks of the chain (default: ${DEFAULT-VALUE}).")
    private int blocks = 1_000;

    @Option(
            names = "--transactions",
            paramLabel = "N",
            description = "Transactions in a block (default: ${DEFAULT-VALUE}).")
    private int transactions = 100;

    @Mixin private Output output = new Output();

    private final SecretKey rich = key("rich");
    private long nonce;
    private long gasUsed;
    private long cpuBefore;

    private static SecretKey key(String name) {
        return SecretKey.of(
                Keccak.hash256(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toArray());
    }

    @Override
    public Integer call() throws Exception {
        List<SecretKey> keys = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            keys.add(key("validator" + i));
        }
        ChainSpec spec = ChainSpec.parse(genesis(keys));
        Path folder = Files.createTempDirectory("assay-bench-sync");
        try (RocksStore store = open(folder.resolve("source"), spec)) {
            ChainMaker maker = new ChainMaker(store, spec, keys);
            long start = System.nanoTime();
            make(maker, blocks);
            say("made", start, Map.of());
            try (Node server =
                    new Node(maker.chain(), store, Optional.empty(), List.of(), blocks)) {
                SecretKey identity = key("server");
                Enode enode = Enode.of(identity, "127.0.0.1", Ports.free());
                // The state is held while the chain stands at its block; then the chain goes on.
                server.start(identity, enode.endpoint(), List.of());
                server.awaitSnapshot();
                make(maker, BLOCKS_AFTER);
                long full = full(folder.resolve("full"), spec, enode);
                long checkpoint = checkpoint(folder.resolve("checkpoint"), spec, enode);
                compare(full, checkpoint);
            }
        } finally {
            Folders.remove(folder);
        }
        return 0;
    }

    private String genesis(List<SecretKey> keys) {
        Map<Address, UInt256> balances = new TreeMap<>();
        balances.put(
                rich.address(),
                UInt256.of(1_000_000_000_000_000_000L).multiply(UInt256.of(1_000_000)));
        return ChainMaker.contractGenesis(
                CHAIN_ID, keys.stream().map(SecretKey::address).sorted().toList(), balances);
    }

    private static RocksStore open(Path folder, ChainSpec spec) throws IOException {
        Files.createDirectories(folder);
        return RocksStore.open(
                folder.resolve("chain"), NodeCommand.markerOf(spec), StoreOptions.small());
    }

    private void make(ChainMaker maker, int count) {
        for (int i = 0; i < count; i++) {
            List<Transaction> next = new ArrayList<>();
            for (int j = 0; j < transactions; j++) {
                next.add(nonce % 2 == 0 ? transfer() : write());
            }
            Block block = maker.next(next);
            gasUsed += block.header().gasUsed();
        }
    }

    private Transaction transfer() {
        byte[] fresh = Keccak.hash256(UInt256.of(nonce).toArray()).toArray();
        return sign(Address.at(fresh, 0), 1, 21_000, Bytes.EMPTY);
    }

    private Transaction write() {
        UInt256 slot = UInt256.of(1_000_000 + nonce);
        Bytes input = Bytes.wrap(slot.toArray()).concat(Bytes.wrap(slot.toArray()));
        return sign(ChainMaker.VALIDATORS, 0, 60_000, input);
    }

    private Transaction sign(Address to, long wei, long gas, Bytes input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        UInt256.of(CHAIN_ID),
                        nonce++,
                        UInt256.ZERO,
                        UInt256.of(WEI_PER_GAS_MAX),
                        gas,
                        to,
                        UInt256.of(wei),
                        input),
                rich);
    }

    private static P2pPlan plan(Enode server) {
        return P2pPlan.of(
                key("client"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(server));
    }

    /// Nanoseconds.
    private long full(Path folder, ChainSpec spec, Enode server) throws Exception {
        long start = System.nanoTime();
        try (RocksStore store = open(folder, spec)) {
            follow(store, spec, server);
        }
        long nanos = say("full sync", start, Map.of("Mgas", gasUsed / 1_000_000));
        return nanos;
    }

    /// Nanoseconds.
    private long checkpoint(Path folder, ChainSpec spec, Enode server) throws Exception {
        long start = System.nanoTime();
        try (RocksStore store = open(folder, spec)) {
            CheckpointSync.Outcome outcome =
                    new CheckpointSync(spec, store, false).run(plan(server));
            if (outcome != CheckpointSync.Outcome.DONE) {
                throw new IllegalStateException("the server holds no state: " + outcome);
            }
            follow(store, spec, server);
        }
        return say("checkpoint sync", start, Map.of());
    }

    /// Until the last block.
    private void follow(RocksStore store, ChainSpec spec, Enode server) throws Exception {
        WorldState world = WorldState.open(store, StateOptions.bounded());
        Blockchain chain = new Blockchain(store, world, spec);
        long end = System.currentTimeMillis() + MINUTES_MAX * 60_000;
        try (Node node = new Node(chain, store, Optional.empty(), List.of())) {
            node.start(plan(server));
            while (chain.head().number() < blocks + BLOCKS_AFTER) {
                if (System.currentTimeMillis() > end) {
                    throw new IllegalStateException("stands at block " + chain.head().number());
                }
                Thread.sleep(2);
            }
        }
    }

    /// All threads of this process, the serving node's too.
    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private long say(String what, long start, Map<String, Long> more) {
        long nanos = System.nanoTime() - start;
        long cpu = cpuNanos();
        double cpuSeconds = (cpu - cpuBefore) / 1e9;
        cpuBefore = cpu;
        double seconds = nanos / 1e9;
        ObjectNode facts =
                Output.object().put("what", what).put("seconds", seconds).put("blocks", blocks);
        facts.put("blocksPerSecond", Math.round(blocks / seconds));
        facts.put("transactions", nonce).put("cpuSeconds", cpuSeconds);
        more.forEach((name, value) -> facts.put(name, value));
        facts.put("mgasPerSecond", Math.round(gasUsed / seconds / 1e6));
        output.print(
                facts,
                String.format(
                        Locale.ROOT,
                        "%-16s %6.1f s   %,6d blocks/s   %,6d transactions/s   %,5d Mgas/s"
                                + "   %6.1f s of CPU",
                        what,
                        seconds,
                        Math.round(blocks / seconds),
                        Math.round(nonce / seconds),
                        Math.round(gasUsed / seconds / 1e6),
                        cpuSeconds));
        return nanos;
    }

    private void compare(long full, long checkpoint) {
        double ratio = (double) full / checkpoint;
        output.print(
                Output.object().put("what", "ratio").put("fullOverCheckpoint", ratio),
                String.format(
                        Locale.ROOT,
                        "checkpoint sync takes 1/%.1f of the time of full sync",
                        ratio));
    }
}
