package org.assay.primitives;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.testkit.Shared;

/// Reads JSON out of the shared corpora.
public final class Corpus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Corpus() {}

    /// The file `entry` of `corpora/<archive>.zip`; skips the test where the corpora are absent.
    public static JsonNode read(String archive, String entry) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/" + archive + ".zip").toFile())) {
            ZipEntry found = requireNonNull(zip.getEntry(entry), entry);
            try (InputStream stream = zip.getInputStream(found)) {
                return JSON.readTree(stream);
            }
        }
    }
}
