package org.assay.app.keys;

import java.io.Console;
import java.nio.file.Path;
import java.util.Arrays;
import org.assay.app.KeyFiles;
import org.assay.chain.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A password from a file or from the terminal, never from the arguments, which everyone on the
/// machine can read.
final class PasswordOptions {
    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "A file of mode 0600 with the password in its first line; asked if absent.")
    private @Nullable Path file;

    /// For a keystore that exists.
    String known() {
        return file != null ? KeyFiles.password(file) : prompt("Password: ");
    }

    /// For a new keystore: typed twice.
    String fresh() {
        String password = known();
        if (password.isEmpty()) {
            throw new ConfigException("password", "empty", "choose one");
        }
        if (file == null && !prompt("Again: ").equals(password)) {
            throw new ConfigException("password", "hidden", "typed differently the second time");
        }
        return password;
    }

    /// Null still happens where jdk.internal.le is not resolved.
    @SuppressWarnings("SystemConsoleNull")
    private static String prompt(String text) {
        Console console = System.console();
        char[] typed =
                console != null && console.isTerminal() ? console.readPassword("%s", text) : null;
        if (typed == null) {
            throw new ConfigException(
                    "--password-file", "absent", "there is no terminal to ask for a password");
        }
        String password = new String(typed);
        Arrays.fill(typed, ' ');
        return password;
    }
}
