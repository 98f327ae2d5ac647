package org.assay.rpc;

/// What one client may ask for. Every limit is on something that comes from outside.
///
/// `request` and `client` are limits of the transport, `work` of the calls themselves.
public record RpcLimits(Request request, Client client, Work work) {
    /// Of one request body or WebSocket message: its bytes, the calls of a batch, and the bytes
    /// of the answer.
    public record Request(int bodyBytesMax, int batchCallsMax, int answerBytesMax) {}

    /// Connections of all clients at a time; calls a second and in a burst of one client address,
    /// each element of a batch counted, 0 for no limit; whether clients on this machine are
    /// spared that; filters and subscriptions of one server.
    public record Client(
            int connectionsMax,
            int callsPerSecond,
            int burstCalls,
            boolean sparesThisMachine,
            int filtersMax) {}

    /// Of one call: blocks and results of a log query, gas of a simulated call, and how long it
    /// may take.
    public record Work(
            long logRangeBlocksMax, int logResultsMax, long callGasMax, long callMillisMax) {}

    /// For a node that others may reach.
    public static final RpcLimits STANDARD =
            new RpcLimits(
                    new Request(10 << 20, 1_000, 64 << 20),
                    new Client(1_024, 500, 2_000, true, 4_096),
                    new Work(100_000, 20_000, 200_000_000, 10_000));

    public RpcLimits with(Request changed) {
        return new RpcLimits(changed, client, work);
    }

    public RpcLimits with(Client changed) {
        return new RpcLimits(request, changed, work);
    }

    public RpcLimits with(Work changed) {
        return new RpcLimits(request, client, changed);
    }
}
