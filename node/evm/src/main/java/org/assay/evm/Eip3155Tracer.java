package org.assay.evm;

import java.util.function.Consumer;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// Writes an execution as the JSON lines of EIP-3155, one a step and one at the end.
public final class Eip3155Tracer implements Tracer {
    private final Consumer<String> lines;
    private final boolean withMemory;

    /// Each line goes to `lines` without a line break.
    public Eip3155Tracer(Consumer<String> lines, boolean withMemory) {
        this.lines = lines;
        this.withMemory = withMemory;
    }

    @Override
    public boolean wantsSteps() {
        return true;
    }

    @Override
    public boolean wantsMemory() {
        return withMemory;
    }

    @Override
    public void step(Step step) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"pc\":").append(step.pc());
        json.append(",\"op\":").append(step.opcode());
        json.append(",\"gas\":\"0x").append(Long.toHexString(step.gas()));
        json.append("\",\"gasCost\":\"0x").append(Long.toHexString(step.gasCost()));
        json.append("\",\"memSize\":").append(step.memorySize());
        json.append(",\"stack\":[");
        for (int i = step.stackSize() - 1; i >= 0; i--) {
            json.append('"').append(step.stackFromTop(i).toQuantity());
            json.append(i == 0 ? "\"" : "\",");
        }
        json.append("],\"depth\":").append(step.depth());
        json.append(",\"refund\":").append(step.refund());
        if (withMemory) {
            json.append(",\"memory\":\"").append(step.memory()).append('"');
        }
        json.append(",\"opName\":\"").append(Opcode.text(step.opcode())).append('"');
        Failure failure = step.failure();
        if (failure != null) {
            json.append(",\"error\":\"").append(failure.text()).append('"');
        }
        lines.accept(json.append('}').toString());
    }

    @Override
    public void exit(int depth, Bytes output, long gasUsed, @Nullable Failure failure) {
        if (depth > 0) {
            return;
        }
        StringBuilder json = new StringBuilder();
        json.append("{\"output\":\"").append(output.toString().substring(2));
        json.append("\",\"gasUsed\":\"").append(UInt256.of(gasUsed).toQuantity()).append('"');
        if (failure != null) {
            json.append(",\"error\":\"").append(failure.text()).append('"');
        }
        lines.accept(json.append('}').toString());
    }
}
