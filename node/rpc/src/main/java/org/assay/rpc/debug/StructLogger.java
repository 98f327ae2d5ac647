package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.assay.evm.Failure;
import org.assay.evm.HaltReason;
import org.assay.evm.Opcode;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// geth's struct logger, the tracer without a name: every step with stack, and memory, storage
/// and return data as asked. The answer is written as text at once, for a trace has millions of
/// steps.
final class StructLogger implements TransactionTracer, Tracer {
    /// Characters of one answer, whatever is asked for.
    static final int CHARACTERS_MAX = 256 << 20;

    /// `limit`: characters of steps after which no more are shown; 0 for no limit.
    record Options(
            boolean enableMemory,
            boolean disableStack,
            boolean disableStorage,
            boolean enableReturnData,
            long limit) {
        static Options read(JsonNode config) {
            return new Options(
                    config.path("enableMemory").asBoolean(),
                    config.path("disableStack").asBoolean(),
                    config.path("disableStorage").asBoolean(),
                    config.path("enableReturnData").asBoolean(),
                    Math.max(0, config.path("limit").asLong()));
        }
    }

    private final Subject subject;
    private final Options options;
    private final Map<Address, TreeMap<UInt256, UInt256>> storage = new HashMap<>();
    private final StringBuilder steps = new StringBuilder();
    private Bytes output = Bytes.EMPTY;
    private @Nullable Failure failure;

    StructLogger(Subject subject, Options options) {
        this.subject = subject;
        this.options = options;
    }

    @Override
    public Tracer hooks() {
        return this;
    }

    @Override
    public boolean wantsSteps() {
        return true;
    }

    @Override
    public boolean wantsMemory() {
        return options.enableMemory();
    }

    @Override
    public void step(Step step) {
        if (options.limit() > 0 && steps.length() > options.limit()) {
            return;
        }
        if (steps.length() > CHARACTERS_MAX) {
            throw new RpcError(
                    RpcError.SERVER_ERROR,
                    "the trace is longer than "
                            + CHARACTERS_MAX
                            + " characters: set limit, or use callTracer");
        }
        StringBuilder json = steps;
        json.append(json.isEmpty() ? "{\"pc\":" : ",{\"pc\":").append(step.pc());
        json.append(",\"op\":\"").append(Opcode.text(step.opcode()));
        json.append("\",\"gas\":").append(Long.toUnsignedString(step.gas()));
        json.append(",\"gasCost\":").append(step.gasCost());
        json.append(",\"depth\":").append(step.depth());
        Failure here = step.failure();
        if (here != null && here.isBeforeExecution()) {
            json.append(",\"error\":\"").append(here.text()).append('"');
        }
        if (!options.disableStack()) {
            json.append(",\"stack\":[");
            for (int i = step.stackSize() - 1; i >= 0; i--) {
                json.append('"').append(step.stackFromTop(i).toQuantity());
                json.append(i == 0 ? "\"" : "\",");
            }
            json.append(']');
        }
        if (options.enableReturnData() && !step.returnData().isEmpty()) {
            json.append(",\"returnData\":\"").append(step.returnData()).append('"');
        }
        if (options.enableMemory() && !step.memory().isEmpty()) {
            appendMemory(step.memory());
        }
        if (!options.disableStorage()) {
            appendStorage(step);
        }
        if (step.refund() != 0) {
            json.append(",\"refund\":").append(step.refund());
        }
        json.append('}');
    }

    private void appendMemory(Bytes memory) {
        String hex = memory.toString();
        steps.append(",\"memory\":[");
        for (int at = 2; at + 64 <= hex.length(); at += 64) {
            steps.append(at == 2 ? "\"0x" : ",\"0x").append(hex, at, at + 64).append('"');
        }
        steps.append(']');
    }

    private void appendStorage(Step step) {
        boolean reads = step.opcode() == Opcode.SLOAD && step.stackSize() >= 1;
        boolean writes = step.opcode() == Opcode.SSTORE && step.stackSize() >= 2;
        if (!reads && !writes) {
            return;
        }
        UInt256 slot = step.stackFromTop(0);
        TreeMap<UInt256, UInt256> known =
                storage.computeIfAbsent(step.address(), ignored -> new TreeMap<>());
        known.put(
                slot,
                reads ? subject.live().storageNow(step.address(), slot) : step.stackFromTop(1));
        steps.append(",\"storage\":{");
        boolean first = true;
        for (Map.Entry<UInt256, UInt256> entry : known.entrySet()) {
            steps.append(first ? "\"" : ",\"").append(entry.getKey().toHash());
            steps.append("\":\"").append(entry.getValue().toHash()).append('"');
            first = false;
        }
        steps.append('}');
    }

    @Override
    public void exit(int depth, Bytes returned, long gasUsed, @Nullable Failure reason) {
        if (depth == 0) {
            output = returned;
            failure = reason;
        }
    }

    @Override
    public Object result(long gasUsed) {
        boolean reverted = failure != null && failure.reason() == HaltReason.REVERT;
        Bytes shown = failure == null || reverted ? output : Bytes.EMPTY;
        return new RawValue(
                "{\"gas\":"
                        + gasUsed
                        + ",\"failed\":"
                        + (failure != null)
                        + ",\"returnValue\":\""
                        + shown
                        + "\",\"structLogs\":["
                        + steps
                        + "]}");
    }
}
