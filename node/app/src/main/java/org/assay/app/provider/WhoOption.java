package org.assay.app.provider;

import org.assay.app.keys.KeyOption;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Whose account is meant: `--key` or `--address`.
public final class WhoOption {
    @Mixin private KeyOption key = new KeyOption();

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "The provider's address, in place of --key.")
    private @Nullable String address;

    Address address() {
        String text = address;
        try {
            if (text != null) {
                return Address.fromHex(text);
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--address", text, "write 0x and 40 hex digits");
        }
        if (!key.isGiven()) {
            throw new ConfigException("--key", "absent", "name the provider by --key or --address");
        }
        return key.address();
    }
}
