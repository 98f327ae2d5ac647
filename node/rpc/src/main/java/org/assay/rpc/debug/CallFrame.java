package org.assay.rpc.debug;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.evm.Opcode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.assay.rpc.RevertReason;
import org.jspecify.annotations.Nullable;

/// One call of a call tree, filled in as it runs. Owned by its tracer.
final class CallFrame {
    static final String REVERTED = "execution reverted";

    final String type;
    final Address from;
    @Nullable Address to;
    final Bytes input;

    /// Null where the call has none: STATICCALL.
    final @Nullable UInt256 value;

    long gas;
    long gasUsed;
    @Nullable Bytes output;
    @Nullable String error;
    final List<CallFrame> calls = new ArrayList<>();
    List<LogEntry> logs = List.of();

    /// A log with its number in the block and the number of calls made before it.
    record LogEntry(Log log, int index, int position) {
        Map<String, Object> view() {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("address", log.address().toString());
            object.put("topics", log.topics().stream().map(Hash::toString).toList());
            object.put("data", log.data().toString());
            object.put("index", hex(index));
            object.put("position", hex(position));
            return object;
        }
    }

    CallFrame(int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        this.type = Opcode.text(opcode);
        this.from = from;
        this.to = to;
        this.input = input;
        this.gas = gas;
        this.value = opcode == Opcode.STATICCALL ? null : value;
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    boolean isCreate() {
        return type.equals("CREATE") || type.equals("CREATE2");
    }

    void addLog(LogEntry entry) {
        if (logs.isEmpty()) {
            logs = new ArrayList<>();
        }
        logs.add(entry);
    }

    /// Ends the call. Data of a failure is kept only where it reverted.
    void end(Bytes returned, long used, @Nullable String failure) {
        gasUsed = used;
        error = failure;
        if (failure == null) {
            output = returned;
            return;
        }
        if (isCreate()) {
            to = null;
        }
        if (failure.equals(REVERTED) && !returned.isEmpty()) {
            output = returned;
        }
    }

    /// Logs of failed calls are no logs.
    void clearFailedLogs(boolean parentFailed) {
        boolean failed = parentFailed || error != null;
        if (failed) {
            logs = List.of();
        }
        calls.forEach(call -> call.clearFailedLogs(failed));
    }

    Map<String, Object> view() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("from", from.toString());
        object.put("gas", hex(gas));
        object.put("gasUsed", hex(gasUsed));
        if (to != null) {
            object.put("to", to.toString());
        }
        object.put("input", input.toString());
        if (output != null && !output.isEmpty()) {
            object.put("output", output.toString());
        }
        if (error != null) {
            object.put("error", error);
            String reason = output == null ? null : RevertReason.of(output);
            if (reason != null) {
                object.put("revertReason", reason);
            }
        }
        if (!calls.isEmpty()) {
            object.put("calls", calls.stream().map(CallFrame::view).toList());
        }
        if (!logs.isEmpty()) {
            object.put("logs", logs.stream().map(LogEntry::view).toList());
        }
        if (value != null) {
            object.put("value", value.toQuantity());
        }
        object.put("type", type);
        return object;
    }
}
