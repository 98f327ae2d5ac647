package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Authorization;
import org.jspecify.annotations.Nullable;

/// Reads the values of Ethereum's JSON test fixtures.
final class TestJson {
    private TestJson() {}

    static @Nullable Fork fork(String name) {
        for (Fork fork : Fork.values()) {
            if (fork.testName().equalsIgnoreCase(name)
                    || fork.name().replace("_", "").equalsIgnoreCase(name)) {
                return fork;
            }
        }
        return "Merge".equalsIgnoreCase(name) ? Fork.PARIS : null;
    }

    static UInt256 word(JsonNode node) {
        String text = node.asText().toLowerCase(Locale.ROOT);
        return text.startsWith("0x:bigint ")
                ? UInt256.parse(text.substring("0x:bigint ".length()))
                : UInt256.parse(text);
    }

    static UInt256 word(JsonNode object, String field) {
        JsonNode node = object.get(field);
        return node == null ? UInt256.ZERO : word(node);
    }

    /// Unsigned 64-bit. Throws [ArithmeticException] for more.
    static long number(JsonNode node) {
        UInt256 value = word(node);
        if ((value.w0() | value.w1() | value.w2()) != 0) {
            throw new ArithmeticException("more than 64 bits: " + value);
        }
        return value.w3();
    }

    static long number(JsonNode object, String field) {
        JsonNode node = object.get(field);
        return node == null ? 0 : number(node);
    }

    static Hash hash(JsonNode object, String field) {
        return word(object, field).toHash();
    }

    static Bytes bytes(JsonNode node) {
        return Bytes.fromHex(node.asText());
    }

    static Address address(JsonNode node) {
        return Address.fromHex(node.asText());
    }

    static MemoryState state(JsonNode pre) {
        MemoryState state = MemoryState.empty();
        for (Map.Entry<String, JsonNode> entry : pre.properties()) {
            JsonNode account = entry.getValue();
            TreeMap<UInt256, UInt256> storage = new TreeMap<>();
            for (Map.Entry<String, JsonNode> slot : account.path("storage").properties()) {
                storage.put(UInt256.parse(slot.getKey()), word(slot.getValue()));
            }
            state.put(
                    Address.fromHex(entry.getKey()),
                    number(account, "nonce"),
                    word(account, "balance"),
                    account.has("code") ? bytes(account.get("code")) : Bytes.EMPTY,
                    storage);
        }
        return state;
    }

    static List<AccessListEntry> accessList(@Nullable JsonNode node) {
        List<AccessListEntry> entries = new ArrayList<>();
        if (node != null && node.isArray()) {
            for (JsonNode entry : node) {
                List<Hash> keys = new ArrayList<>();
                for (JsonNode key : entry.path("storageKeys")) {
                    keys.add(word(key).toHash());
                }
                entries.add(new AccessListEntry(address(entry.get("address")), keys));
            }
        }
        return entries;
    }

    static List<Authorization> authorizations(@Nullable JsonNode node) {
        List<Authorization> tuples = new ArrayList<>();
        if (node != null) {
            for (JsonNode tuple : node) {
                JsonNode parity = tuple.has("yParity") ? tuple.get("yParity") : tuple.get("v");
                UInt256 yParity = word(parity);
                tuples.add(
                        new Authorization(
                                word(tuple, "chainId"),
                                address(tuple.get("address")),
                                number(tuple, "nonce"),
                                yParity.fitsLong() ? (int) Math.min(yParity.w3(), 255) : 255,
                                word(tuple, "r"),
                                word(tuple, "s")));
            }
        }
        return tuples;
    }

    static List<Hash> hashes(@Nullable JsonNode node) {
        List<Hash> hashes = new ArrayList<>();
        if (node != null) {
            for (JsonNode hash : node) {
                hashes.add(word(hash).toHash());
            }
        }
        return hashes;
    }
}
