package org.assay.app.validator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.RpcClient;
import org.assay.p2p.Enode;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// Looks whether a node is ready to validate, before the network counts on it: a validator that
/// does not vote costs the others the fault that they could have borne.
final class Preflight {
    /// The block's time against this machine's clock, in milliseconds: voters refuse blocks more
    /// than a second ahead, and a block is here seconds after its time at the latest.
    private static final long AHEAD_MILLIS_MAX = 1_000;

    private static final long BEHIND_MILLIS_MAX = 5_000;
    private static final long BLOCK_MILLIS_MAX = 20_000;
    private static final int CONNECT_MILLIS_MAX = 2_000;

    /// For the gas of the first prologues; they are refunded.
    private static final UInt256 RESERVE_WEI = UInt256.of(50_000_000_000_000_000L);

    private final RpcClient rpc;
    private final Output output;
    private boolean ready = true;

    Preflight(RpcClient rpc, Output output) {
        this.rpc = rpc;
        this.output = output;
    }

    /// Whether everything asked so far was in order.
    boolean isReady() {
        return ready;
    }

    private void say(boolean good, String what, String detail) {
        ready &= good;
        output.print(
                Output.object().put("check", what).put("ok", good).put("detail", detail),
                String.format("%s %-9s %s", good ? "ok  " : "BAD ", what, detail));
    }

    /// The node answers, is the validator's, is synced, has peers and a true clock.
    void node(Address validator, int validators) throws IOException, InterruptedException {
        boolean own = coinbase().filter(validator::equals).isPresent();
        say(
                own,
                "key",
                own
                        ? "the node signs as " + validator
                        : "the node does not sign as "
                                + validator
                                + ": start it with this key, or name the right one by --rpc");
        boolean syncing = !rpc.call("eth_syncing").isBoolean();
        say(!syncing, "synced", syncing ? "the node is catching up" : "block " + rpc.blockNumber());
        peers(validators);
        reachable();
        clock();
    }

    private Optional<Address> coinbase() throws IOException {
        try {
            return Optional.of(Address.fromHex(rpc.call("eth_coinbase").asText()));
        } catch (RpcClient.Refused follower) {
            return Optional.empty();
        }
    }

    private void peers(int validators) throws IOException {
        long peers = RpcClient.quantity(rpc.call("net_peerCount"));
        boolean enough = validators == 1 ? peers > 0 : 2 * peers > validators;
        say(
                enough,
                "peers",
                peers
                        + " for "
                        + validators
                        + " validators"
                        + (enough ? "" : ": name them by --static-peers or --bootnodes"));
    }

    /// Whether the address that the node tells others leads to it.
    private void reachable() throws IOException {
        Enode enode;
        List<String> remotes = new ArrayList<>();
        try {
            String text = rpc.call("admin_nodeInfo").path("enode").asText();
            Optional<Enode> parsed = Enode.parse(text);
            if (parsed.isEmpty()) {
                say(false, "reachable", "the node has no network");
                return;
            }
            enode = parsed.get();
            for (JsonNode peer : rpc.call("admin_peers")) {
                remotes.add(peer.path("network").path("remoteAddress").asText());
            }
        } catch (RpcClient.Refused off) {
            say(true, "reachable", "not looked at: the node's admin methods are off");
            return;
        }
        InetSocketAddress endpoint = enode.endpoint();
        boolean isLoopback = !endpoint.isUnresolved() && endpoint.getAddress().isLoopbackAddress();
        if (isLoopback && remotes.stream().anyMatch(one -> !one.startsWith("127."))) {
            say(
                    false,
                    "reachable",
                    "the node tells others to come to loopback: start it with --advertised-host");
            return;
        }
        String place = enode.host() + ":" + enode.tcpPort();
        try (Socket socket = new Socket()) {
            socket.connect(endpoint, CONNECT_MILLIS_MAX);
            say(true, "reachable", place);
        } catch (IOException e) {
            say(
                    false,
                    "reachable",
                    "nobody answers at " + place + ": open the port, or mend --advertised-host");
        }
    }

    /// Compares this machine's clock with the time of the next block, as it arrives.
    private void clock() throws IOException, InterruptedException {
        long first = rpc.blockNumber();
        long end = System.currentTimeMillis() + BLOCK_MILLIS_MAX;
        while (rpc.blockNumber() == first) {
            if (System.currentTimeMillis() > end) {
                say(
                        false,
                        "clock",
                        "no new block for 20 s: the chain stands, or the node is cut off");
                return;
            }
            Thread.sleep(20);
        }
        long now = System.currentTimeMillis();
        JsonNode block = rpc.call("eth_getBlockByNumber", "latest", false);
        long lateMillis = now - 1_000 * RpcClient.quantity(block.path("timestamp"));
        boolean good = lateMillis >= -AHEAD_MILLIS_MAX && lateMillis <= BEHIND_MILLIS_MAX;
        say(
                good,
                "clock",
                "a block arrived "
                        + lateMillis
                        + " ms after its time"
                        + (good ? "" : ": set this machine's clock (chrony or systemd-timesyncd)"));
    }

    /// The account can pay the stake and its first transactions.
    void money(Address account, UInt256 stakeWei, UInt256 leastWei) throws IOException {
        boolean enough = stakeWei.compareTo(leastWei) >= 0;
        say(
                enough,
                "stake",
                Coins.text(stakeWei)
                        + " coins"
                        + (enough ? "" : "; the least is " + Coins.text(leastWei)));
        UInt256 held =
                UInt256.parse(rpc.call("eth_getBalance", account.toString(), "latest").asText());
        UInt256 needed = stakeWei.add(RESERVE_WEI);
        boolean rich = held.compareTo(needed) >= 0;
        say(
                rich,
                "balance",
                Coins.text(held)
                        + " coins"
                        + (rich ? "" : "; it takes " + Coins.text(needed) + ": send it the rest"));
    }

    void say(boolean good, String detail) {
        say(good, "seat", detail);
    }
}
