package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.assay.evm.Failure;
import org.assay.evm.Opcode;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.jspecify.annotations.Nullable;

/// geth's `callTracer`: the tree of calls.
final class CallTracer implements TransactionTracer, Tracer {
    /// `onlyTopCall`: leave out inner calls. `withLog`: with the logs of each call. `frameGas`:
    /// the outermost call's gas without what the transaction itself costs.
    record Options(boolean onlyTopCall, boolean withLog, boolean frameGas) {
        static Options read(JsonNode config) {
            return new Options(
                    config.path("onlyTopCall").asBoolean(),
                    config.path("withLog").asBoolean(),
                    false);
        }
    }

    private final Subject subject;
    private final Options options;
    private final List<CallFrame> open = new ArrayList<>();
    private @Nullable CallFrame top;

    CallTracer(Subject subject, Options options) {
        this.subject = subject;
        this.options = options;
    }

    @Override
    public Tracer hooks() {
        return this;
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        if (options.onlyTopCall() && depth > 0) {
            return;
        }
        long shown = depth == 0 && !options.frameGas() ? subject.body().gasLimit() : gas;
        open.add(new CallFrame(opcode, from, to, input, shown, value));
    }

    @Override
    public void exit(int depth, Bytes output, long gasUsed, @Nullable Failure failure) {
        if (options.onlyTopCall() && depth > 0) {
            return;
        }
        CallFrame frame = open.removeLast();
        frame.end(output, gasUsed, failure == null ? null : failure.text());
        if (depth == 0) {
            top = frame;
        } else {
            open.getLast().calls.add(frame);
        }
    }

    @Override
    public void selfdestruct(int depth, Address account, Address beneficiary, UInt256 balance) {
        if (options.onlyTopCall()) {
            return;
        }
        CallFrame frame =
                new CallFrame(Opcode.SELFDESTRUCT, account, beneficiary, Bytes.EMPTY, 0, balance);
        frame.output = Bytes.EMPTY;
        open.getLast().calls.add(frame);
    }

    @Override
    public void log(int depth, int index, Log log) {
        if (!options.withLog() || (options.onlyTopCall() && depth > 0)) {
            return;
        }
        CallFrame frame = open.getLast();
        int number = subject.logsBefore() + index;
        frame.addLog(new CallFrame.LogEntry(log, number, frame.calls.size()));
    }

    /// The outermost call, ended.
    CallFrame top(long gasUsed) {
        CallFrame ended = top;
        Invariant.check(ended != null, "a transaction that ran has ended its outermost call");
        CallFrame frame = java.util.Objects.requireNonNull(ended);
        if (!options.frameGas()) {
            frame.gasUsed = gasUsed;
        }
        frame.clearFailedLogs(false);
        return frame;
    }

    @Override
    public Object result(long gasUsed) {
        return top(gasUsed).view();
    }
}
