package org.assay.rpc.trace;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.evm.Failure;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.rpc.RpcError;
import org.assay.rpc.debug.FlatCallTracer;
import org.assay.rpc.debug.Subject;
import org.assay.rpc.debug.TransactionTracer;
import org.jspecify.annotations.Nullable;

/// What `trace_replayTransaction` and `trace_call` answer: the output, and the parts asked for.
final class ReplayTracer implements TransactionTracer, Tracer {
    /// The parts asked for.
    record Parts(boolean trace, boolean stateDiff) {
        /// Reads a list of names; throws [RpcError] at one that is not there.
        static Parts read(JsonNode list) {
            boolean trace = false;
            boolean stateDiff = false;
            for (JsonNode name : list) {
                switch (name.asText()) {
                    case "trace" -> trace = true;
                    case "stateDiff" -> stateDiff = true;
                    case "vmTrace" ->
                            throw new RpcError(
                                    RpcError.SERVER_ERROR,
                                    "vmTrace is not there: use debug_traceTransaction for steps");
                    default ->
                            throw RpcError.invalidParams(
                                    "trace types are trace and stateDiff, not one of them: "
                                            + (name.asText().length() > 40
                                                    ? "too long"
                                                    : name.asText()));
                }
            }
            return new Parts(trace, stateDiff);
        }
    }

    private final Parts parts;
    private final FlatCallTracer calls;
    private final StateDiffTracer diff;
    private Bytes output = Bytes.EMPTY;

    ReplayTracer(Subject subject, Parts parts) {
        this.parts = parts;
        this.calls = new FlatCallTracer(subject, FlatCallTracer.Options.PARITY);
        this.diff = new StateDiffTracer(subject);
    }

    @Override
    public Tracer hooks() {
        return this;
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        calls.hooks().enter(depth, opcode, from, to, input, gas, value);
    }

    @Override
    public void exit(int depth, Bytes returned, long gasUsed, @Nullable Failure failure) {
        calls.hooks().exit(depth, returned, gasUsed, failure);
        if (depth == 0) {
            output = returned;
        }
    }

    @Override
    public void selfdestruct(int depth, Address account, Address beneficiary, UInt256 balance) {
        calls.hooks().selfdestruct(depth, account, beneficiary, balance);
    }

    @Override
    public Map<String, @Nullable Object> result(long gasUsed) {
        List<Map<String, Object>> flat = calls.result(gasUsed);
        for (Map<String, Object> trace : flat) {
            trace.keySet()
                    .removeAll(
                            List.of(
                                    "blockHash",
                                    "blockNumber",
                                    "transactionHash",
                                    "transactionPosition"));
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("output", output.toString());
        object.put("stateDiff", parts.stateDiff() ? diff.result(gasUsed) : null);
        object.put("trace", parts.trace() ? flat : List.of());
        object.put("vmTrace", null);
        return object;
    }
}
