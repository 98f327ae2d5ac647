package org.assay.p2p.rlpx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The capabilities that both sides have, the highest common version of each, ordered by name,
/// each with the message ids it got (devp2p `rlpx.md`, "Message ID-based multiplexing").
public record Agreement(List<Slot> slots) {
    /// Ids below belong to devp2p itself.
    public static final int FIRST_ID = 0x10;

    /// A capability, how many message ids it takes, and the first of them.
    public record Slot(Capability capability, int firstId, int idCount) {
        /// Whether `id` of the connection is one of this capability's.
        public boolean contains(int id) {
            return id >= firstId && id < firstId + idCount;
        }
    }

    /// `own` says how many message ids each capability takes.
    public static Agreement of(SortedMap<Capability, Integer> own, List<Capability> theirs) {
        TreeMap<String, Capability> best = new TreeMap<>();
        for (Capability capability : own.keySet()) {
            if (theirs.contains(capability)) {
                best.put(capability.name(), capability); // ascending: the last is the highest
            }
        }
        List<Slot> slots = new ArrayList<>();
        int next = FIRST_ID;
        for (Capability capability : best.values()) {
            int count = java.util.Objects.requireNonNull(own.get(capability));
            slots.add(new Slot(capability, next, count));
            next += count;
        }
        return new Agreement(List.copyOf(slots));
    }

    public Optional<Slot> find(String name) {
        return slots.stream().filter(slot -> slot.capability().name().equals(name)).findFirst();
    }

    /// Whose message `id` is.
    public Optional<Slot> owner(int id) {
        return slots.stream().filter(slot -> slot.contains(id)).findFirst();
    }
}
