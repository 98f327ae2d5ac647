package org.assay.rpc.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.evm.BlockContext;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Withdrawal;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;

/// Fields of a block that a caller wants otherwise than they are. Time in seconds, fees in wei.
public record BlockOverrides(
        Optional<Long> number,
        Optional<Long> time,
        Optional<Long> gasLimit,
        Optional<Address> feeRecipient,
        Optional<Hash> prevRandao,
        Optional<UInt256> baseFeePerGas,
        Optional<UInt256> blobBaseFee,
        Optional<UInt256> difficulty,
        Optional<Hash> beaconRoot,
        Optional<List<Withdrawal>> withdrawals) {

    /// Reads the object, which may be absent or null; throws [RpcError] that names what is wrong.
    public static BlockOverrides read(JsonNode object) {
        return new BlockOverrides(
                number(object, "number"),
                number(object, "time"),
                number(object, "gasLimit"),
                text(object, "feeRecipient", "coinbase")
                        .map(text -> Params.address(text, "feeRecipient")),
                text(object, "prevRandao", "random").map(text -> Params.hash(text, "prevRandao")),
                quantity(object, "baseFeePerGas").or(() -> quantity(object, "baseFee")),
                quantity(object, "blobBaseFee"),
                quantity(object, "difficulty"),
                text(object, "beaconRoot", "beaconRoot")
                        .map(text -> Params.hash(text, "beaconRoot")),
                object.hasNonNull("withdrawals")
                        ? Optional.of(withdrawals(object.get("withdrawals")))
                        : Optional.empty());
    }

    private static Optional<UInt256> quantity(JsonNode object, String key) {
        return object.hasNonNull(key)
                ? Optional.of(Params.quantity(object.get(key), key))
                : Optional.empty();
    }

    private static Optional<Long> number(JsonNode object, String key) {
        Optional<UInt256> number = quantity(object, key);
        if (number.isPresent() && !number.get().fitsLong()) {
            throw RpcError.invalidParams(key + ": too large");
        }
        return number.map(UInt256::w3);
    }

    private static Optional<String> text(JsonNode object, String key, String oldKey) {
        String found = object.hasNonNull(key) ? key : oldKey;
        return object.hasNonNull(found)
                ? Optional.of(object.get(found).asText())
                : Optional.empty();
    }

    private static List<Withdrawal> withdrawals(JsonNode list) {
        if (list.size() > Withdrawal.COUNT_MAX) {
            throw RpcError.invalidParams("withdrawals: too many");
        }
        List<Withdrawal> withdrawals = new ArrayList<>();
        for (JsonNode withdrawal : list) {
            withdrawals.add(
                    new Withdrawal(
                            Params.quantity(withdrawal.path("index"), "index").w3(),
                            Params.quantity(withdrawal.path("validatorIndex"), "validatorIndex")
                                    .w3(),
                            Params.address(withdrawal.path("address").asText(), "address"),
                            Params.quantity(withdrawal.path("amount"), "amount").w3()));
        }
        return withdrawals;
    }

    /// `block` with these fields. Rules stay those of the block.
    public BlockContext on(BlockContext block) {
        return new BlockContext(
                block.fork(),
                block.chainId(),
                number.orElse(block.number()),
                time.orElse(block.timestamp()),
                feeRecipient.orElse(block.coinbase()),
                baseFeePerGas.orElse(block.baseFeePerGas()),
                prevRandao.orElse(block.prevRandao()),
                difficulty.orElse(block.difficulty()),
                gasLimit.orElse(block.gasLimit()),
                blobBaseFee.orElse(block.blobBaseFee()),
                block.blobs(),
                block.hashes());
    }
}
