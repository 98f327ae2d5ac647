package org.assay.rpc.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/// A transaction object of the execution APIs: what a caller wants run, with what it left open.
/// Fees in wei a unit of gas.
public record CallArguments(
        Address from,
        @Nullable Address to,
        Optional<UInt256> gas,
        Optional<UInt256> gasPrice,
        Optional<UInt256> maxFeePerGas,
        Optional<UInt256> maxPriorityFeePerGas,
        UInt256 value,
        Optional<Long> nonce,
        Bytes input,
        Optional<List<AccessListEntry>> accessList,
        Optional<UInt256> maxFeePerBlobGas,
        List<Hash> blobVersionedHashes,
        List<Authorization> authorizations) {

    /// Entries of the lists in a call.
    private static final int ENTRIES_MAX = 4_096;

    /// Reads the object; throws [RpcError] that names what is wrong. `chainId` is the chain's.
    public static CallArguments read(JsonNode object, UInt256 chainId) {
        if (!object.isObject()) {
            throw RpcError.invalidParams("the call is not an object");
        }
        boolean dynamic =
                object.hasNonNull("maxFeePerGas") || object.hasNonNull("maxPriorityFeePerGas");
        if (object.hasNonNull("gasPrice") && dynamic) {
            throw RpcError.invalidParams(
                    "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
        }
        quantity(object, "chainId")
                .filter(id -> !id.equals(chainId))
                .ifPresent(
                        id -> {
                            throw RpcError.invalidParams(
                                    "chainId does not match node's (have="
                                            + id.toBigInteger()
                                            + ", want="
                                            + chainId.toBigInteger()
                                            + ")");
                        });
        return new CallArguments(
                address(object, "from").orElse(Address.ZERO),
                address(object, "to").orElse(null),
                quantity(object, "gas"),
                quantity(object, "gasPrice"),
                quantity(object, "maxFeePerGas"),
                quantity(object, "maxPriorityFeePerGas"),
                quantity(object, "value").orElse(UInt256.ZERO),
                quantity(object, "nonce").map(CallArguments::nonceOf),
                input(object),
                object.hasNonNull("accessList")
                        ? Optional.of(accessList(object.get("accessList")))
                        : Optional.empty(),
                quantity(object, "maxFeePerBlobGas"),
                hashes(object.path("blobVersionedHashes")),
                authorizations(object.path("authorizationList")));
    }

    private static long nonceOf(UInt256 number) {
        if (number.bitLength() > 64) {
            throw RpcError.invalidParams("nonce: more than 64 bits");
        }
        return number.w3();
    }

    private static Optional<UInt256> quantity(JsonNode object, String key) {
        return object.hasNonNull(key)
                ? Optional.of(Params.quantity(object.get(key), key))
                : Optional.empty();
    }

    private static Optional<Address> address(JsonNode object, String key) {
        return object.hasNonNull(key)
                ? Optional.of(Params.address(object.get(key).asText(), key))
                : Optional.empty();
    }

    private static Bytes input(JsonNode object) {
        boolean both = object.hasNonNull("input") && object.hasNonNull("data");
        String key = object.hasNonNull("input") ? "input" : "data";
        if (!object.hasNonNull(key)) {
            return Bytes.EMPTY;
        }
        Bytes input = Params.bytes(object.get(key).asText(), key);
        if (both && !input.equals(Params.bytes(object.get("data").asText(), "data"))) {
            throw RpcError.invalidParams(
                    "both \"data\" and \"input\" are set and not equal. Please use \"input\" to"
                            + " pass transaction call data");
        }
        return input;
    }

    private static void limit(JsonNode list, String what) {
        if (list.size() > ENTRIES_MAX) {
            throw RpcError.invalidParams(what + ": more than " + ENTRIES_MAX + " entries");
        }
    }

    private static List<AccessListEntry> accessList(JsonNode list) {
        limit(list, "accessList");
        List<AccessListEntry> entries = new ArrayList<>();
        for (JsonNode entry : list) {
            limit(entry.path("storageKeys"), "storageKeys");
            entries.add(
                    new AccessListEntry(
                            Params.address(entry.path("address").asText(), "address"),
                            hashes(entry.path("storageKeys"))));
        }
        return entries;
    }

    private static List<Hash> hashes(JsonNode list) {
        limit(list, "hashes");
        List<Hash> hashes = new ArrayList<>();
        list.forEach(hash -> hashes.add(Params.hash(hash.asText(), "hash")));
        return hashes;
    }

    private static List<Authorization> authorizations(JsonNode list) {
        limit(list, "authorizationList");
        List<Authorization> authorizations = new ArrayList<>();
        for (JsonNode tuple : list) {
            authorizations.add(
                    new Authorization(
                            quantity(tuple, "chainId").orElse(UInt256.ZERO),
                            Params.address(tuple.path("address").asText(), "address"),
                            quantity(tuple, "nonce").map(CallArguments::nonceOf).orElse(0L),
                            quantity(tuple, "yParity").map(v -> (int) v.w3()).orElse(0),
                            quantity(tuple, "r").orElse(UInt256.ZERO),
                            quantity(tuple, "s").orElse(UInt256.ZERO)));
        }
        return authorizations;
    }

    /// The gas asked for, at most `gasMax`, which is also what an open field means.
    public long gasWithin(long gasMax) {
        UInt256 asked = gas.orElse(UInt256.of(gasMax));
        return asked.fitsLong() ? Math.min(asked.w3(), gasMax) : gasMax;
    }

    /// As a transaction: fees that are open are zero.
    public TransactionBody body(UInt256 chainId, long gasLimit, long nonceWhereOpen) {
        UInt256 price = gasPrice.orElse(UInt256.ZERO);
        return new TransactionBody(
                type(),
                chainId,
                nonce.orElse(nonceWhereOpen),
                maxPriorityFeePerGas.orElse(price),
                maxFeePerGas.orElse(price),
                gasLimit,
                to,
                value,
                input,
                accessList.orElse(List.of()),
                maxFeePerBlobGas.orElse(UInt256.ZERO),
                blobVersionedHashes,
                authorizations);
    }

    private int type() {
        if (!authorizations.isEmpty()) {
            return Transaction.SET_CODE;
        }
        if (!blobVersionedHashes.isEmpty()) {
            return Transaction.BLOB;
        }
        if (gasPrice.isPresent()) {
            return accessList.isPresent() ? Transaction.ACCESS_LIST : Transaction.LEGACY;
        }
        return Transaction.DYNAMIC_FEE;
    }
}
