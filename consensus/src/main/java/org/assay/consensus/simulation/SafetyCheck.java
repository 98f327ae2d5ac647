package org.assay.consensus.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Watermark;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.PreparedMetadata;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;

/// What must hold at every step, whatever the faults: one block a height, linked and sealed by a
/// quorum; no honest validator says two things in one slot, across restarts; none that has
/// committed in a round forgets it in a later round change; and none is blamed by, or sits out
/// among, honest ones.
final class SafetyCheck {
    /// A violation. Ends the seed's run.
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    private record Slot(Address author, long height, int round, MessageKind kind) {}

    private final World world;
    private final Set<Address> byzantine = new HashSet<>();
    private final Map<Long, Hash> finalByHeight = new HashMap<>();
    private final Map<Slot, Hash> said = new HashMap<>();

    /// The rounds in which an honest author committed, by author and height.
    private final Map<Slot, TreeSet<Integer>> committed = new HashMap<>();

    SafetyCheck(World world) {
        this.world = world;
    }

    boolean isByzantine(Address address) {
        return byzantine.contains(address);
    }

    void declareByzantine(Address address) {
        byzantine.add(address);
    }

    /// An honest node is about to store `block` on the block `parent`.
    void onAppend(Address node, ProposedBlock block, Hash parent) {
        long height = block.number();
        if (!block.header().parentHash().equals(parent)) {
            throw new Violation(node + " appends a block that is not on its head");
        }
        if (!(SealCheck.verify(block.header(), world.validatorsAt(height))
                instanceof SealCheck.Result.Sealed)) {
            throw new Violation(node + " appends a block without a quorum of seals at " + height);
        }
        Hash before = finalByHeight.putIfAbsent(height, block.hash());
        if (before != null && !before.equals(block.hash())) {
            throw new Violation("two final blocks at height " + height);
        }
    }

    /// An honest node puts its own `message` on the wire.
    void onSpeech(Message message) {
        var payload = message.signed().payload();
        Address author = message.author();
        Hash statement = Watermark.statement(payload);
        Slot slot = new Slot(author, payload.height(), payload.round(), payload.kind());
        Hash earlier = said.putIfAbsent(slot, statement);
        if (earlier != null && !earlier.equals(statement)) {
            throw new Violation("two things said in " + slot);
        }
        Slot commits = new Slot(author, payload.height(), 0, MessageKind.COMMIT);
        switch (message) {
            case Message.Commit commit ->
                    committed.computeIfAbsent(commits, key -> new TreeSet<>()).add(commit.round());
            case Message.RoundChange change -> {
                int prepared =
                        change.signed()
                                .payload()
                                .prepared()
                                .map(PreparedMetadata::round)
                                .orElse(-1);
                Integer before =
                        committed.getOrDefault(commits, new TreeSet<>()).lower(change.round());
                if (before != null && prepared < before) {
                    throw new Violation("a round change forgets a commit: " + slot);
                }
            }
            case Message.Proposal ignored -> {}
            case Message.Prepare ignored -> {}
        }
    }

    void onBlame(Address by, Address blamed, String reason) {
        if (!byzantine.contains(blamed)) {
            throw new Violation(by + " blames honest " + blamed + " for " + reason);
        }
    }

    void onSitOut(Address node, long height) {
        if (!byzantine.contains(node)) {
            throw new Violation("honest " + node + " sits out height " + height);
        }
    }

    Outcome.Passed passed(long recoveryMillis) {
        long blocks = finalByHeight.size();
        Hash head = finalByHeight.getOrDefault(blocks, Hash.ZERO);
        return new Outcome.Passed(blocks, head, recoveryMillis);
    }
}
