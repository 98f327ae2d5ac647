package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// The parameters of a call, read by position. Every read throws [RpcError] (invalid params) that
/// names the parameter. Parameters given by name are one argument, the object that holds them.
public record Params(JsonNode array, Caller caller) {
    /// A call by the program itself.
    public Params(JsonNode array) {
        this(array, Caller.LOCAL);
    }

    public int count() {
        return array.size();
    }

    public boolean has(int index) {
        return array.has(index) && !array.get(index).isNull();
    }

    public JsonNode node(int index) {
        if (!has(index)) {
            throw RpcError.invalidParams("missing value for required argument " + index);
        }
        return array.get(index);
    }

    public Optional<JsonNode> optional(int index) {
        return has(index) ? Optional.of(array.get(index)) : Optional.empty();
    }

    public String text(int index) {
        JsonNode node = node(index);
        if (!node.isTextual()) {
            throw RpcError.invalidParams("argument " + index + " is not a string");
        }
        return node.asText();
    }

    public boolean flag(int index) {
        return has(index) && array.get(index).asBoolean();
    }

    public Address address(int index) {
        return address(text(index), "argument " + index);
    }

    public Hash hash(int index) {
        return hash(text(index), "argument " + index);
    }

    public Bytes bytes(int index) {
        return bytes(text(index), "argument " + index);
    }

    public UInt256 quantity(int index) {
        return quantity(node(index), "argument " + index);
    }

    public static Address address(String text, String what) {
        // Some clients leave the prefix of an address away.
        boolean isBare = text.length() == 2 * Address.SIZE && !text.startsWith("0x");
        Bytes bytes = bytes(isBare ? "0x" + text : text, what);
        if (bytes.size() != Address.SIZE) {
            throw RpcError.invalidParams(what + ": an address has 20 bytes, not " + bytes.size());
        }
        return Address.of(bytes);
    }

    public static Hash hash(String text, String what) {
        Bytes bytes = bytes(text, what);
        if (bytes.size() != Hash.SIZE) {
            throw RpcError.invalidParams(what + ": a hash has 32 bytes, not " + bytes.size());
        }
        return Hash.of(bytes);
    }

    public static Bytes bytes(String text, String what) {
        if (!text.startsWith("0x")) {
            throw RpcError.invalidParams(what + ": hex string without 0x prefix");
        }
        try {
            return Bytes.fromHex(text);
        } catch (IllegalArgumentException e) {
            throw RpcError.invalidParams(what + ": invalid hex string");
        }
    }

    public static UInt256 quantity(JsonNode node, String what) {
        try {
            if (node.isIntegralNumber()) {
                return UInt256.of(node.bigIntegerValue());
            }
            String text = node.asText();
            if (text.startsWith("0x") && text.length() > 2 && text.length() <= 66) {
                return UInt256.parse(text);
            }
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw RpcError.invalidParams(what + ": invalid quantity");
        }
        throw RpcError.invalidParams(what + ": a quantity is 0x and hexadecimal digits");
    }
}
