package org.assay.rpc;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;

/// Who may call. `corsOrigins`: web pages whose scripts may read answers, `*` for all. `hosts`:
/// names that a request's Host header may carry beside IP addresses and localhost, `*` for all;
/// it keeps a web page from reaching a local node by a name of its own (DNS rebinding).
/// `jwtSecret`: the key of HS256 tokens that guarded namespaces ask for; without one they answer
/// clients on this machine only.
public record RpcAccess(List<String> corsOrigins, List<String> hosts, Optional<Bytes> jwtSecret) {
    /// No web page, no foreign name, guarded namespaces for this machine only.
    public static final RpcAccess LOOPBACK =
            new RpcAccess(List.of(), List.of("localhost"), Optional.empty());

    /// Bytes of a secret.
    public static final int JWT_SECRET_BYTES = 32;
}
