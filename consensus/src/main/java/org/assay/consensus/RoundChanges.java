package org.assay.consensus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.consensus.message.PreparedMetadata;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Address;

/// The valid round changes of the current height, by author and target. Of each only the signed
/// payload is kept; the certificates they carried are kept apart. A quorum of prepares makes
/// their headers one a round while no more than f validators are faulty, but not their bodies,
/// which only execution can check.
final class RoundChanges {
    /// Targets kept for one author, the highest ones.
    static final int TARGETS_PER_AUTHOR_MAX = 16;

    /// Prepared rounds for which certificates are kept, the highest ones.
    static final int CERTIFICATES_MAX = 4;

    /// Bodies under one prepared header that differ from each other, in bytes. Honest authors all
    /// carry the same one; beyond, further ones are not kept.
    static final long BODY_BYTES_MAX = 32L << 20;

    private final Map<Address, TreeMap<Integer, SignedPayload<RoundChangePayload>>> byAuthor =
            new TreeMap<>();
    private final SortedMap<PreparedMetadata, Map<Address, Lock>> certificates =
            new TreeMap<>(
                    Comparator.comparingInt(PreparedMetadata::round)
                            .thenComparing(PreparedMetadata::digest));

    /// Adds a message that [Justification#refuseRoundChange] has passed.
    void add(RoundChange message) {
        var signed = message.signed();
        var targets = byAuthor.computeIfAbsent(signed.author(), ignored -> new TreeMap<>());
        targets.putIfAbsent(signed.payload().round(), signed);
        if (targets.size() > TARGETS_PER_AUTHOR_MAX) {
            targets.pollFirstEntry();
        }
        signed.payload().prepared().ifPresent(prepared -> addCertificate(prepared, message));
    }

    /// Keeps one body for each author, so that a faulty one cannot crowd out the others; equal
    /// ones are kept once.
    private void addCertificate(PreparedMetadata prepared, RoundChange message) {
        ProposedBlock block = message.block().orElseThrow();
        var held = certificates.computeIfAbsent(prepared, ignored -> new LinkedHashMap<>());
        Map<ProposedBlock.Id, ProposedBlock> bodies = new HashMap<>();
        held.values().forEach(it -> bodies.put(it.block().id(), it.block()));
        ProposedBlock kept = bodies.getOrDefault(block.id(), block);
        bodies.put(kept.id(), kept);
        long bytes = bodies.values().stream().mapToLong(ProposedBlock::bodyBytes).sum();
        if (bytes <= BODY_BYTES_MAX) {
            held.putIfAbsent(
                    message.author(),
                    new Lock(
                            message.height(),
                            prepared.round(),
                            kept,
                            message.accessList(),
                            message.prepares()));
        }
        if (certificates.size() > CERTIFICATES_MAX) {
            certificates.remove(certificates.firstKey());
        }
    }

    /// Those whose target is `round`, in the order of their authors.
    List<SignedPayload<RoundChangePayload>> forRound(int round) {
        return byAuthor.values().stream()
                .filter(targets -> targets.containsKey(round))
                .map(targets -> targets.get(round))
                .toList();
    }

    /// Certificates for `metadata`: `own` first, whose body this node has executed, then one for
    /// each author, in the order they came. So even where faulty validators have spread other
    /// bodies under the prepared header, a proposer that was locked itself goes on.
    List<Lock> certificates(PreparedMetadata metadata, Optional<Lock> own) {
        List<Lock> all = new ArrayList<>();
        own.filter(lock -> lock.metadata().equals(metadata)).ifPresent(all::add);
        all.addAll(certificates.getOrDefault(metadata, Map.of()).values());
        return all;
    }

    /// The highest target of at least `quorum` round changes, or 0.
    int highestWithQuorum(int quorum) {
        Map<Integer, Integer> counts = new HashMap<>();
        int highest = 0;
        for (var targets : byAuthor.values()) {
            for (int target : targets.keySet()) {
                if (counts.merge(target, 1, Integer::sum) >= quorum && target > highest) {
                    highest = target;
                }
            }
        }
        return highest;
    }

    /// The highest round that at least `count` validators have reached or passed, or 0.
    int reachedBy(int count) {
        List<Integer> highest =
                byAuthor.values().stream()
                        .map(TreeMap::lastKey)
                        .sorted(Comparator.reverseOrder())
                        .toList();
        return highest.size() < count ? 0 : highest.get(count - 1);
    }
}
