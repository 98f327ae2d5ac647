package org.assay.p2p.rlpx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Shared;

/// The devp2p test vectors of the shared corpora.
public final class VectorFile {
    private VectorFile() {}

    public static byte[] read(String name) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/p2p-vectors.zip").toFile())) {
            ZipEntry entry = zip.getEntry(name);
            return zip.getInputStream(entry).readAllBytes();
        }
    }

    public static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(read(name));
    }

    static Bytes hex(JsonNode value) {
        String text = value.asText();
        return Bytes.fromHex(text.startsWith("0x") ? text : "0x" + text);
    }

    static SecretKey key(JsonNode value) {
        return SecretKey.of(hex(value).toArray());
    }
}
