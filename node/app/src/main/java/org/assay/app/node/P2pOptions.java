package org.assay.app.node;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.assay.chain.ConfigException;
import org.assay.p2p.Enode;
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

    InetSocketAddress listen() {
        return new InetSocketAddress(host, port);
    }

    List<Enode> staticPeers() {
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
