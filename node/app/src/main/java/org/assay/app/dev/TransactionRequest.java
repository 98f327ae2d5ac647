package org.assay.app.dev;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.chain.ChainHead;
import org.assay.evm.CallSimulation;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// The object of `eth_sendTransaction`, its gaps filled in from the head. Reads throw [RpcError].
record TransactionRequest(JsonNode object) {
    private static final int SELECTOR_AND_HEAD = 68;
    private static final Bytes ERROR_SELECTOR = Bytes.fromHex("0x08c379a0");

    TransactionRequest {
        if (!object.isObject()) {
            throw RpcError.invalidParams("the transaction is not an object");
        }
    }

    Address from(Address otherwise) {
        return object.hasNonNull("from")
                ? Params.address(object.get("from").asText(), "from")
                : otherwise;
    }

    private Optional<UInt256> number(String key) {
        return object.hasNonNull(key)
                ? Optional.of(Params.quantity(object.get(key), key))
                : Optional.empty();
    }

    private Bytes input() {
        JsonNode input = object.hasNonNull("input") ? object.get("input") : object.path("data");
        return input.isTextual() ? Params.bytes(input.asText(), "input") : Bytes.EMPTY;
    }

    private @Nullable Address to() {
        return object.hasNonNull("to") ? Params.address(object.get("to").asText(), "to") : null;
    }

    private List<AccessListEntry> accessList() {
        List<AccessListEntry> entries = new ArrayList<>();
        for (JsonNode entry : object.path("accessList")) {
            List<Hash> keys = new ArrayList<>();
            entry.path("storageKeys").forEach(key -> keys.add(Params.hash(key.asText(), "key")));
            entries.add(
                    new AccessListEntry(
                            Params.address(entry.path("address").asText(), "address"), keys));
        }
        return entries;
    }

    private List<Authorization> authorizations() {
        List<Authorization> tuples = new ArrayList<>();
        for (JsonNode tuple : object.path("authorizationList")) {
            JsonNode parity = tuple.hasNonNull("yParity") ? tuple.get("yParity") : tuple.path("v");
            tuples.add(
                    new Authorization(
                            Params.quantity(tuple.path("chainId"), "chainId"),
                            Params.address(tuple.path("address").asText(), "address"),
                            small(Params.quantity(tuple.path("nonce"), "nonce"), "nonce"),
                            (int) small(Params.quantity(parity, "yParity"), "yParity"),
                            Params.quantity(tuple.path("r"), "r"),
                            Params.quantity(tuple.path("s"), "s")));
        }
        return tuples;
    }

    private static long small(UInt256 value, String what) {
        if (!value.fitsLong()) {
            throw RpcError.invalidParams(what + " is too large");
        }
        return value.w3();
    }

    private int type() {
        Optional<UInt256> stated = number("type");
        if (stated.isPresent()) {
            return (int) Math.min(small(stated.get(), "type"), 255);
        }
        if (object.hasNonNull("authorizationList")) {
            return Transaction.SET_CODE;
        }
        if (object.hasNonNull("blobVersionedHashes")) {
            return Transaction.BLOB;
        }
        if (object.hasNonNull("gasPrice") && !object.hasNonNull("maxFeePerGas")) {
            return object.hasNonNull("accessList") ? Transaction.ACCESS_LIST : Transaction.LEGACY;
        }
        return Transaction.DYNAMIC_FEE;
    }

    /// A whole body: nonce `nonce` where none is stated, fees that the next block takes, gas by a
    /// trial run on the head, which throws as `eth_estimateGas` does where that fails.
    TransactionBody body(DevChain dev, Address from, long nonce) {
        int type = type();
        if (type > Transaction.TYPE_MAX || type == Transaction.BLOB) {
            throw RpcError.invalidParams(
                    "a transaction of type " + type + " is sent raw, with its sidecar");
        }
        UInt256 baseFee = dev.baseFeePerGas();
        UInt256 tip = UInt256.ZERO;
        UInt256 fee;
        if (type <= Transaction.ACCESS_LIST) {
            fee = number("gasPrice").orElse(baseFee);
            tip = fee;
        } else {
            tip = number("maxPriorityFeePerGas").orElse(tip);
            fee =
                    number("maxFeePerGas")
                            .or(() -> number("gasPrice"))
                            .orElse(baseFee.add(baseFee).add(tip));
            tip = tip.min(fee);
        }
        long gas =
                object.hasNonNull("gas") || object.hasNonNull("gasLimit")
                        ? small(number("gas").or(() -> number("gasLimit")).orElseThrow(), "gas")
                        : estimate(dev, from);
        return new TransactionBody(
                type,
                dev.chain().spec().chainId(),
                number("nonce").map(value -> small(value, "nonce")).orElse(nonce),
                tip,
                fee,
                gas,
                to(),
                number("value").orElse(UInt256.ZERO),
                input(),
                accessList(),
                UInt256.ZERO,
                List.of(),
                authorizations());
    }

    private long estimate(DevChain dev, Address from) {
        ChainHead head = dev.chain().head();
        long most = Math.min(1 << 24, dev.gasLimit());
        CallSimulation.Result full = run(dev, head, from, most);
        if (!full.success()) {
            throw failure(full);
        }
        long candidate = Math.min(most, full.gasSpent() * 65 / 64 + 2_300);
        return run(dev, head, from, candidate).success() ? candidate : most;
    }

    private CallSimulation.Result run(DevChain dev, ChainHead head, Address from, long gas) {
        return CallSimulation.run(
                head.state(),
                dev.chain().contexts().of(head.header()),
                new CallSimulation.Message(
                        from,
                        to(),
                        input(),
                        number("value").orElse(UInt256.ZERO),
                        gas,
                        dev.baseFeePerGas(),
                        accessList(),
                        List.of(),
                        authorizations()));
    }

    private static RpcError failure(CallSimulation.Result result) {
        if (result.refusal().isPresent()) {
            String name = result.refusal().get().toString();
            return new RpcError(
                    RpcError.SERVER_ERROR,
                    name.contains("INSUFFICIENT")
                            ? "insufficient funds for gas * price + value"
                            : name.toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
        Bytes output = result.output();
        return new RpcError(
                RpcError.EXECUTION_REVERTED,
                "execution reverted" + reason(output),
                output.toString());
    }

    private static String reason(Bytes output) {
        if (output.size() < SELECTOR_AND_HEAD || !output.slice(0, 4).equals(ERROR_SELECTOR)) {
            return "";
        }
        UInt256 size = UInt256.at(output.unsafeArray(), 36);
        if (!size.fitsLong() || size.w3() > output.size() - SELECTOR_AND_HEAD) {
            return "";
        }
        Bytes text = output.slice(SELECTOR_AND_HEAD, SELECTOR_AND_HEAD + (int) size.w3());
        return ": " + new String(text.toArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
