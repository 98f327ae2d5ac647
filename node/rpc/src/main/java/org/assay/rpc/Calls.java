package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.assay.evm.BlockContext;
import org.assay.evm.CallSimulation;
import org.assay.evm.HaltReason;
import org.assay.evm.TransactionError;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// `eth_call` and `eth_estimateGas`: messages without signatures, run on a state and thrown away.
public final class Calls {
    /// Gas of one call, whatever it asks for.
    static final long GAS_MAX = 200_000_000;

    private static final Bytes ERROR_SELECTOR = Bytes.fromHex("0x08c379a0");

    private static final long TRANSFER_GAS = 21_000;

    private Calls() {}

    public static CallSimulation.Message message(JsonNode object, long gasDefault) {
        if (!object.isObject()) {
            throw RpcError.invalidParams("the call is not an object");
        }
        JsonNode input = object.hasNonNull("input") ? object.get("input") : object.path("data");
        long gas = gasDefault;
        if (object.hasNonNull("gas")) {
            UInt256 asked = Params.quantity(object.get("gas"), "gas");
            gas = asked.fitsLong() ? Math.min(asked.w3(), GAS_MAX) : GAS_MAX;
        }
        return new CallSimulation.Message(
                address(object, "from", Address.ZERO),
                object.hasNonNull("to") ? address(object, "to", Address.ZERO) : null,
                input.isTextual() ? Params.bytes(input.asText(), "input") : Bytes.EMPTY,
                object.hasNonNull("value")
                        ? Params.quantity(object.get("value"), "value")
                        : UInt256.ZERO,
                gas,
                object.hasNonNull("gasPrice")
                        ? Params.quantity(object.get("gasPrice"), "gasPrice")
                        : UInt256.ZERO,
                accessList(object.path("accessList")),
                List.of(),
                List.of());
    }

    private static Address address(JsonNode object, String key, Address otherwise) {
        return object.hasNonNull(key) ? Params.address(object.get(key).asText(), key) : otherwise;
    }

    private static List<AccessListEntry> accessList(JsonNode list) {
        List<AccessListEntry> entries = new ArrayList<>();
        for (JsonNode entry : list) {
            List<Hash> keys = new ArrayList<>();
            entry.path("storageKeys").forEach(key -> keys.add(Params.hash(key.asText(), "key")));
            entries.add(
                    new AccessListEntry(
                            Params.address(entry.path("address").asText(), "address"), keys));
        }
        return entries;
    }

    /// The output, or [RpcError] as clients know it.
    public static Bytes call(
            StateView state, BlockContext context, CallSimulation.Message message) {
        CallSimulation.Result result = CallSimulation.run(state, context, message);
        throwIfFailed(result);
        return result.output();
    }

    private static void throwIfFailed(CallSimulation.Result result) {
        TransactionError refusal = result.refusal().orElse(null);
        if (refusal != null) {
            throw new RpcError(RpcError.SERVER_ERROR, words(refusal));
        }
        HaltReason halt = result.halt();
        if (halt == HaltReason.REVERT) {
            String reason = revertReason(result.output());
            throw new RpcError(
                    RpcError.EXECUTION_REVERTED,
                    "execution reverted" + (reason == null ? "" : ": " + reason),
                    result.output().toString());
        }
        if (halt != null) {
            throw new RpcError(
                    RpcError.SERVER_ERROR,
                    halt.toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
    }

    /// A refusal in the words that clients look for.
    public static String words(TransactionError refusal) {
        String name = refusal.toString();
        if (name.contains("INSUFFICIENT")) {
            return "insufficient funds for gas * price + value";
        }
        if (name.contains("INTRINSIC")) {
            return "intrinsic gas too low";
        }
        return name.toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    /// The text of Solidity's Error(string).
    private static @Nullable String revertReason(Bytes output) {
        if (output.size() < 68 || !output.slice(0, 4).equals(ERROR_SELECTOR)) {
            return null;
        }
        UInt256 size = UInt256.at(output.unsafeArray(), 36);
        if (!size.fitsLong() || size.w3() > output.size() - 68) {
            return null;
        }
        return new String(
                output.slice(68, 68 + (int) size.w3()).unsafeArray(),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    /// The least gas with which the message succeeds, by bisection to within a hundredth.
    public static long estimate(
            StateView state, BlockContext context, CallSimulation.Message message) {
        CallSimulation.Result full = CallSimulation.run(state, context, message);
        throwIfFailed(full);
        if (full.gasUsed() == TRANSFER_GAS) {
            return TRANSFER_GAS;
        }
        long low = full.gasUsed() - 1;
        long high = Math.min(message.gas(), Math.max(full.gasSpent() * 65 / 64 + 2_300, 21_000));
        if (!succeeds(state, context, message, high)) {
            high = message.gas();
        }
        while (low + 1 < high) {
            if ((high - low) * 200 < high && high - low < 500) {
                break;
            }
            long middle = low + (high - low) / 2;
            if (succeeds(state, context, message, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static boolean succeeds(
            StateView state, BlockContext context, CallSimulation.Message message, long gas) {
        return CallSimulation.run(
                        state,
                        context,
                        new CallSimulation.Message(
                                message.from(),
                                message.to(),
                                message.input(),
                                message.value(),
                                gas,
                                message.gasPrice(),
                                message.accessList(),
                                message.blobVersionedHashes(),
                                message.authorizations()))
                .success();
    }
}
