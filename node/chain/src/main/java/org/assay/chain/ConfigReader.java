package org.assay.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// Reads a JSON object of a genesis file, naming the path of whatever is wrong.
record ConfigReader(JsonNode object, String path) {
    String keyPath(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /// Keys are matched as Besu matches them, without regard to case.
    Optional<JsonNode> find(String key) {
        JsonNode exact = object.get(key);
        if (exact != null) {
            return exact.isNull() ? Optional.empty() : Optional.of(exact);
        }
        String wanted = key.toLowerCase(Locale.ROOT);
        for (var field : object.properties()) {
            if (field.getKey().toLowerCase(Locale.ROOT).equals(wanted)
                    && !field.getValue().isNull()) {
                return Optional.of(field.getValue());
            }
        }
        return Optional.empty();
    }

    /// False where absent.
    boolean flag(String key) {
        return find(key).map(JsonNode::asBoolean).orElse(false);
    }

    boolean has(String key) {
        return find(key).isPresent();
    }

    Optional<ConfigReader> child(String key) {
        return find(key).map(node -> new ConfigReader(node, keyPath(key)));
    }

    Optional<String> text(String key) {
        return find(key).map(JsonNode::asText);
    }

    Optional<UInt256> number(String key) {
        return find(key).map(node -> parse(key, node.asText()));
    }

    Optional<Long> optionalLong(String key) {
        return number(key)
                .map(
                        value -> {
                            if (!value.fitsLong()) {
                                throw wrong(key, value.toString(), "use a number below 2^63");
                            }
                            return value.w3();
                        });
    }

    /// Within `[least, most]`, or `otherwise` where the key is absent.
    long longWithin(String key, long otherwise, long least, long most) {
        long value = optionalLong(key).orElse(otherwise);
        if (value < least || value > most) {
            throw wrong(key, Long.toString(value), "use a number from " + least + " to " + most);
        }
        return value;
    }

    Optional<Address> address(String key) {
        return text(key)
                .map(
                        text -> {
                            try {
                                return Address.fromHex(text);
                            } catch (IllegalArgumentException e) {
                                throw wrong(key, text, "use 0x and 40 hexadecimal digits");
                            }
                        });
    }

    ConfigException wrong(String key, String value, String fix) {
        return new ConfigException(keyPath(key), value, fix);
    }

    private UInt256 parse(String key, String text) {
        try {
            String digits = text.trim();
            if (digits.matches("\\d+\\.?\\d*[eE]\\+?\\d+")) {
                return UInt256.of(new java.math.BigDecimal(digits).toBigIntegerExact());
            }
            return digits.startsWith("0x")
                    ? UInt256.parse(digits)
                    : UInt256.of(new BigInteger(digits));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw wrong(key, text, "use a decimal number or 0x hexadecimal");
        }
    }
}
