package org.assay.app.node;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.PortNumber;
import org.assay.chain.ConfigException;
import org.assay.p2p.Enode;
import org.assay.p2p.discovery.Enr;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a node meets others: a mixin of every command that runs one.
public final class P2pOptions {
    @Option(
            names = "--p2p-host",
            defaultValue = "127.0.0.1",
            description = "Address to listen on for peers (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--p2p-port",
            defaultValue = "30303",
            converter = PortNumber.class,
            description = "Port for peers, 0 for any (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = {"--static-peers", "--peer"},
            paramLabel = "ENODE",
            split = ",",
            description =
                    "Peers to stay connected to, as enode://KEY@HOST:PORT. May be given many times"
                            + " or separated by commas.")
    private List<String> staticPeers = new ArrayList<>();

    @Option(
            names = "--bootnodes",
            paramLabel = "NODE",
            split = ",",
            description =
                    "Nodes to ask for peers, as enr:... or enode://KEY@HOST:PORT. May be given many"
                            + " times or separated by commas.")
    private List<String> bootNodes = new ArrayList<>();

    @Option(
            names = "--discovery-port",
            paramLabel = "PORT",
            description = {
                "UDP port of discovery v5 (default: the number of the TCP port). Discovery runs",
                "when this or --bootnodes is given, or --p2p-host is not loopback."
            })
    private @Nullable Integer discoveryPort;

    @Option(names = "--no-discovery", description = "Meet only the peers named here.")
    private boolean noDiscovery;

    @Option(
            names = "--advertised-host",
            paramLabel = "HOST",
            description =
                    "Address by which others reach this node (default: --p2p-host, or what others"
                            + " say they see).")
    private @Nullable String advertisedHost;

    @Option(
            names = "--max-peers",
            paramLabel = "N",
            defaultValue = "" + P2pPlan.PEERS_MAX,
            description =
                    "Peers besides validators and static peers (default: ${DEFAULT-VALUE}). Up to"
                            + " half of them are dialled.")
    private int peersMax;

    /// Throws [ConfigException] for what [#plan] would not take.
    void check() {
        if (peersMax < 0) {
            throw new ConfigException("--max-peers", Integer.toString(peersMax), "use 0 or more");
        }
        staticPeers();
        search();
    }

    /// How the node with this identity is to meet others. Throws [ConfigException].
    P2pPlan plan(SecretKey identity) {
        check();
        return new P2pPlan(
                identity,
                new InetSocketAddress(host, port),
                Optional.ofNullable(advertisedHost),
                staticPeers(),
                peersMax,
                search());
    }

    private Optional<P2pPlan.Search> search() {
        List<P2pPlan.BootNode> nodes = bootNodes.stream().map(P2pOptions::bootNode).toList();
        if (noDiscovery) {
            if (!nodes.isEmpty()) {
                throw new ConfigException(
                        "--no-discovery", "given", "cannot be given beside --bootnodes");
            }
            return Optional.empty();
        }
        boolean isLoopback = new InetSocketAddress(host, 0).getAddress().isLoopbackAddress();
        if (isLoopback && nodes.isEmpty() && discoveryPort == null) {
            return Optional.empty();
        }
        int udpPort = discoveryPort == null ? 0 : discoveryPort;
        if (udpPort < 0 || udpPort > 65_535) {
            throw new ConfigException(
                    "--discovery-port", Integer.toString(udpPort), "use 0 to 65535");
        }
        return Optional.of(new P2pPlan.Search(udpPort, nodes));
    }

    private static P2pPlan.BootNode bootNode(String text) {
        Optional<Enode> enode = Enode.parse(text);
        return enode.flatMap(Enr::of)
                .or(() -> Enr.parse(text))
                .map(record -> new P2pPlan.BootNode(record, enode))
                .orElseThrow(() -> new ConfigException("--bootnodes", text, fix(text, enode)));
    }

    private static String fix(String text, Optional<Enode> enode) {
        if (enode.isPresent()) {
            return "there is no such host; write the address of one";
        }
        return text.startsWith("enr:")
                ? "this is no node record with a valid signature; copy the whole of it, as the"
                        + " node prints it at its start"
                : "write it as enr:... or enode://PUBLICKEY@HOST:PORT, the key in 128 hex digits";
    }

    private List<Enode> staticPeers() {
        return staticPeers.stream().map(P2pOptions::enode).toList();
    }

    private static Enode enode(String text) {
        return Enode.parse(text)
                .orElseThrow(
                        () ->
                                new ConfigException(
                                        "--static-peers",
                                        text,
                                        "write it as enode://PUBLICKEY@HOST:PORT, the key in 128"
                                                + " hex digits"));
    }
}
