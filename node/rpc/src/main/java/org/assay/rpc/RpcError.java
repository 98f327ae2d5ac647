package org.assay.rpc;

import org.jspecify.annotations.Nullable;

/// A refusal as JSON-RPC carries it: a code that clients branch on, words that they search, and
/// perhaps data (a revert's).
public final class RpcError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;
    public static final int SERVER_ERROR = -32000;
    public static final int RESOURCE_NOT_FOUND = -32001;
    public static final int ANSWER_TOO_LARGE = -32003;
    public static final int LIMIT_EXCEEDED = -32005;
    public static final int UNAUTHORIZED = -32006;

    /// geth's code for a reverted call.
    public static final int EXECUTION_REVERTED = 3;

    /// EIP-7966: the transaction waits still; the data is its hash.
    public static final int NOT_INCLUDED_IN_TIME = 4;

    private final int code;
    private final @Nullable String hexData;

    public RpcError(int code, String message) {
        this(code, message, null);
    }

    public RpcError(int code, String message, @Nullable String hexData) {
        super(message, null, false, false);
        this.code = code;
        this.hexData = hexData;
    }

    public static RpcError invalidParams(String message) {
        return new RpcError(INVALID_PARAMS, message);
    }

    public int code() {
        return code;
    }

    public @Nullable String hexData() {
        return hexData;
    }
}
