package org.assay.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.assay.app.KeyFiles;
import org.assay.app.Main;
import org.assay.chain.ConfigException;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class KeyCommandTest {
    private static final SecretKey KEY = SecretKey.of(Keccak.hash256(new byte[1]).toArray());
    private static final String PASSWORD = "correct horse";

    @TempDir private Path folder;

    private record Ran(int code, String text) {}

    private static Ran run(Object... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text, true));
        line.setErr(new PrintWriter(text, true));
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return new Ran(line.execute(words), text.toString());
    }

    private Path password() {
        Path file = folder.resolve("password");
        if (!Files.exists(file)) {
            KeyFiles.create(file, PASSWORD + "\n");
        }
        return file;
    }

    @Test
    void makesListsAndInspectsAKeyWithoutShowingIt() throws Exception {
        Path dir = folder.resolve("keys");
        Ran made = run("key", "new", "--light", "--dir", dir, "--password-file", password());
        assertEquals(0, made.code, made.text);
        Path file;
        try (var files = Files.list(dir)) {
            file = files.findFirst().orElseThrow();
        }
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        SecretKey key = KeyFiles.read(file, Optional.of(password()));
        assertTrue(made.text.contains(key.address().toString()), made.text);
        Ran listed = run("key", "list", "--dir", dir);
        assertTrue(listed.text.contains(key.address() + "  encrypted"), listed.text);
        Ran inspected = run("key", "inspect", file, "--password-file", password());
        assertTrue(inspected.text.contains("beaconKeyPossession"), inspected.text);
        String secret = Hex.encodeBare(key.toArray());
        for (String text :
                new String[] {made.text, listed.text, inspected.text, Files.readString(file)}) {
            assertFalse(text.contains(secret) || text.contains(PASSWORD), text);
        }
    }

    @Test
    void importsAKeyThatOpensOnlyWithItsPassword() throws Exception {
        Path plain = folder.resolve("plain");
        KeyFiles.write(plain, KEY);
        Path out = folder.resolve("encrypted.json");
        Ran made =
                run("key", "import", plain, "--light", "--out", out, "--password-file", password());
        assertEquals(0, made.code, made.text);
        assertEquals(KEY.address(), KeyFiles.read(out, Optional.of(password())).address());
        Path wrong = folder.resolve("wrong");
        KeyFiles.create(wrong, "incorrect horse");
        assertThrows(ConfigException.class, () -> KeyFiles.read(out, Optional.of(wrong)));
        assertThrows(ConfigException.class, () -> KeyFiles.read(out, Optional.empty()));
        Ran again =
                run("key", "import", plain, "--light", "--out", out, "--password-file", password());
        assertEquals(2, again.code, "a key file is never written over");
        assertEquals(KEY.address(), KeyFiles.read(plain, Optional.empty()).address());
    }

    @Test
    void refusesFilesThatOthersMayReadAndAnEmptyPassword() throws Exception {
        Path plain = folder.resolve("open");
        KeyFiles.write(plain, KEY);
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(2, run("key", "inspect", plain).code);
        Path empty = folder.resolve("empty");
        KeyFiles.create(empty, "\n");
        assertEquals(2, run("key", "new", "--dir", folder, "--password-file", empty).code);
    }

    @Test
    void refusesKeystoresThatAreNotOfTheKnownKind() throws Exception {
        Path plain = folder.resolve("plain");
        KeyFiles.write(plain, KEY);
        Path out = folder.resolve("k.json");
        run("key", "import", plain, "--light", "--out", out, "--password-file", password());
        String good = Files.readString(out);
        assertInstanceOf(KeystoreFile.Parsed.Read.class, KeystoreFile.parse(good));
        refuses(KeystoreFile.Reason.UNKNOWN_CIPHER, good.replace("aes-128-ctr", "aes-256-ctr"));
        refuses(
                KeystoreFile.Reason.BAD_PARAMETERS,
                good.replace("\"dklen\" : 32", "\"dklen\" : 16"));
        refuses(
                KeystoreFile.Reason.WRONG_VERSION,
                good.replace("\"version\" : 3", "\"version\" : 4"));
        refuses(KeystoreFile.Reason.UNKNOWN_DERIVATION, good.replace("scrypt", "argon2"));
        refuses(
                KeystoreFile.Reason.BAD_PARAMETERS,
                good.replace("\"n\" : 4096", "\"n\" : \"4096\""));
        refuses(KeystoreFile.Reason.NOT_A_KEYSTORE, "{}");
        refuses(KeystoreFile.Reason.NOT_A_KEYSTORE, "nonsense");
        Path greedy = folder.resolve("greedy.json");
        KeyFiles.create(greedy, good.replace("\"n\" : 4096", "\"n\" : 1073741824"));
        assertThrows(ConfigException.class, () -> KeyFiles.read(greedy, Optional.of(password())));
    }

    private static void refuses(KeystoreFile.Reason reason, String text) {
        KeystoreFile.Parsed.Refused refused =
                assertInstanceOf(KeystoreFile.Parsed.Refused.class, KeystoreFile.parse(text));
        assertEquals(reason, refused.reason());
    }
}
