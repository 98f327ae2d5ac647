package org.assay.rpc.simulate;

import java.util.HashMap;
import java.util.Map;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// A state with changes on top, which the owner adds between executions; while one runs nothing
/// changes, as [StateView] asks. One thread.
public final class OverlaidState implements StateView {
    private static final StateView NOTHING =
            new StateView() {
                @Override
                public @Nullable Account account(Address address) {
                    return null;
                }

                @Override
                public UInt256 storage(Address address, UInt256 slot) {
                    return UInt256.ZERO;
                }

                @Override
                public Bytes code(Hash codeHash) {
                    return Bytes.EMPTY;
                }

                @Override
                public boolean hasStorage(Address address) {
                    return false;
                }
            };

    private final StateView base;
    private final Map<Address, Layer> layers = new HashMap<>();
    private final Map<Hash, Bytes> codes = new HashMap<>();
    private StateDiff changes = StateDiff.EMPTY;

    /// What is above the base for one account. `hidesStorage`: the base's slots no longer count.
    private static final class Layer {
        @Nullable Account account;
        boolean hidesStorage;
        final Map<UInt256, UInt256> storage = new HashMap<>();
    }

    public OverlaidState(StateView base) {
        this.base = base;
    }

    /// On no accounts at all.
    public static OverlaidState onNothing() {
        return new OverlaidState(NOTHING);
    }

    /// Puts `diff` on top.
    public void add(StateDiff diff) {
        changes = changes.then(diff);
        codes.putAll(diff.codes());
        diff.changes().forEach(this::add);
    }

    private void add(Address address, StateDiff.Change change) {
        Layer layer = layers.computeIfAbsent(address, ignored -> new Layer());
        layer.account = change.account();
        if (change.storageCleared() || change.account() == null) {
            layer.hidesStorage = true;
            layer.storage.clear();
        }
        layer.storage.putAll(change.storage());
    }

    /// Everything added so far, as one.
    public StateDiff changes() {
        return changes;
    }

    @Override
    public @Nullable Account account(Address address) {
        Layer layer = layers.get(address);
        return layer == null ? base.account(address) : layer.account;
    }

    @Override
    public UInt256 storage(Address address, UInt256 slot) {
        Layer layer = layers.get(address);
        if (layer == null) {
            return base.storage(address, slot);
        }
        UInt256 value = layer.storage.get(slot);
        if (value != null) {
            return value;
        }
        return layer.hidesStorage ? UInt256.ZERO : base.storage(address, slot);
    }

    @Override
    public Bytes code(Hash codeHash) {
        if (codeHash.equals(Keccak.EMPTY)) {
            return Bytes.EMPTY;
        }
        Bytes code = codes.get(codeHash);
        return code == null ? base.code(codeHash) : code;
    }

    @Override
    public boolean hasStorage(Address address) {
        Layer layer = layers.get(address);
        if (layer == null) {
            return base.hasStorage(address);
        }
        return layer.storage.values().stream().anyMatch(value -> !value.isZero())
                || (!layer.hidesStorage && base.hasStorage(address));
    }
}
