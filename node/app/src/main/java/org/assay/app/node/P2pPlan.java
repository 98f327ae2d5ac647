package org.assay.app.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.assay.p2p.Enode;
import org.assay.p2p.RlpxNetwork;
import org.assay.primitives.crypto.SecretKey;

/// How a node is to meet others. `nodeKey` is its identity, for a validator the key by which the
/// other validators know it (QBFT-WIRE "Transport"); `peersMax` counts neither static peers nor
/// validators.
public record P2pPlan(
        SecretKey nodeKey,
        InetSocketAddress listen,
        Optional<String> advertisedHost,
        List<Enode> staticPeers,
        int peersMax) {
    static final int PEERS_MAX = 30;

    /// What the node calls itself.
    public static final String CLIENT = "assay/v0.1.0/java";

    public P2pPlan {
        staticPeers = List.copyOf(staticPeers);
    }

    /// Static peers only, known under the address listened on.
    public static P2pPlan of(SecretKey nodeKey, InetSocketAddress listen, List<Enode> staticPeers) {
        return new P2pPlan(nodeKey, listen, Optional.empty(), staticPeers, PEERS_MAX);
    }

    RlpxNetwork.Settings settings() {
        return new RlpxNetwork.Settings(
                nodeKey, CLIENT, listen, advertisedHost.orElseGet(this::listenHost), peersMax);
    }

    private String listenHost() {
        InetAddress address = listen.getAddress();
        return address == null || address.isAnyLocalAddress()
                ? InetAddress.getLoopbackAddress().getHostAddress()
                : address.getHostAddress();
    }
}
