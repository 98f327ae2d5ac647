package org.assay.app.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.rpc.RpcOptions;
import org.assay.rpc.RpcServer;
import org.assay.storage.KeyValueStore;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;

/// A developer's chain with its JSON-RPC, ready for calls. The store stays its owner's.
public final class DevServer implements AutoCloseable {
    private final DevNode node;
    private final RpcServer rpc;

    private DevServer(DevNode node, RpcServer rpc) {
        this.node = node;
        this.rpc = rpc;
    }

    /// Where what waits is kept over restarts, whether a transaction is mined as it comes, and
    /// milliseconds between blocks by the clock, 0 for none.
    public record Setting(Optional<Path> poolFile, boolean automine, long intervalMillis) {
        public static final Setting INSTANT = new Setting(Optional.empty(), true, 0);
    }

    /// As below, a block for each transaction.
    public static DevServer start(
            KeyValueStore store, ChainSpec spec, InstantSource time, RpcOptions options)
            throws IOException {
        return start(store, spec, time, options, Setting.INSTANT);
    }

    /// Serves the chain of `spec` kept in `store`. Throws [IOException] when the port is taken.
    public static DevServer start(
            KeyValueStore store,
            ChainSpec spec,
            InstantSource time,
            RpcOptions options,
            Setting setting)
            throws IOException {
        DevNode node = new DevNode(open(store, spec, time), store);
        if (!setting.automine) {
            node.setAutomine(false);
        }
        if (setting.intervalMillis > 0) {
            node.setIntervalMillis(setting.intervalMillis);
        }
        setting.poolFile.ifPresent(node::keepPool);
        DevAccounts accounts = new DevAccounts();
        RpcServer rpc =
                RpcServer.start(
                        options,
                        node,
                        List.of(new AccountMethods(node, accounts), new CheatMethods(node)));
        node.start();
        return new DevServer(node, rpc);
    }

    /// The chain alone. Every state is kept, so that one can go back to any block.
    public static DevChain open(KeyValueStore store, ChainSpec spec, InstantSource time) {
        WorldState world = WorldState.open(store, StateOptions.unlimited());
        return new DevChain(
                new Blockchain(store, world, spec), store, DevAccounts.validator(), time);
    }

    public DevNode node() {
        return node;
    }

    public int port() {
        return rpc.port();
    }

    @Override
    public void close() {
        rpc.close();
        node.close();
    }
}
