package org.assay.app.validator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.node.KeyOptions;
import org.assay.app.node.NodeKeys;
import org.assay.chain.system.Abi;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Bls;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay validator join`: looks whether the node is ready, then registers its key with a stake.
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = {
            "Become a validator: check that the node at --rpc is ready, stake, and wait until the",
            "set has it, at the second epoch boundary from now. Run it on the node's machine, whose",
            "clock it looks at. Exit status 1 if a check fails; then nothing was sent."
        },
        sortOptions = false)
final class JoinCommand implements Callable<Integer> {
    /// Patience with one block, in milliseconds.
    static final long BLOCK_MILLIS_MAX = 120_000;

    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--stake",
            paramLabel = "COINS",
            description = "What to stake (default: the least that the contract takes).")
    private @Nullable String stake;

    @Option(names = "--check-only", description = "Check and send nothing.")
    private boolean checkOnly;

    @Option(names = "--no-wait", description = "End when the registration is in a block.")
    private boolean noWait;

    @Override
    public Integer call() throws InterruptedException {
        NodeKeys own = keys.operator();
        try (RpcClient rpc = node.connect()) {
            return join(rpc, own);
        } catch (IOException | RpcClient.Refused e) {
            output.err().println("assay: " + e.getMessage());
            return 1;
        }
    }

    private int join(RpcClient rpc, NodeKeys own) throws IOException, InterruptedException {
        StakingView staking = StakingView.of(rpc);
        Address self = own.address();
        UInt256 leastWei = staking.stakeLeastWei();
        UInt256 stakeWei = stake == null ? leastWei : Coins.wei("--stake", stake);
        Preflight checks = new Preflight(rpc, output);
        long epoch = staking.epoch();
        Optional<StakingView.Seat> seat = staking.seat(self);
        boolean isFree =
                seat.flatMap(StakingView.Seat::untilEpoch)
                        .map(u -> u <= epoch)
                        .orElse(seat.isEmpty());
        checks.say(isFree, isFree ? "free" : self + " is a validator already, or still leaving");
        checks.node(self, staking.validators().size());
        checks.money(self, stakeWei, leastWei);
        if (!checks.isReady() || checkOnly) {
            output.say(checks.isReady() ? "ready to join" : "not ready: nothing was sent");
            return checks.isReady() ? 0 : 1;
        }
        UInt256 chainId = UInt256.parse(rpc.call("eth_chainId").asText());
        Wallet wallet = new Wallet(rpc, own.signer(), chainId);
        JsonNode receipt = staking.send(wallet, stakeWei, registration(own, chainId));
        long first = staking.seat(self).orElseThrow().fromEpoch() * staking.epochBlocks() + 1;
        output.print(
                Output.object()
                        .put("event", "registered")
                        .put("validator", self.toString())
                        .put("transaction", receipt.path("transactionHash").asText())
                        .put("stakeWei", stakeWei.toQuantity())
                        .put("firstBlock", first),
                "registered in block "
                        + RpcClient.quantity(receipt.path("blockNumber"))
                        + "; validates from block "
                        + first
                        + " on");
        if (!noWait) {
            staking.awaitBlock(first, BLOCK_MILLIS_MAX);
            boolean isIn = staking.validators().contains(self);
            output.print(
                    Output.object().put("event", "joined").put("inSet", isIn).put("block", first),
                    isIn
                            ? "in the set: " + self
                            : "block " + first + " is there, yet not in the set");
            return isIn ? 0 : 1;
        }
        return 0;
    }

    /// `registerValidator` with a signature over "ASSAY-POP" ‖ chainId ‖ account ‖ compressed
    /// key.
    private static Bytes registration(NodeKeys own, UInt256 chainId) {
        byte[] tag = "ASSAY-POP".getBytes(StandardCharsets.US_ASCII);
        byte[] key = own.blsPublicKey().toArray();
        byte[] chain = new byte[32];
        chainId.writeTo(chain, 0);
        byte[] message =
                ByteBuffer.allocate(tag.length + 32 + Address.SIZE + key.length)
                        .put(tag)
                        .put(chain)
                        .put(own.address().toArray())
                        .put(key)
                        .array();
        return Abi.call(
                "registerValidator(bytes,bytes)",
                Abi.of(Bls.publicKeyPoint(own.blsSecret())),
                Abi.of(Bls.possessionPoint(own.blsSecret(), message)));
    }
}
