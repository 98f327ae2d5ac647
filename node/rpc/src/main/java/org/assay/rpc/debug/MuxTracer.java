package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.evm.Failure;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Log;
import org.jspecify.annotations.Nullable;

/// geth's `muxTracer`: several tracers in one run, each under its name.
final class MuxTracer implements TransactionTracer, Tracer {
    private final Map<String, TransactionTracer> tracers;
    private final List<Tracer> hooks;

    private MuxTracer(Map<String, TransactionTracer> tracers) {
        this.tracers = tracers;
        this.hooks = tracers.values().stream().map(TransactionTracer::hooks).toList();
    }

    /// Reads `config`: tracer names with the configuration of each.
    static TransactionTracer.Maker read(JsonNode config) {
        Map<String, TransactionTracer.Maker> makers = new LinkedHashMap<>();
        config.properties()
                .forEach(
                        entry ->
                                makers.put(
                                        entry.getKey(),
                                        Tracers.named(entry.getKey(), entry.getValue())));
        return subject -> {
            Map<String, TransactionTracer> made = new LinkedHashMap<>();
            makers.forEach((name, maker) -> made.put(name, maker.on(subject)));
            return new MuxTracer(made);
        };
    }

    @Override
    public Tracer hooks() {
        return this;
    }

    @Override
    public boolean wantsSteps() {
        return hooks.stream().anyMatch(Tracer::wantsSteps);
    }

    @Override
    public boolean wantsMemory() {
        return hooks.stream().anyMatch(Tracer::wantsMemory);
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        hooks.forEach(hook -> hook.enter(depth, opcode, from, to, input, gas, value));
    }

    @Override
    public void exit(int depth, Bytes output, long gasUsed, @Nullable Failure failure) {
        hooks.forEach(hook -> hook.exit(depth, output, gasUsed, failure));
    }

    @Override
    public void step(Step step) {
        for (Tracer hook : hooks) {
            if (hook.wantsSteps()) {
                hook.step(step);
            }
        }
    }

    @Override
    public void log(int depth, int index, Log log) {
        hooks.forEach(hook -> hook.log(depth, index, log));
    }

    @Override
    public void selfdestruct(int depth, Address account, Address beneficiary, UInt256 balance) {
        hooks.forEach(hook -> hook.selfdestruct(depth, account, beneficiary, balance));
    }

    @Override
    public void storage(Address account, Hash slot) {
        hooks.forEach(hook -> hook.storage(account, slot));
    }

    @Override
    public Object result(long gasUsed) {
        Map<String, @Nullable Object> results = new LinkedHashMap<>();
        tracers.forEach((name, tracer) -> results.put(name, tracer.result(gasUsed)));
        return results;
    }
}
