package org.assay.rpc.debug;

import java.util.Map;
import java.util.TreeMap;
import org.assay.evm.Opcode;
import org.assay.evm.Tracer;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;

/// geth's `4byteTracer`: how often each function selector was called, by selector and size of the
/// arguments in bytes.
final class FourByteTracer implements TransactionTracer, Tracer {
    private final Precompiles precompiles;
    private final Map<String, Integer> counts = new TreeMap<>();

    FourByteTracer(Subject subject) {
        this.precompiles = Precompiles.forFork(subject.block().fork());
    }

    @Override
    public Tracer hooks() {
        return this;
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        boolean creates = opcode == Opcode.CREATE || opcode == Opcode.CREATE2;
        if (creates || input.size() < 4 || precompiles.at(to) != null) {
            return;
        }
        counts.merge(input.slice(0, 4) + "-" + (input.size() - 4), 1, Integer::sum);
    }

    @Override
    public Object result(long gasUsed) {
        return counts;
    }
}
