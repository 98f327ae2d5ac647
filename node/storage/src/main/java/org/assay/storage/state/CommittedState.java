package org.assay.storage.state;

import java.util.SortedMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.storage.Column;
import org.assay.storage.trie.NodeSource;
import org.jspecify.annotations.Nullable;

/// The state after one block that is on disk: the flat values while it is the head, the flat
/// values and the history since when it no longer is. `epoch` counts rewinds: a state of before
/// one is gone.
record CommittedState(StateDisk disk, long blockNumber, Hash stateRoot, int epoch)
        implements StateLayer {
    @Override
    public @Nullable StoredAccount stored(Address address) {
        // The order matters: if no commit had begun after the read, it saw this block's value.
        StoredAccount flat = disk.account(address);
        return disk.isApplied(this) ? flat : disk.accountAt(this, address, flat);
    }

    @Override
    public UInt256 storage(Address address, UInt256 slot) {
        UInt256 flat = disk.slot(address, slot);
        return disk.isApplied(this) ? flat : disk.slotAt(this, address, slot, flat);
    }

    @Override
    public Bytes code(Hash codeHash) {
        return disk.code(codeHash);
    }

    @Override
    public SortedMap<UInt256, UInt256> slots(Address address) {
        SortedMap<UInt256, UInt256> slots = disk.slots(address);
        return disk.isApplied(this) ? slots : disk.slotsAt(this, address, slots);
    }

    @Override
    public NodeSource accountNodes() {
        return new NodeSource() {
            @Override
            public byte[] node(Bytes path, Hash hash) {
                return disk.node(CommittedState.this, Column.ACCOUNT_NODES, path, hash);
            }

            @Override
            public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
                return disk.nodeInMemory(path, hash);
            }
        };
    }

    @Override
    public NodeSource slotNodes(Address address, Hash owner) {
        return new NodeSource() {
            @Override
            public byte[] node(Bytes path, Hash hash) {
                Bytes key = StateDisk.nodeKey(owner, path);
                return disk.node(CommittedState.this, Column.SLOT_NODES, key, hash);
            }

            @Override
            public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
                return disk.nodeInMemory(StateDisk.nodeKey(owner, path), hash);
            }
        };
    }
}
