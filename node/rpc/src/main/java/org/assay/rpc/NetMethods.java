package org.assay.rpc;

import java.util.Map;
import java.util.function.Function;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.jspecify.annotations.Nullable;

/// `net_*` and `web3_*`.
public final class NetMethods implements Methods {
    private final Backend backend;

    NetMethods(Backend backend) {
        this.backend = backend;
    }

    /// As `web3_clientVersion` words it.
    public static String version() {
        return "assay/v0.1.0/"
                + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT)
                + "-"
                + System.getProperty("os.arch")
                + "/java"
                + Runtime.version().feature();
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "net_version", params -> backend.chain().spec().chainId().toString(),
                "net_listening", params -> true,
                "net_peerCount", params -> UInt256.of(backend.peerCount()).toQuantity(),
                "web3_clientVersion", params -> version(),
                "web3_sha3", params -> Keccak.hash256(params.bytes(0)).toString());
    }
}
