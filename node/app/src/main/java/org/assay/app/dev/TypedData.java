package org.assay.app.dev;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;

/// The digest of typed structured data (EIP-712), as `eth_signTypedData_v4` takes it. Throws
/// [IllegalArgumentException], with the field, for data that does not fit its types.
final class TypedData {
    private static final int DEPTH_MAX = 64;

    private final JsonNode types;

    private TypedData(JsonNode types) {
        this.types = types;
    }

    /// `keccak256(0x1901 ‖ domain separator ‖ hash of the message)`.
    static Hash digest(JsonNode data) {
        TypedData typed = new TypedData(data.path("types"));
        String primaryType = data.path("primaryType").asText();
        byte[] domain = typed.hashStruct("EIP712Domain", data.path("domain"), 0);
        if (primaryType.equals("EIP712Domain")) {
            return Keccak.hash256(new byte[] {0x19, 0x01}, domain);
        }
        byte[] message = typed.hashStruct(primaryType, data.path("message"), 0);
        return Keccak.hash256(new byte[] {0x19, 0x01}, domain, message);
    }

    private byte[] hashStruct(String type, JsonNode value, int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("structs nested deeper than " + DEPTH_MAX);
        }
        JsonNode fields = types.get(type);
        if (fields == null) {
            throw new IllegalArgumentException("the type " + type + " is not defined");
        }
        List<byte[]> words = new ArrayList<>();
        for (JsonNode field : fields) {
            String name = field.path("name").asText();
            words.add(word(field.path("type").asText(), value.path(name), name, depth));
        }
        byte[] typeHash =
                Keccak.hash256(encodeType(type).getBytes(StandardCharsets.UTF_8)).toArray();
        return Keccak.hash256(typeHash, words.toArray(new byte[0][])).toArray();
    }

    /// `Mail(Person from,…)Person(…)`: the type, then those it uses by name.
    private String encodeType(String primary) {
        TreeSet<String> used = new TreeSet<>();
        collect(primary, used);
        used.remove(primary);
        StringBuilder text = new StringBuilder();
        appendType(text, primary);
        used.forEach(type -> appendType(text, type));
        return text.toString();
    }

    private void collect(String type, Set<String> used) {
        String element = type.contains("[") ? type.substring(0, type.indexOf('[')) : type;
        JsonNode fields = types.get(element);
        if (fields != null && used.add(element)) {
            fields.forEach(field -> collect(field.path("type").asText(), used));
        }
    }

    private void appendType(StringBuilder text, String type) {
        List<String> fields = new ArrayList<>();
        for (JsonNode field : types.path(type)) {
            fields.add(field.path("type").asText() + " " + field.path("name").asText());
        }
        text.append(type).append('(').append(String.join(",", fields)).append(')');
    }

    private byte[] word(String type, JsonNode value, String name, int depth) {
        if (type.endsWith("]")) {
            String element = type.substring(0, type.lastIndexOf('['));
            byte[][] words = new byte[value.size()][];
            for (int i = 0; i < words.length; i++) {
                words[i] = word(element, value.get(i), name, depth + 1);
            }
            return Keccak.hash256(new byte[0], words).toArray();
        }
        if (types.has(type)) {
            return value.isNull() || value.isMissingNode()
                    ? new byte[32]
                    : hashStruct(type, value, depth + 1);
        }
        if (value.isMissingNode() || value.isNull()) {
            throw new IllegalArgumentException("the field " + name + " is missing");
        }
        return atom(type, value, name);
    }

    private static byte[] atom(String type, JsonNode value, String name) {
        String text = value.asText();
        return switch (type) {
            case "string" -> Keccak.hash256(text.getBytes(StandardCharsets.UTF_8)).toArray();
            case "bytes" -> Keccak.hash256(Hex.decode(text)).toArray();
            case "bool" -> {
                boolean on = value.isBoolean() ? value.asBoolean() : text.equals("true");
                yield UInt256.of(on ? 1 : 0).toArray();
            }
            case "address" -> leftPadded(fixed(text, 20, name));
            default -> sized(type, value, name);
        };
    }

    private static byte[] sized(String type, JsonNode value, String name) {
        if (type.startsWith("bytes")) {
            int size = Integer.parseInt(type.substring("bytes".length()));
            return Arrays.copyOf(fixed(value.asText(), size, name), 32);
        }
        if (type.startsWith("uint") || type.startsWith("int")) {
            return UInt256.ofWrapped(number(value, name)).toArray();
        }
        throw new IllegalArgumentException("the field " + name + " has type " + type);
    }

    private static byte[] fixed(String text, int size, String name) {
        byte[] bytes = Hex.decode(text);
        if (bytes.length != size) {
            throw new IllegalArgumentException(
                    "the field " + name + " has " + bytes.length + " bytes, not " + size);
        }
        return bytes;
    }

    private static byte[] leftPadded(byte[] bytes) {
        byte[] word = new byte[32];
        System.arraycopy(bytes, 0, word, 32 - bytes.length, bytes.length);
        return word;
    }

    private static BigInteger number(JsonNode value, String name) {
        if (value.isIntegralNumber()) {
            return value.bigIntegerValue();
        }
        String text = value.asText();
        try {
            boolean negative = text.startsWith("-");
            String digits = negative ? text.substring(1) : text;
            BigInteger number =
                    digits.startsWith("0x")
                            ? new BigInteger(digits.substring(2), 16)
                            : new BigInteger(digits);
            return negative ? number.negate() : number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the field " + name + " is not a number: " + text, e);
        }
    }
}
