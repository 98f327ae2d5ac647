package org.assay.app.client;

import java.net.URI;
import java.util.List;
import org.assay.chain.ConfigException;

/// Where a node answers JSON-RPC, as people write it.
public final class NodeAddress {
    private NodeAddress() {}

    /// An address with `http` or `https`, a host, and perhaps a port. Throws [ConfigException]
    /// naming `option` otherwise.
    public static URI parse(String option, String text) {
        try {
            URI address = URI.create(text);
            if (List.of("http", "https").contains(String.valueOf(address.getScheme()))
                    && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            // Answered below.
        }
        throw new ConfigException(
                option, text, "write a node's address, such as http://127.0.0.1:8545");
    }

    /// As [#parse], for what speaks to the node without encryption.
    public static URI parsePlain(String option, String text) {
        URI address = parse(option, text);
        if (!address.getScheme().equals("http")) {
            throw new ConfigException(
                    option,
                    text,
                    "measurements go by http alone: name the node itself, by http://");
        }
        return address;
    }
}
