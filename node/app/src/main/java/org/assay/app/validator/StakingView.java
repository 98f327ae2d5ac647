package org.assay.app.validator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.Output;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.chain.ConfigException;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;

/// The Staking contract as a node shows it at its head.
final class StakingView {
    /// `IStaking.Role`.
    static final long ROLE_VALIDATOR = 0;

    private static final Address STAKING = Predeploys.STAKING;
    private static final long NEVER = -1; // 2^64 − 1

    private final RpcClient rpc;

    /// A seat: first and last set epoch, the last one excluded. `until` is empty while the
    /// validator has not asked to leave.
    record Seat(long fromEpoch, Optional<Long> untilEpoch) {
        boolean isActive(long epoch) {
            return fromEpoch <= epoch && untilEpoch.map(until -> epoch < until).orElse(true);
        }
    }

    /// In wei. What is exiting can be withdrawn from block `exitHeight` on.
    record Stake(UInt256 activeWei, UInt256 exitingWei, long exitHeight, UInt256 slashedWei) {}

    private StakingView(RpcClient rpc) {
        this.rpc = rpc;
    }

    /// Throws [ConfigException] where the node's chain has no such contract.
    static StakingView of(RpcClient rpc) throws IOException {
        String code = rpc.call("eth_getCode", STAKING.toString(), "latest").asText();
        if (code.length() <= 2) {
            throw new ConfigException(
                    "--rpc",
                    "the node",
                    "its chain has no Staking contract; where headers name the validators, vote by"
                            + " qbft_proposeValidatorVote");
        }
        return new StakingView(rpc);
    }

    private AbiReader read(String signature, Abi... arguments) throws IOException {
        return AbiReader.of(rpc.view(STAKING, signature, arguments));
    }

    long epochBlocks() throws IOException {
        return read("epochBlocks()").readUnsignedLong();
    }

    UInt256 stakeLeastWei() throws IOException {
        return read("minValidatorStakeWei()").readUInt256();
    }

    /// The set epoch of the block after the head.
    long epoch() throws IOException {
        return rpc.blockNumber() / epochBlocks();
    }

    Stake stake(Address account) throws IOException {
        AbiReader words = read("stakeOf(address,uint8)", Abi.of(account), Abi.of(ROLE_VALIDATOR));
        return new Stake(
                words.readUInt256(),
                words.readUInt256(),
                words.readUnsignedLong(),
                words.readUInt256());
    }

    /// Empty for an account that never had one, or whose seat another has taken since.
    Optional<Seat> seat(Address account) throws IOException {
        AbiReader key = read("blsKeyOf(address)", Abi.of(account));
        key.readUInt256(); // where the bytes begin
        if (key.readUInt256().isZero()) {
            return Optional.empty();
        }
        AbiReader words = read("validatorOf(address)", Abi.of(account));
        UInt256 from = words.readUInt256();
        UInt256 until = words.readUInt256();
        return Optional.of(
                new Seat(
                        from.w3(),
                        until.w3() == NEVER ? Optional.empty() : Optional.of(until.w3())));
    }

    /// Who validates the block after the head.
    List<Address> validators() throws IOException {
        List<Address> set = new ArrayList<>();
        for (JsonNode address : rpc.call("qbft_getValidatorsByBlockNumber", "latest")) {
            set.add(Address.fromHex(address.asText()));
        }
        return set;
    }

    /// Sends a transaction that the node has tried first, so that a refusal comes with its
    /// reason; answers its receipt.
    JsonNode send(Wallet wallet, UInt256 valueWei, Bytes input) throws IOException {
        ObjectNode message = Output.object();
        message.put("from", wallet.address().toString());
        message.put("to", STAKING.toString());
        message.put("value", valueWei.toQuantity());
        message.put("input", input.toString());
        long gas = RpcClient.quantity(rpc.call("eth_estimateGas", message));
        return wallet.send(STAKING, valueWei, input, gas + gas / 4);
    }

    /// Waits until the head is at `number`. `blocksMillisMax` is the patience with one block.
    void awaitBlock(long number, long blockMillisMax) throws IOException, InterruptedException {
        long last = -1;
        long end = System.currentTimeMillis() + blockMillisMax;
        while (true) {
            long head = rpc.blockNumber();
            if (head >= number) {
                return;
            }
            if (head != last) {
                last = head;
                end = System.currentTimeMillis() + blockMillisMax;
            } else if (System.currentTimeMillis() > end) {
                throw new IOException("no block after " + head + " in time");
            }
            Thread.sleep(200);
        }
    }
}
