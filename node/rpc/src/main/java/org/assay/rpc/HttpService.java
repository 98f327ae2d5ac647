package org.assay.rpc;

import java.util.concurrent.ExecutorService;

/// What the connections of one server share.
record HttpService(RpcOptions options, RpcHandler handler, Routes routes, ExecutorService calls) {}
