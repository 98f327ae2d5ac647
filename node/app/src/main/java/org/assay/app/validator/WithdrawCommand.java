package org.assay.app.validator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.node.KeyOptions;
import org.assay.app.node.NodeKeys;
import org.assay.chain.system.Abi;
import org.assay.primitives.UInt256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `assay validator withdraw`: the stake of one that has left, after its delay.
@Command(
        name = "withdraw",
        mixinStandardHelpOptions = true,
        description = "Pay out the stake of a validator that has left, once its delay is over.",
        sortOptions = false)
final class WithdrawCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private KeyOptions keys = new KeyOptions();

    @Override
    public Integer call() {
        NodeKeys own = keys.operator();
        try (RpcClient rpc = node.connect()) {
            StakingView staking = StakingView.of(rpc);
            StakingView.Stake stake = staking.stake(own.address());
            long head = rpc.blockNumber();
            if (stake.exitingWei().isZero() || head < stake.exitHeight()) {
                output.err()
                        .println(
                                stake.exitingWei().isZero()
                                        ? "assay: nothing to withdraw"
                                        : "assay: not before block "
                                                + stake.exitHeight()
                                                + "; this is block "
                                                + head);
                return 1;
            }
            UInt256 chainId = UInt256.parse(rpc.call("eth_chainId").asText());
            JsonNode receipt =
                    staking.send(
                            new Wallet(rpc, own.signer(), chainId),
                            UInt256.ZERO,
                            Abi.call("withdraw(uint8)", Abi.of(StakingView.ROLE_VALIDATOR)));
            output.print(
                    Output.object()
                            .put("event", "withdrawn")
                            .put("transaction", receipt.path("transactionHash").asText())
                            .put("wei", stake.exitingWei().toQuantity()),
                    "withdrawn: " + Coins.text(stake.exitingWei()) + " coins");
            return 0;
        } catch (IOException | RpcClient.Refused e) {
            output.err().println("assay: " + e.getMessage());
            return 1;
        }
    }
}
