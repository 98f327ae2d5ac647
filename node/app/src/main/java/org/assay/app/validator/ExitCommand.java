package org.assay.app.validator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.node.KeyOptions;
import org.assay.app.node.NodeKeys;
import org.assay.chain.system.Abi;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay validator exit`: asks to leave with the whole stake.
@Command(
        name = "exit",
        mixinStandardHelpOptions = true,
        description = {
            "Leave the validators at the next epoch boundary, with the whole stake, and wait for",
            "it. Keep the node running until then. The stake stays liable for a while, then",
            "`assay validator withdraw` pays it out."
        },
        sortOptions = false)
final class ExitCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private KeyOptions keys = new KeyOptions();

    @Option(names = "--no-wait", description = "End when the request is in a block.")
    private boolean noWait;

    @Override
    public Integer call() throws InterruptedException {
        NodeKeys own = keys.operator();
        try (RpcClient rpc = node.connect()) {
            return exit(rpc, own);
        } catch (IOException | RpcClient.Refused e) {
            output.err().println("assay: " + e.getMessage());
            return 1;
        }
    }

    private int exit(RpcClient rpc, NodeKeys own) throws IOException, InterruptedException {
        StakingView staking = StakingView.of(rpc);
        Address self = own.address();
        boolean mayLeave = staking.seat(self).filter(s -> s.untilEpoch().isEmpty()).isPresent();
        Preflight checks = new Preflight(rpc, output);
        checks.say(
                mayLeave, mayLeave ? "validator" : self + " is no validator, or leaving already");
        List<Address> set = staking.validators();
        long others = set.stream().filter(one -> !one.equals(self)).count();
        checks.say(
                others > 0,
                others > 0
                        ? others + " others go on and bear " + (others - 1) / 3 + " faulty"
                        : "the last validator cannot leave");
        if (!checks.isReady()) {
            output.say("nothing was sent");
            return 1;
        }
        UInt256 chainId = UInt256.parse(rpc.call("eth_chainId").asText());
        JsonNode receipt =
                staking.send(
                        new Wallet(rpc, own.signer(), chainId),
                        UInt256.ZERO,
                        Abi.call(
                                "requestExit(uint8,uint256)",
                                Abi.of(StakingView.ROLE_VALIDATOR),
                                Abi.of(staking.stake(self).activeWei())));
        long last =
                staking.seat(self).orElseThrow().untilEpoch().orElseThrow() * staking.epochBlocks();
        long exitHeight = staking.stake(self).exitHeight();
        output.print(
                Output.object()
                        .put("event", "leaving")
                        .put("validator", self.toString())
                        .put("transaction", receipt.path("transactionHash").asText())
                        .put("lastBlock", last)
                        .put("withdrawableFrom", exitHeight),
                "validates up to block "
                        + last
                        + "; the stake can be withdrawn from block "
                        + exitHeight
                        + " on");
        if (!noWait) {
            staking.awaitBlock(last + 1, JoinCommand.BLOCK_MILLIS_MAX);
            boolean isOut = !staking.validators().contains(self);
            output.print(
                    Output.object()
                            .put("event", "left")
                            .put("inSet", !isOut)
                            .put("block", last + 1),
                    isOut ? "out of the set: the node may stop" : "still in the set");
            return isOut ? 0 : 1;
        }
        return 0;
    }
}
