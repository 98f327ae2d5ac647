package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assay.evm.Tracer;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// geth's `flatCallTracer`: the tree of calls as a list, each with its address in the tree, as
/// OpenEthereum wrote traces.
public final class FlatCallTracer implements TransactionTracer {
    /// OpenEthereum's words for geth's.
    private static final Map<String, String> PARITY_ERRORS =
            Map.ofEntries(
                    Map.entry("contract creation code storage out of gas", "Out of gas"),
                    Map.entry("gas uint64 overflow", "Out of gas"),
                    Map.entry("max code size exceeded", "Out of gas"),
                    Map.entry("invalid jump destination", "Bad jump destination"),
                    Map.entry(CallFrame.REVERTED, "Reverted"),
                    Map.entry("return data out of bounds", "Out of bounds"),
                    Map.entry("stack limit reached 1024 (1023)", "Out of stack"),
                    Map.entry("precompiled failed", "Built-in failed"),
                    Map.entry("invalid input length", "Built-in failed"));

    /// `convertParityErrors`: OpenEthereum's words. `includePrecompiles`: with calls of
    /// precompiled contracts. `frameGas`: the outermost call's gas without what the transaction
    /// itself costs, as OpenEthereum counts.
    public record Options(
            boolean convertParityErrors, boolean includePrecompiles, boolean frameGas) {
        /// What the `trace_` namespace shows.
        public static final Options PARITY = new Options(true, false, true);

        static Options read(JsonNode config) {
            return new Options(
                    config.path("convertParityErrors").asBoolean(),
                    config.path("includePrecompiles").asBoolean(),
                    false);
        }
    }

    private final Subject subject;
    private final Options options;
    private final CallTracer calls;

    public FlatCallTracer(Subject subject, Options options) {
        this.subject = subject;
        this.options = options;
        this.calls =
                new CallTracer(subject, new CallTracer.Options(false, false, options.frameGas()));
    }

    @Override
    public Tracer hooks() {
        return calls;
    }

    @Override
    public List<Map<String, Object>> result(long gasUsed) {
        List<Map<String, Object>> flat = new ArrayList<>();
        flatten(calls.top(gasUsed), List.of(), flat);
        return flat;
    }

    private void flatten(CallFrame frame, List<Integer> address, List<Map<String, Object>> into) {
        List<CallFrame> shown = frame.calls.stream().filter(this::isShown).toList();
        into.add(view(frame, address, shown.size()));
        for (int i = 0; i < shown.size(); i++) {
            List<Integer> inner = new ArrayList<>(address);
            inner.add(i);
            flatten(shown.get(i), inner, into);
        }
    }

    private boolean isShown(CallFrame frame) {
        boolean hidden = frame.type.equals("CALL") || frame.type.equals("STATICCALL");
        Address to = frame.to;
        return options.includePrecompiles()
                || !hidden
                || to == null
                || Precompiles.forFork(subject.block().fork()).at(to) == null;
    }

    private Map<String, Object> view(CallFrame frame, List<Integer> address, int subtraces) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("action", action(frame));
        subject.place().ifPresent(place -> object.put("blockHash", place.blockHash().toString()));
        object.put("blockNumber", subject.block().number());
        String error = frame.error;
        if (error != null) {
            object.put("error", options.convertParityErrors() ? parityError(error) : error);
        }
        if (!isSuicide(frame) && (error == null || error.equals(CallFrame.REVERTED))) {
            object.put("result", resultOf(frame));
        }
        object.put("subtraces", subtraces);
        object.put("traceAddress", address);
        subject.place()
                .ifPresent(
                        place -> object.put("transactionHash", place.transactionHash().toString()));
        object.put("transactionPosition", subject.place().map(Subject.Place::index).orElse(0));
        object.put("type", isSuicide(frame) ? "suicide" : frame.isCreate() ? "create" : "call");
        return object;
    }

    private static boolean isSuicide(CallFrame frame) {
        return frame.type.equals("SELFDESTRUCT");
    }

    private static String parityError(String error) {
        if (error.startsWith("invalid opcode:")) {
            return "Bad instruction";
        }
        if (error.startsWith("out of gas")) {
            return "Out of gas";
        }
        if (error.startsWith("stack underflow")) {
            return "Stack underflow";
        }
        return PARITY_ERRORS.getOrDefault(error, error);
    }

    private static Map<String, Object> action(CallFrame frame) {
        Map<String, Object> action = new LinkedHashMap<>();
        String value = frame.value == null ? "0x0" : frame.value.toQuantity();
        if (isSuicide(frame)) {
            action.put("address", frame.from.toString());
            action.put("balance", value);
            action.put("refundAddress", String.valueOf(frame.to));
            return action;
        }
        String kind = frame.type.toLowerCase(Locale.ROOT);
        action.put(frame.isCreate() ? "creationMethod" : "callType", kind);
        action.put("from", frame.from.toString());
        action.put("gas", CallFrame.hex(frame.gas));
        if (frame.isCreate()) {
            action.put("init", frame.input.toString());
        } else {
            action.put("input", frame.input.toString());
            action.put("to", String.valueOf(frame.to));
        }
        action.put("value", value);
        return action;
    }

    private static Map<String, Object> resultOf(CallFrame frame) {
        Map<String, Object> result = new LinkedHashMap<>();
        String output = hexOf(frame.output);
        if (frame.isCreate()) {
            if (frame.to != null) {
                result.put("address", frame.to.toString());
            }
            result.put("code", output);
            result.put("gasUsed", CallFrame.hex(frame.gasUsed));
        } else {
            result.put("gasUsed", CallFrame.hex(frame.gasUsed));
            result.put("output", output);
        }
        return result;
    }

    private static String hexOf(@Nullable Bytes output) {
        return output == null ? "0x" : output.toString();
    }
}
