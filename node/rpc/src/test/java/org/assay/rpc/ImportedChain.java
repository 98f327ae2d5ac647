package org.assay.rpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainImporter;
import org.assay.primitives.Bytes;
import org.assay.testkit.Shared;

/// Files of the shared conformance material, and the chains that they were made with.
final class ImportedChain {
    private static final String ARCHIVE = "corpora/rpc-conformance.zip";

    private ImportedChain() {}

    static ZipFile open() {
        try {
            return new ZipFile(Shared.path(ARCHIVE).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(ZipFile zip, String name) {
        return new String(bytes(zip, name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ZipFile zip, String name) {
        ZipEntry entry = zip.getEntry(name);
        try (var in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The chain of this genesis file and these blocks, imported into memory.
    static Blockchain of(ZipFile zip, String genesis, String blocks) {
        return ChainImporter.inMemory(text(zip, genesis), Bytes.wrap(bytes(zip, blocks)));
    }
}
