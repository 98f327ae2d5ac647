package org.assay.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

    /// As they are written.
    List<String> keys() {
        return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    /// Throws where the key is there.
    void refuse(String key, String reason) {
        find(key)
                .ifPresent(
                        node -> {
                            throw wrong(key, node.toString(), reason);
                        });
    }

    /// The objects in a list of `max` at most; empty where there is no such key.
    Optional<List<ConfigReader>> children(String key, int max) {
        Optional<JsonNode> list = find(key);
        if (list.isEmpty()) {
            return Optional.empty();
        }
        if (!list.get().isArray() || list.get().size() > max) {
            throw wrong(key, list.get().getNodeType().toString(), "write a list of at most " + max);
        }
        List<ConfigReader> children = new ArrayList<>();
        for (JsonNode child : list.get()) {
            String path = keyPath(key) + "[" + children.size() + "]";
            if (!child.isObject()) {
                throw new ConfigException(path, child.toString(), "write an object");
            }
            children.add(new ConfigReader(child, path));
        }
        return Optional.of(children);
    }

    /// Of a list of addresses, each once; none where there is no such key.
    List<Address> addresses(String key) {
        List<Address> addresses = new ArrayList<>();
        for (JsonNode node : find(key).map(List::<JsonNode>of).orElse(List.of())) {
            if (!node.isArray()) {
                throw wrong(key, node.toString(), "write a list of addresses");
            }
            for (JsonNode item : node) {
                addresses.add(parseAddress(key, item.asText()));
            }
        }
        if (new HashSet<>(addresses).size() < addresses.size()) {
            throw wrong(key, "an address twice", "list each one once");
        }
        return List.copyOf(addresses);
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
        return text(key).map(text -> parseAddress(key, text));
    }

    private Address parseAddress(String key, String text) {
        try {
            return Address.fromHex(text);
        } catch (IllegalArgumentException e) {
            throw wrong(key, text, "use 0x and 40 hexadecimal digits");
        }
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
