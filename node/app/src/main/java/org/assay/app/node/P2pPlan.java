package org.assay.app.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.assay.p2p.Enode;
import org.assay.p2p.RlpxNetwork;
import org.assay.p2p.discovery.Discovery;
import org.assay.p2p.discovery.Enr;
import org.assay.p2p.eth.EthServer;
import org.assay.primitives.crypto.SecretKey;

/// How a node is to meet others. `nodeKey` is its identity, for a validator the key by which the
/// other validators know it (QBFT-WIRE "Transport"); `peersMax` counts neither static peers nor
/// validators. Without `discovery` the node knows the peers it was told of and no others.
public record P2pPlan(
        SecretKey nodeKey,
        InetSocketAddress listen,
        Optional<String> advertisedHost,
        List<Enode> staticPeers,
        int peersMax,
        Optional<Search> discovery) {
    static final int PEERS_MAX = 30;

    /// Looking for peers from `udpPort`, 0 for the number of the TCP port, starting with those in
    /// `bootNodes`.
    public record Search(int udpPort, List<BootNode> bootNodes) {
        public Search {
            bootNodes = List.copyOf(bootNodes);
        }
    }

    /// A node to ask for others; `enode` is how to dial it at once, where that is known.
    public record BootNode(Enr record, Optional<Enode> enode) {}

    /// What the node calls itself.
    public static final String CLIENT = "assay/v0.1.0/java";

    public P2pPlan {
        staticPeers = List.copyOf(staticPeers);
    }

    /// Static peers only, known under the address listened on.
    public static P2pPlan of(SecretKey nodeKey, InetSocketAddress listen, List<Enode> staticPeers) {
        return new P2pPlan(
                nodeKey, listen, Optional.empty(), staticPeers, PEERS_MAX, Optional.empty());
    }

    RlpxNetwork.Settings settings() {
        return new RlpxNetwork.Settings(
                nodeKey,
                CLIENT,
                listen,
                reachableHost().orElseGet(() -> InetAddress.getLoopbackAddress().getHostAddress()),
                peersMax);
    }

    /// Looks for peers for `rlpx`, where that is planned.
    Optional<Discovery> discover(RlpxNetwork rlpx, EthServer eth) throws IOException {
        if (discovery.isEmpty()) {
            return Optional.empty();
        }
        Search search = discovery.get();
        search.bootNodes().forEach(node -> node.enode().ifPresent(rlpx::offer));
        int udpPort = search.udpPort() == 0 ? rlpx.port() : search.udpPort();
        return Optional.of(
                Discovery.start(
                        new Discovery.Settings(
                                nodeKey,
                                new InetSocketAddress(listen.getAddress(), udpPort),
                                reachableHost(),
                                rlpx.port(),
                                search.bootNodes().stream().map(BootNode::record).toList()),
                        new Discovery.Chain(eth::forkId, eth::isOfThisChain),
                        rlpx::offer));
    }

    /// Where others reach the node, as far as it can know that itself.
    Optional<String> reachableHost() {
        InetAddress address = listen.getAddress();
        return advertisedHost.or(
                () ->
                        address == null || address.isAnyLocalAddress()
                                ? Optional.empty()
                                : Optional.of(address.getHostAddress()));
    }
}
