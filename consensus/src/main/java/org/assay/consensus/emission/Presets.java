package org.assay.consensus.emission;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The policies that ship with the program, as resources beside this class.
public final class Presets {
    /// In the order in which lists show them.
    public static final List<String> NAMES =
            List.of(
                    "assay",
                    "bitcoin",
                    "bittensor",
                    "filecoin",
                    "helium",
                    "dimo",
                    "geodnet",
                    "render",
                    "ionet",
                    "hivemapper",
                    "fluence",
                    "aethir",
                    "doublezero",
                    "storj",
                    "grass",
                    "gonka");

    private Presets() {}

    /// The text of preset `name`, one of [#NAMES].
    public static String json(String name) {
        try (InputStream stream = Presets.class.getResourceAsStream(name + ".json")) {
            if (stream == null) {
                throw new IllegalArgumentException("no preset " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Policy.Parsed read(String name) {
        if (!NAMES.contains(name)) {
            return new Policy.Parsed.Invalid(
                    new Policy.Problem(
                            "policy",
                            "there is no preset named " + name,
                            "choose one of " + String.join(", ", NAMES)));
        }
        return PolicyReader.read(json(name));
    }
}
