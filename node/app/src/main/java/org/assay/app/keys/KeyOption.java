package org.assay.app.keys;

import java.nio.file.Path;
import org.assay.app.KeyFiles;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `--key`, for commands that send transactions: a keystore as `assay key new` makes it, or
/// hexadecimal text.
public final class KeyOption {
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The secret key, mode 0600: a keystore (version 3), or 64 hex digits.")
    private @Nullable Path file;

    @Mixin private PasswordOptions password = new PasswordOptions();

    /// Throws [ConfigException] where there is none, or it cannot be read or opened.
    public SecretKey read() {
        Path from = file();
        String text = KeyFiles.content("--key", from, KeystoreFile.SIZE_MAX);
        return isKeystore(text) ? KeyFiles.open(from, text, password.known()) : KeyFiles.read(from);
    }

    /// The key's address, without a password where the keystore names it. Throws
    /// [ConfigException].
    public Address address() {
        Path from = file();
        String text = KeyFiles.content("--key", from, KeystoreFile.SIZE_MAX);
        return isKeystore(text)
                ? KeyFiles.parse(from, text).address().orElseGet(() -> read().address())
                : KeyFiles.read(from).address();
    }

    public boolean isGiven() {
        return file != null;
    }

    private Path file() {
        Path given = file;
        if (given == null) {
            throw new ConfigException("--key", "absent", "name the file of the secret key");
        }
        return given;
    }

    private static boolean isKeystore(String text) {
        return text.stripLeading().startsWith("{");
    }
}
