package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Checks results against the execution APIs' OpenRPC document: the part of JSON schema that it
/// uses.
final class Schema {
    private final Map<String, JsonNode> results = new HashMap<>();
    private final Set<String> unknown = new TreeSet<>();
    private final JsonNode document;

    Schema(JsonNode document) {
        this.document = document;
        for (JsonNode method : document.path("methods")) {
            results.put(method.path("name").asText(), method.at("/result/schema"));
        }
    }

    /// What is wrong with a result; a method that the document does not know passes.
    Optional<String> problem(String method, JsonNode result) {
        JsonNode schema = results.get(method);
        if (schema == null) {
            unknown.add(method);
        }
        return schema == null || result == null
                ? Optional.empty()
                : check("result", schema, result);
    }

    /// The methods asked about that the document does not have.
    Set<String> unknown() {
        return unknown;
    }

    private Optional<String> check(String path, JsonNode given, JsonNode value) {
        JsonNode schema =
                given.has("$ref") ? document.at(given.get("$ref").asText().substring(1)) : given;
        for (String word : new String[] {"oneOf", "anyOf"}) {
            if (schema.has(word)) {
                Optional<String> last = Optional.empty();
                for (JsonNode option : schema.get(word)) {
                    last = check(path, option, value);
                    if (last.isEmpty()) {
                        break;
                    }
                }
                if (last.isPresent()) {
                    return Optional.of(path + " fits none of the forms: " + last.get());
                }
            }
        }
        for (JsonNode part : schema.path("allOf")) {
            Optional<String> problem = check(path, part, value);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return type(path, schema, value)
                .or(() -> text(path, schema, value))
                .or(() -> fields(path, schema, value))
                .or(() -> items(path, schema, value));
    }

    private static Optional<String> type(String path, JsonNode schema, JsonNode value) {
        if (!schema.has("type")) {
            return Optional.empty();
        }
        JsonNode types = schema.get("type");
        boolean fits = false;
        for (int i = 0; i < Math.max(1, types.size()); i++) {
            String type = types.isArray() ? types.get(i).asText() : types.asText();
            fits |=
                    switch (type) {
                        case "object" -> value.isObject();
                        case "array" -> value.isArray();
                        case "string" -> value.isTextual();
                        case "boolean" -> value.isBoolean();
                        case "integer" -> value.isIntegralNumber();
                        case "number" -> value.isNumber();
                        case "null" -> value.isNull();
                        default -> false;
                    };
        }
        return fits ? Optional.empty() : Optional.of(path + " is not of type " + types);
    }

    private static Optional<String> text(String path, JsonNode schema, JsonNode value) {
        if (!value.isTextual()) {
            return Optional.empty();
        }
        String text = value.asText();
        if (schema.has("pattern")
                && !Pattern.compile(schema.get("pattern").asText()).matcher(text).find()) {
            return Optional.of(path + " does not match " + schema.get("pattern"));
        }
        if (schema.has("enum")) {
            for (JsonNode allowed : schema.get("enum")) {
                if (allowed.asText().equals(text)) {
                    return Optional.empty();
                }
            }
            return Optional.of(path + " is none of " + schema.get("enum"));
        }
        return Optional.empty();
    }

    private Optional<String> fields(String path, JsonNode schema, JsonNode value) {
        if (!value.isObject()) {
            return Optional.empty();
        }
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                return Optional.of(path + " lacks " + required);
            }
        }
        for (var property : schema.path("properties").properties()) {
            if (value.has(property.getKey())) {
                Optional<String> problem =
                        check(
                                path + "/" + property.getKey(),
                                property.getValue(),
                                value.get(property.getKey()));
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        JsonNode additional = schema.path("additionalProperties");
        for (var field : value.properties()) {
            boolean known = schema.path("properties").has(field.getKey());
            if (!known && additional.isBoolean() && !additional.asBoolean()) {
                return Optional.of(path + " has " + field.getKey() + ", which the schema has not");
            }
            if (!known && additional.isObject()) {
                Optional<String> problem =
                        check(path + "/" + field.getKey(), additional, field.getValue());
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> items(String path, JsonNode schema, JsonNode value) {
        if (!value.isArray() || !schema.path("items").isObject()) {
            return Optional.empty();
        }
        for (int i = 0; i < value.size(); i++) {
            Optional<String> problem = check(path + "/" + i, schema.get("items"), value.get(i));
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }
}
