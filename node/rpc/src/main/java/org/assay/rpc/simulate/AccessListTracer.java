package org.assay.rpc.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assay.evm.Failure;
import org.assay.evm.Opcode;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.AccessListEntry;
import org.jspecify.annotations.Nullable;

/// Collects the accounts and slots that code looks at, as geth's access list tracer does.
final class AccessListTracer implements Tracer {
    private final Map<Address, Set<Hash>> list = new TreeMap<>();
    private final Set<Address> excluded;
    private Optional<String> failure = Optional.empty();

    AccessListTracer(List<AccessListEntry> known, List<Address> excluded) {
        this.excluded = Set.copyOf(excluded);
        for (AccessListEntry entry : known) {
            add(entry.address());
            entry.storageKeys().forEach(slot -> slots(entry.address()).add(slot));
        }
    }

    private Set<Hash> slots(Address address) {
        return list.computeIfAbsent(address, ignored -> new TreeSet<>());
    }

    private void add(Address address) {
        if (!excluded.contains(address)) {
            slots(address);
        }
    }

    @Override
    public boolean wantsSteps() {
        return true;
    }

    @Override
    public void step(Step step) {
        if (step.stackSize() == 0) {
            return;
        }
        switch (step.opcode()) {
            case Opcode.SLOAD, Opcode.SSTORE ->
                    slots(step.address()).add(step.stackFromTop(0).toHash());
            case Opcode.EXTCODECOPY,
                    Opcode.EXTCODEHASH,
                    Opcode.EXTCODESIZE,
                    Opcode.BALANCE,
                    Opcode.SELFDESTRUCT ->
                    add(Address.ofWord(step.stackFromTop(0)));
            case Opcode.CALL, Opcode.CALLCODE, Opcode.DELEGATECALL, Opcode.STATICCALL -> {
                if (step.stackSize() >= 5) {
                    add(Address.ofWord(step.stackFromTop(1)));
                }
            }
            default -> {}
        }
    }

    @Override
    public void exit(int depth, Bytes output, long gasUsed, @Nullable Failure reason) {
        if (depth == 0) {
            failure = Optional.ofNullable(reason).map(Failure::text);
        }
    }

    /// Why the outermost call failed, if it did.
    Optional<String> failure() {
        return failure;
    }

    /// In ascending order.
    List<AccessListEntry> entries() {
        List<AccessListEntry> entries = new ArrayList<>();
        list.forEach(
                (address, slots) -> entries.add(new AccessListEntry(address, List.copyOf(slots))));
        return entries;
    }
}
