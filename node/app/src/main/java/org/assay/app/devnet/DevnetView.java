package org.assay.app.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Address;
import org.jspecify.annotations.Nullable;

/// Says what a [LocalNetwork] does: a line for each validator, redrawn every second on a
/// terminal, written now and then elsewhere; or JSON, one object a line.
final class DevnetView {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long EVERY_MILLIS = 1_000;
    private static final int PLAIN_EVERY = 10;

    /// Lines without a terminal: the first ones, then every tenth.
    private static final int PLAIN_FIRST = 3;

    private final PrintStream out;
    private final boolean json;
    private final LocalNetwork network;
    private final boolean redraws;
    private int drawn;
    private int turn;

    /// An account in genesis and its published key, hexadecimal.
    record Funded(Address address, String secretKey) {}

    private record Status(int index, long block, String hash, long peers, long pending) {}

    DevnetView(PrintStream out, boolean json, LocalNetwork network) {
        this.out = out;
        this.json = json;
        this.network = network;
        this.redraws = !json && isTerminal();
    }

    /// Null still happens: where jdk.internal.le is not resolved and the output is a pipe.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    void ready(Founding founding, boolean standard, Path folder, List<Funded> accounts) {
        if (json) {
            ObjectNode event = JSON.createObjectNode().put("event", "ready");
            event.put("chainId", founding.chainId());
            event.put("blockMillis", founding.periodMillis());
            event.put("standard", standard);
            event.put("folder", folder.toString());
            ArrayNode urls = event.putArray("rpc");
            for (int i = 0; i < network.count(); i++) {
                urls.add(network.rpcUrl(i));
            }
            ArrayNode rows = event.putArray("accounts");
            for (Funded account : accounts) {
                rows.addObject()
                        .put("address", account.address.toString())
                        .put("privateKey", account.secretKey);
            }
            out.println(event);
            out.flush();
            return;
        }
        out.println("Accounts with 10,000 coins each, known to everybody:");
        for (Funded account : accounts) {
            out.println("  " + account.address + "  " + account.secretKey);
        }
        out.println();
        if (!standard) {
            out.println(
                    "NOT STANDARD: blocks of less than a second, no emission, timestamps that"
                            + " stand still.");
        }
        out.println(
                "Chain "
                        + founding.chainId()
                        + ", "
                        + network.count()
                        + " validators, files in "
                        + folder
                        + ". Ctrl-C ends it.");
        for (int i = 0; i < network.count(); i++) {
            out.println("rpc " + i + "  " + network.rpcUrl(i));
        }
        out.flush();
    }

    /// Reports until every validator has block `last`, or for ever. False when one has died.
    boolean follow(@Nullable Long last) throws IOException, InterruptedException {
        while (true) {
            List<Status> rows = new ArrayList<>();
            for (int i = 0; i < network.count(); i++) {
                rows.add(status(i));
            }
            show(rows);
            if (last != null && rows.stream().allMatch(row -> row.block >= last)) {
                return true;
            }
            Thread.sleep(EVERY_MILLIS);
        }
    }

    private Status status(int index) {
        RpcClient rpc = network.rpc(index);
        try {
            JsonNode block = rpc.call("eth_getBlockByNumber", "latest", false);
            return new Status(
                    index,
                    RpcClient.quantity(block.path("number")),
                    block.path("hash").asText(),
                    RpcClient.quantity(rpc.call("net_peerCount")),
                    RpcClient.quantity(rpc.call("txpool_status").path("pending")));
        } catch (IOException | RpcClient.Refused e) {
            return new Status(index, -1, "does not answer", 0, 0);
        }
    }

    private void show(List<Status> rows) {
        if (json) {
            rows.forEach(
                    row ->
                            out.println(
                                    JSON.createObjectNode()
                                            .put("event", "status")
                                            .put("validator", row.index)
                                            .put("block", row.block)
                                            .put("hash", row.hash)
                                            .put("peers", row.peers)
                                            .put("pending", row.pending)));
            out.flush();
            return;
        }
        boolean due = redraws || turn < PLAIN_FIRST || turn % PLAIN_EVERY == 0;
        turn++;
        if (!due) {
            return;
        }
        if (redraws && drawn > 0) {
            out.print("\u001b[" + drawn + "A");
        }
        for (Status row : rows) {
            out.print(redraws ? "\u001b[2K" : "");
            out.println(
                    row.block < 0
                            ? "validator " + row.index + "  does not answer"
                            : "validator %d  block %d  %.18s  %d peers  %d pending  %s"
                                    .formatted(
                                            row.index,
                                            row.block,
                                            row.hash,
                                            row.peers,
                                            row.pending,
                                            network.rpcUrl(row.index)));
        }
        out.flush();
        drawn = rows.size();
    }
}
