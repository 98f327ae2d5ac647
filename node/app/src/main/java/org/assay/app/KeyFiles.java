package org.assay.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assay.chain.ConfigException;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.SecretKey;

/// Secret keys as hexadecimal text in files that only their owner may read.
public final class KeyFiles {
    private KeyFiles() {}

    /// Throws [ConfigException] for a missing, malformed or readable-by-others file.
    public static SecretKey read(Path file) {
        try {
            for (var permission : Files.getPosixFilePermissions(file)) {
                if (permission.name().startsWith("GROUP")
                        || permission.name().startsWith("OTHERS")) {
                    throw new ConfigException(
                            "--key", file.toString(), "others may read it; run: chmod 600 " + file);
                }
            }
            return SecretKey.of(Hex.decode(Files.readString(file).trim()));
        } catch (IOException e) {
            throw new ConfigException("--key", file.toString(), "cannot be read");
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "--key", file.toString(), "does not hold 64 hexadecimal digits");
        }
    }

    /// Writes `key` to a new file, readable by its owner alone from the first byte.
    public static void write(Path file, SecretKey key) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Hex.encodeBare(key.toArray()) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
