package org.assay.app.provider;

import java.nio.file.Path;
import org.assay.app.KeyFiles;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whose account is meant: `--key` or `--address`.
public final class WhoOption {
    @Option(names = "--key", paramLabel = "FILE", description = "The provider's key file.")
    private @Nullable Path key;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "The provider's address, in place of --key.")
    private @Nullable String address;

    Address address() {
        String text = address;
        Path file = key;
        try {
            if (text != null) {
                return Address.fromHex(text);
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--address", text, "write 0x and 40 hex digits");
        }
        if (file == null) {
            throw new ConfigException("--key", "absent", "name the provider by --key or --address");
        }
        return KeyFiles.read(file).address();
    }
}
