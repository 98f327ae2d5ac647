package org.assay.app.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.assay.app.KeyFiles;
import org.assay.chain.ConfigException;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Keystore;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `--key` as `assay provider` and `assay job` take it.
@NullUnmarked
final class KeyOptionTest {
    private static final SecretKey KEY = SecretKey.of(Keccak.hash256(new byte[] {7}).toArray());

    @TempDir private Path folder;
    private Path keystore;
    private Path password;

    @Command(name = "any")
    private static final class Any {
        @Mixin private KeyOption key = new KeyOption();
    }

    private static KeyOption parsed(Object... words) {
        Any any = new Any();
        String[] arguments = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            arguments[i] = words[i].toString();
        }
        new CommandLine(any).parseArgs(arguments);
        return any.key;
    }

    @BeforeEach
    void seal() {
        keystore = folder.resolve("keystore");
        KeyFiles.write(keystore, KEY, "correct horse", Keystore.lightScrypt(new SecureRandom()));
        password = folder.resolve("password");
        KeyFiles.create(password, "correct horse\n");
    }

    @Test
    void opensAKeystoreWithItsPasswordAndRefusesAnother() {
        KeyOption good = parsed("--key", keystore, "--password-file", password);
        assertThat(good.read().address()).isEqualTo(KEY.address());
        Path wrong = folder.resolve("wrong");
        KeyFiles.create(wrong, "battery staple\n");
        KeyOption bad = parsed("--key", keystore, "--password-file", wrong);
        assertThatThrownBy(bad::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not open");
    }

    @Test
    void namesTheAddressOfAKeystoreWithoutItsPassword() {
        assertThat(parsed("--key", keystore).address()).isEqualTo(KEY.address());
    }

    @Test
    void readsHexadecimalTextAndRefusesAnythingElse() {
        Path plain = folder.resolve("plain");
        KeyFiles.write(plain, KEY);
        assertThat(parsed("--key", plain).read().address()).isEqualTo(KEY.address());
        assertThat(parsed("--key", plain).address()).isEqualTo(KEY.address());
        Path other = folder.resolve("other");
        KeyFiles.create(other, "no key\n");
        assertThatThrownBy(parsed("--key", other)::read).isInstanceOf(ConfigException.class);
    }

    @Test
    void saysWhichOptionIsAbsent() {
        KeyOption none = parsed();
        assertThat(none.isGiven()).isFalse();
        assertThatThrownBy(none::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--key");
    }
}
