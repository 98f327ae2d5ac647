package org.assay.app.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.client.RpcClient;
import org.assay.app.node.Node;
import org.assay.app.node.NodeKeys;
import org.assay.app.proof.BuiltInModels;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.p2p.Enode;
import org.assay.rpc.RpcOptions;
import org.assay.rpc.RpcServer;
import org.assay.storage.ChainMarker;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;

/// Validators in this process, over real sockets and disks, in a folder that [Founding] has
/// written.
public final class InProcessNetwork implements LocalNetwork {
    private final Path folder;
    private final List<NodeKeys> keys;
    private final List<Integer> rpcPorts = new ArrayList<>();
    private final List<Enode> peers = new ArrayList<>();
    private final List<Running> running = new ArrayList<>();
    private final List<RpcClient> clients = new ArrayList<>();

    private record Running(RocksStore store, Node node, RpcServer rpc) {}

    public InProcessNetwork(Path folder, List<NodeKeys> keys, int rpcPort) throws IOException {
        this.folder = folder;
        this.keys = List.copyOf(keys);
        for (int i = 0; i < keys.size(); i++) {
            peers.add(Enode.of(keys.get(i).key(), "127.0.0.1", Ports.free()));
            rpcPorts.add(rpcPort == 0 ? Ports.free() : Ports.freeOr(rpcPort + i));
            clients.add(new RpcClient(rpcUrl(i)));
        }
    }

    @Override
    public void start() throws IOException {
        ChainSpec spec = ChainSpec.parse(Files.readString(folder.resolve("genesis.json")));
        ChainMarker marker =
                new ChainMarker(
                        spec.chainId().toLongExact(),
                        Blockchain.genesisBlock(spec).header().hash());
        for (int i = 0; i < keys.size(); i++) {
            Path data = folder.resolve("validator" + i);
            Files.createDirectories(data);
            RocksStore store = RocksStore.open(data.resolve("chain"), marker, StoreOptions.small());
            Blockchain chain =
                    new Blockchain(store, WorldState.open(store, StateOptions.bounded()), spec);
            Node node = new Node(chain, store, Optional.of(keys.get(i)), BuiltInModels.all());
            node.start(keys.get(i).key(), peers.get(i).endpoint(), peers);
            RpcServer rpc = RpcServer.start(RpcOptions.loopback(rpcPorts.get(i)), node, List.of());
            running.add(new Running(store, node, rpc));
        }
    }

    @Override
    public int count() {
        return keys.size();
    }

    @Override
    public RpcClient rpc(int index) {
        return clients.get(index);
    }

    @Override
    public String rpcUrl(int index) {
        return "http://127.0.0.1:" + rpcPorts.get(index);
    }

    @Override
    public void close() {
        for (Running one : running) {
            one.rpc.close();
            one.node.close();
            one.store.close();
        }
        clients.forEach(RpcClient::close);
    }
}
