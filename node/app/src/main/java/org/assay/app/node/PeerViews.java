package org.assay.app.node;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.chain.Blockchain;
import org.assay.p2p.Enode;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.discovery.Enr;
import org.assay.primitives.crypto.Keccak;
import org.assay.rpc.NetMethods;
import org.assay.rpc.RpcError;

/// The node and its peers as `admin_*` words them.
final class PeerViews {
    private PeerViews() {}

    /// `record` is the node's own, where discovery runs.
    static Map<String, Object> node(PeerNetwork network, Optional<Enr> record, Blockchain chain) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", NetMethods.version());
        Optional<Enode> self = network.self();
        if (self.isPresent()) {
            Enode enode = withPorts(self.get(), record.flatMap(Enr::enode));
            view.put("id", Keccak.hash256(enode.publicKey()).toString().substring(2));
            record.ifPresent(known -> view.put("enr", known.toString()));
            view.put("enode", enode.toString());
            view.put("ip", enode.host());
            view.put("listenAddr", enode.host() + ":" + enode.tcpPort());
            view.put("ports", Map.of("discovery", enode.udpPort(), "listener", enode.tcpPort()));
        }
        Map<String, Object> eth = new LinkedHashMap<>();
        eth.put("network", chain.spec().chainId().toBigInteger());
        eth.put("genesis", chain.genesisHash().toString());
        eth.put("head", chain.head().hash().toString());
        view.put("protocols", Map.of("eth", eth));
        return view;
    }

    private static Enode withPorts(Enode self, Optional<Enode> known) {
        int udpPort = known.map(Enode::udpPort).orElse(self.udpPort());
        return new Enode(self.publicKey(), self.host(), self.tcpPort(), udpPort);
    }

    static List<Map<String, Object>> peers(PeerNetwork network) {
        return network.peers().stream().map(PeerViews::peer).toList();
    }

    private static Map<String, Object> peer(PeerInfo peer) {
        Map<String, Object> view = new LinkedHashMap<>();
        InetSocketAddress remote = peer.remote();
        view.put(
                "enode",
                new Enode(
                                peer.nodeKey(),
                                remote.getHostString(),
                                remote.getPort(),
                                remote.getPort())
                        .toString());
        view.put("id", Keccak.hash256(peer.nodeKey()).toString().substring(2));
        view.put("name", peer.client());
        view.put(
                "caps",
                peer.capabilities().stream().map(c -> c.name() + "/" + c.version()).toList());
        Map<String, Object> socket = new LinkedHashMap<>();
        socket.put("remoteAddress", remote.getHostString() + ":" + remote.getPort());
        socket.put("inbound", peer.inbound());
        socket.put("static", peer.isStatic());
        view.put("network", socket);
        view.put(
                "protocols",
                Map.of("eth", Map.of("version", peer.ethVersion(), "height", peer.height())));
        return view;
    }

    /// Throws [RpcError] for what is no enode URL.
    static Enode enode(String text) {
        return Enode.parse(text)
                .orElseThrow(
                        () ->
                                RpcError.invalidParams(
                                        "not an enode URL: enode://<128 hex digits>@host:port"));
    }
}
