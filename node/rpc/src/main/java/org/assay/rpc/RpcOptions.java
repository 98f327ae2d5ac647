package org.assay.rpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// How JSON-RPC is served: where, to whom, and how much of it.
public record RpcOptions(InetSocketAddress listen, RpcAccess access, RpcLimits limits) {
    /// On loopback with the standard limits; port 0 takes any free one.
    public static RpcOptions loopback(int port) {
        return on(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public static RpcOptions on(InetSocketAddress listen) {
        return new RpcOptions(listen, RpcAccess.LOOPBACK, RpcLimits.STANDARD);
    }

    public RpcOptions withAccess(RpcAccess changed) {
        return new RpcOptions(listen, changed, limits);
    }

    public RpcOptions withLimits(RpcLimits changed) {
        return new RpcOptions(listen, access, changed);
    }
}
