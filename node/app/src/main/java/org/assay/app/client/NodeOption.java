package org.assay.app.client;

import java.util.List;
import picocli.CommandLine.Option;

/// `--rpc`, for commands that talk to a node.
public final class NodeOption {
    @Option(
            names = "--rpc",
            paramLabel = "URL",
            split = ",",
            defaultValue = "http://127.0.0.1:8545",
            description =
                    "The node's JSON-RPC; several for the case that one does not answer"
                            + " (default: ${DEFAULT-VALUE}).")
    private List<String> urls = List.of();

    public List<String> urls() {
        return urls;
    }

    public RpcClient connect() {
        return new RpcClient(urls);
    }
}
