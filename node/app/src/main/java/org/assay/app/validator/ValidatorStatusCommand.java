package org.assay.app.validator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.node.KeyOptions;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay validator status`: seat, stake and what it has done of late.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show a validator's seat, its stake and the blocks it proposed of late.",
        sortOptions = false)
final class ValidatorStatusCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "Whose, in place of a key (default: the node's own).")
    private @Nullable String address;

    @Override
    public Integer call() {
        try (RpcClient rpc = node.connect()) {
            output.print(status(rpc));
            return 0;
        } catch (IOException | RpcClient.Refused e) {
            output.err().println("assay: " + e.getMessage());
            return 1;
        }
    }

    private Address who(RpcClient rpc) throws IOException {
        if (address == null) {
            return keys.isGiven()
                    ? keys.operator().address()
                    : Address.fromHex(rpc.call("eth_coinbase").asText());
        }
        try {
            return Address.fromHex(address);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--address", address, "write 0x and 40 hex digits");
        }
    }

    private ObjectNode status(RpcClient rpc) throws IOException {
        StakingView staking = StakingView.of(rpc);
        Address self = who(rpc);
        long head = rpc.blockNumber();
        long epochBlocks = staking.epochBlocks();
        long epoch = head / epochBlocks;
        List<Address> set = staking.validators();
        Optional<StakingView.Seat> seat = staking.seat(self);
        StakingView.Stake stake = staking.stake(self);
        ObjectNode view = Output.object();
        view.put("validator", self.toString());
        view.put("state", state(seat, epoch));
        view.put("inSet", set.contains(self));
        view.put("validators", set.size());
        view.put("block", head);
        view.put("epoch", epoch);
        view.put("nextEpochBlock", (epoch + 1) * epochBlocks);
        seat.ifPresent(
                it -> {
                    view.put("firstBlock", it.fromEpoch() * epochBlocks + 1);
                    it.untilEpoch().ifPresent(until -> view.put("lastBlock", until * epochBlocks));
                });
        view.put("stake", Coins.text(stake.activeWei()));
        view.put("exiting", Coins.text(stake.exitingWei()));
        if (!stake.exitingWei().isZero()) {
            view.put("withdrawableFrom", stake.exitHeight());
        }
        view.put("slashed", Coins.text(stake.slashedWei()));
        for (JsonNode row : rpc.call("qbft_getSignerMetrics")) {
            if (row.path("address").asText().equalsIgnoreCase(self.toString())) {
                view.put("proposedOfLast100", RpcClient.quantity(row.path("proposedBlockCount")));
                view.put(
                        "lastProposedBlock",
                        RpcClient.quantity(row.path("lastProposedBlockNumber")));
            }
        }
        view.put("peers", RpcClient.quantity(rpc.call("net_peerCount")));
        view.put("syncing", !rpc.call("eth_syncing").isBoolean());
        return view;
    }

    private static String state(Optional<StakingView.Seat> seat, long epoch) {
        if (seat.isEmpty()) {
            return "none";
        }
        boolean isLeaving = seat.get().untilEpoch().isPresent();
        if (seat.get().isActive(epoch)) {
            return isLeaving ? "leaving" : "active";
        }
        return isLeaving ? "left" : "joining";
    }
}
