package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The JSON files of jobs and proofs, whose sender may be anyone: a limit on their size, and
/// bytes that are no text are no JSON either.
final class TextFile {
    /// The hex of a sidecar or of inputs of up to 64 MiB, and room beside it.
    static final int BYTES_MAX = 160 << 20;

    private TextFile() {}

    /// For text within [#BYTES_MAX]: one value may be nearly all of it.
    static ObjectMapper mapper() {
        return new ObjectMapper(
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxStringLength(BYTES_MAX).build())
                        .build());
    }

    /// Refuses a file above the limit.
    static String read(Path file) throws IOException, Proving.Refused {
        long size = Files.size(file);
        if (size > BYTES_MAX) {
            throw new Proving.Refused(
                    "%s has %d bytes; at most %d are read".formatted(file, size, BYTES_MAX));
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
