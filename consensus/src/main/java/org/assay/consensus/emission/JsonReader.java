package org.assay.consensus.emission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// An object of a policy file, with its path. Remembers which keys were asked for, so that
/// [#done] can refuse the others.
final class JsonReader {
    /// Bytes of a policy file.
    static final int TEXT_MAX = 1 << 20;

    /// Digits of a number in a policy file: 2^1024 has 309.
    private static final int DIGITS_MAX = 320;

    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .maxNumberLength(DIGITS_MAX)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonNode node;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    private JsonReader(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /// Stops reading; [PolicyReader#read] turns it into a value.
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // never serialized
        final Policy.Problem problem;

        Refusal(String path, String problem, String fix) {
            super(problem, null, false, false);
            this.problem = new Policy.Problem(path, problem, fix);
        }
    }

    static JsonReader root(String json) throws Refusal {
        if (json.length() > TEXT_MAX) {
            throw new Refusal("$", "longer than " + TEXT_MAX + " characters", "shorten it");
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node == null || !node.isObject()) {
                throw new Refusal("$", "not a JSON object", "write {\"name\": ...}");
            }
            return new JsonReader(node, "");
        } catch (JsonProcessingException malformed) {
            String where =
                    malformed.getLocation() == null
                            ? ""
                            : " at line " + malformed.getLocation().getLineNr();
            throw new Refusal(
                    "$", "not JSON" + where + ": " + malformed.getOriginalMessage(), "correct it");
        }
    }

    /// `path` of this object.
    String path() {
        return path.isEmpty() ? "$" : path;
    }

    String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Refusal refusal(String key, String problem, String fix) {
        return new Refusal(pathOf(key), problem, fix);
    }

    boolean has(String key) {
        asked.add(key);
        return node.has(key);
    }

    private JsonNode need(String key) throws Refusal {
        asked.add(key);
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            throw refusal(key, "missing", "add it");
        }
        return value;
    }

    String text(String key) throws Refusal {
        JsonNode value = need(key);
        if (!value.isTextual() || value.asText().length() > 200) {
            throw refusal(key, "not a text of at most 200 characters", "write it in quotes");
        }
        return value.asText();
    }

    String text(String key, String otherwise) throws Refusal {
        return has(key) ? text(key) : otherwise;
    }

    /// A whole number ≥ 0, in JSON or as a decimal string.
    BigInteger amount(String key) throws Refusal {
        return amount(need(key), pathOf(key));
    }

    BigInteger amount(String key, BigInteger otherwise) throws Refusal {
        return has(key) ? amount(key) : otherwise;
    }

    private static BigInteger amount(JsonNode value, String path) throws Refusal {
        String digits =
                value.isTextual()
                        ? value.asText()
                        : value.isIntegralNumber() ? value.bigIntegerValue().toString() : "";
        if (!digits.matches("[0-9]{1," + DIGITS_MAX + "}")) {
            throw new Refusal(
                    path,
                    "not a whole number from 0",
                    "write digits only, in quotes where there are more than 15");
        }
        return new BigInteger(digits);
    }

    BigInteger positive(String key) throws Refusal {
        BigInteger value = amount(key);
        if (value.signum() == 0) {
            throw refusal(key, "zero", "write at least 1");
        }
        return value;
    }

    long number(String key, long minimum, long maximum) throws Refusal {
        BigInteger value = amount(key);
        if (value.compareTo(BigInteger.valueOf(minimum)) < 0
                || value.compareTo(BigInteger.valueOf(maximum)) > 0) {
            throw refusal(
                    key,
                    "out of range: " + value,
                    "write a number from " + minimum + " to " + maximum);
        }
        return value.longValueExact();
    }

    long number(String key, long minimum, long maximum, long otherwise) throws Refusal {
        return has(key) ? number(key, minimum, maximum) : otherwise;
    }

    boolean flag(String key) throws Refusal {
        if (!has(key)) {
            return false;
        }
        JsonNode value = need(key);
        if (!value.isBoolean()) {
            throw refusal(key, "neither true nor false", "write true or false");
        }
        return value.asBoolean();
    }

    /// A constant of `type`, spelled in camel case: `EPOCH_POOL` is `epochPool`.
    <E extends Enum<E>> E choice(String key, Class<E> type) throws Refusal {
        String word = text(key);
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String spelled = camel(constant.name());
            if (spelled.equals(word)) {
                return constant;
            }
            words.add(spelled);
        }
        throw refusal(key, "unknown: " + word, "write one of " + String.join(", ", words));
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) throws Refusal {
        return has(key) ? choice(key, type) : otherwise;
    }

    private static String camel(String name) {
        StringBuilder word = new StringBuilder();
        for (String part : name.split("_", -1)) {
            word.append(
                    word.isEmpty()
                            ? part.toLowerCase(Locale.ROOT)
                            : part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    JsonReader object(String key) throws Refusal {
        JsonNode value = need(key);
        if (!value.isObject()) {
            throw refusal(key, "not an object", "write {...}");
        }
        return new JsonReader(value, pathOf(key));
    }

    Optional<JsonReader> optionalObject(String key) throws Refusal {
        return has(key) ? Optional.of(object(key)) : Optional.empty();
    }

    /// The objects of a list of 1 to `maximum`.
    List<JsonReader> objects(String key, int maximum) throws Refusal {
        List<JsonReader> readers = new ArrayList<>();
        int index = 0;
        for (JsonNode element : array(key, maximum)) {
            String elementPath = pathOf(key) + "[" + index++ + "]";
            if (!element.isObject()) {
                throw new Refusal(elementPath, "not an object", "write {...}");
            }
            readers.add(new JsonReader(element, elementPath));
        }
        return readers;
    }

    /// The whole numbers of a list of 1 to `maximum`.
    List<BigInteger> amounts(String key, int maximum) throws Refusal {
        List<BigInteger> amounts = new ArrayList<>();
        int index = 0;
        for (JsonNode element : array(key, maximum)) {
            amounts.add(amount(element, pathOf(key) + "[" + index++ + "]"));
        }
        return amounts;
    }

    private JsonNode array(String key, int maximum) throws Refusal {
        JsonNode value = need(key);
        if (!value.isArray() || value.isEmpty() || value.size() > maximum) {
            throw refusal(
                    key, "not a list of 1 to " + maximum + " elements", "write [...] with some");
        }
        return value;
    }

    /// The members of this object, each an object, in file order.
    List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            keys.add(names.next());
        }
        return keys;
    }

    /// Refuses keys that nobody asked for.
    void done() throws Refusal {
        for (String key : keys()) {
            if (!asked.contains(key)) {
                List<String> known = new ArrayList<>(asked);
                known.sort(null);
                throw refusal(
                        key, "unknown key", "remove it; known are " + String.join(", ", known));
            }
        }
    }
}
