package org.assay.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.assay.app.keys.KeystoreFile;
import org.assay.chain.ConfigException;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Keystore;
import org.assay.primitives.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Secret keys in files that only their owner may read: encrypted keystores, or hexadecimal text
/// where the key protects nothing.
public final class KeyFiles {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
    private static final int PASSWORD_BYTES_MAX = 4_096;

    private KeyFiles() {}

    /// A key of hexadecimal text. Throws [ConfigException] for a missing, malformed or
    /// readable-by-others file.
    public static SecretKey read(Path file) {
        return hexadecimal(file, content("--key", file, KeystoreFile.SIZE_MAX));
    }

    /// A keystore opened with the password in `passwordFile`, or, with a warning, a key of
    /// hexadecimal text. Throws [ConfigException].
    public static SecretKey read(Path file, Optional<Path> passwordFile) {
        String text = content("--key", file, KeystoreFile.SIZE_MAX);
        if (!text.stripLeading().startsWith("{")) {
            LOG.warn("{} holds its key unencrypted; make a keystore with: assay key import", file);
            return hexadecimal(file, text);
        }
        Path secret =
                passwordFile.orElseThrow(
                        () ->
                                new ConfigException(
                                        "--password-file",
                                        "absent",
                                        file + " is encrypted; name the file of its password"));
        return open(file, text, password(secret));
    }

    /// The key in the keystore `text`, which was read from `file`. Throws [ConfigException].
    public static SecretKey open(Path file, String text, String password) {
        KeystoreFile keystore = parse(file, text);
        return switch (keystore.keystore().open(password)) {
            case Keystore.Refused(Keystore.Reason reason) ->
                    throw new ConfigException("--key", file.toString(), "does not open: " + reason);
            case Keystore.Secret secret -> {
                SecretKey key = keyOf(file, secret);
                keystore.address()
                        .filter(address -> !address.equals(key.address()))
                        .ifPresent(
                                address -> {
                                    throw new ConfigException(
                                            "--key",
                                            file.toString(),
                                            "names " + address + " but holds " + key.address());
                                });
                yield key;
            }
        };
    }

    private static SecretKey keyOf(Path file, Keystore.Secret secret) {
        try {
            return secret.toKey();
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--key", file.toString(), "does not hold a key");
        }
    }

    /// Throws [ConfigException] unless `text` is a keystore.
    public static KeystoreFile parse(Path file, String text) {
        return switch (KeystoreFile.parse(text)) {
            case KeystoreFile.Parsed.Read(KeystoreFile read) -> read;
            case KeystoreFile.Parsed.Refused(KeystoreFile.Reason reason, String detail) ->
                    throw new ConfigException(
                            "--key", file.toString(), reason + " (" + detail + ")");
        };
    }

    /// The first line of `file`. Throws [ConfigException].
    public static String password(Path file) {
        String text = content("--password-file", file, PASSWORD_BYTES_MAX);
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /// The text of a file that only its owner may read. Throws [ConfigException].
    public static String content(String option, Path file, long bytesMax) {
        try {
            for (var permission : Files.getPosixFilePermissions(file)) {
                if (permission.name().startsWith("GROUP")
                        || permission.name().startsWith("OTHERS")) {
                    throw new ConfigException(
                            option, file.toString(), "others may read it; run: chmod 600 " + file);
                }
            }
            if (Files.size(file) > bytesMax) {
                throw new ConfigException(
                        option, file.toString(), "is longer than " + bytesMax + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(option, file.toString(), "cannot be read");
        }
    }

    private static SecretKey hexadecimal(Path file, String text) {
        try {
            return SecretKey.of(Hex.decode(text.trim()));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "--key", file.toString(), "does not hold 64 hexadecimal digits");
        }
    }

    /// Writes `key` as hexadecimal text to a new file, readable by its owner alone.
    public static void write(Path file, SecretKey key) {
        create(file, Hex.encodeBare(key.toArray()) + "\n");
    }

    /// Writes `key` as a keystore to a new file, readable by its owner alone.
    public static void write(
            Path file, SecretKey key, String password, Keystore.Derivation derivation) {
        SecureRandom random = new SecureRandom();
        Keystore keystore = Keystore.seal(key, password, derivation, random);
        create(file, new KeystoreFile(Optional.of(key.address()), keystore).write(random));
    }

    /// A new file, readable by its owner alone from the first byte. Throws [ConfigException]
    /// where there is one already.
    public static void create(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new ConfigException(
                    "file", file.toString(), "is there already and is not written over");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
