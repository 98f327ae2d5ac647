package org.assay.app.node;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assay.chain.Blockchain;
import org.assay.chain.ProofCalls;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.JobViews;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.Commit;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Ruling;
import org.assay.verifier.challenge.Rulings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Challenges that wait for the validators' ruling, and what this node rules. Owned by
/// [ProofDesk]'s owner; [#ruling] is read by others too.
final class Challenges {
    private static final Logger LOG = LoggerFactory.getLogger(Challenges.class);

    private final ProofDesk desk;
    private final Blockchain chain;
    private final ProofChecks verifier;
    private final Set<Hash> open = new LinkedHashSet<>();
    private final Map<Hash, Boolean> rulings = new ConcurrentHashMap<>();

    Challenges(ProofDesk desk, Blockchain chain, ProofChecks verifier) {
        this.desk = desk;
        this.chain = chain;
        this.verifier = verifier;
    }

    void onAsked(Hash commitId) {
        open.add(commitId);
    }

    void onRecorded(Hash commitId) {
        open.remove(commitId);
        rulings.remove(commitId);
    }

    /// The commits whose challenges wait for a ruling.
    Set<Hash> open() {
        return Collections.unmodifiableSet(open);
    }

    /// This node's ruling, where it has one: whether the proof stands.
    Optional<Boolean> ruling(Hash commitId) {
        return Optional.ofNullable(rulings.get(commitId));
    }

    void onHead(ContractViews views) {
        open.removeIf(commitId -> views.dueOf(commitId) != ContractViews.Due.RULING);
        rulings.keySet().retainAll(open);
        open.forEach(commitId -> start(commitId, views));
    }

    /// Has the last step of a challenge recomputed; asked again with every block until it is
    /// done.
    private void start(Hash commitId, ContractViews views) {
        ContractViews.CommitRecord record = views.commitOf(commitId);
        ContractViews.OpenRecord opened = views.openOf(commitId);
        Optional<Model> model = desk.model(record.templateId());
        Optional<Bytes> sidecar = desk.sidecar(opened.sidecarRoot());
        if (rulings.containsKey(commitId) || model.isEmpty() || sidecar.isEmpty()) {
            return; // CANNOT_CHECK
        }
        Open named =
                new Open(
                        commitId,
                        opened.cellCount(),
                        (int) opened.sidecarBytes(),
                        opened.sidecarRoot(),
                        ProofCalls.SEEN_BY_CONTRACT);
        JobViews.Job job = JobViews.jobOf(views, record.jobId());
        Rulings.Case disputed =
                new Rulings.Case(
                        job.facts(chain.spec().chainId().w3(), record.jobId()),
                        commitOf(record),
                        named,
                        model.get(),
                        sidecar.get(),
                        desk.inputs(record.jobId()).orElse(Bytes.EMPTY),
                        ProofCalls.mixAt(chain, job.assignedHeight()));
        ContractViews.Challenge game = views.challengeOf(commitId);
        verifier.submit(
                disputed,
                new ChallengeGame(game.depth(), game.levelsLeft(), game.index(), game.node()),
                ruling -> onRuling(commitId, ruling));
    }

    private Commit commitOf(ContractViews.CommitRecord record) {
        return new Commit(
                new Commit.Facts(
                        record.kind(),
                        chain.spec().chainId().w3(),
                        record.provider(),
                        record.jobId(),
                        record.templateId(),
                        record.inputRoot(),
                        record.outputRoot(),
                        record.traceRoot(),
                        (int) record.rows(),
                        (int) record.seqs(),
                        record.workUnits(),
                        record.expiry()),
                ProofCalls.SEEN_BY_CONTRACT);
    }

    private void onRuling(Hash commitId, Ruling ruling) {
        switch (ruling) {
            case Ruling.Ruled ruled -> {
                if (open.contains(commitId)) {
                    rulings.put(commitId, ruled.stands());
                    desk.remember(commitId, ruled.cause() + ": " + ruled.detail());
                    LOG.info("challenge of {}: {} {}", commitId, ruled.cause(), ruled.detail());
                }
            }
            case Ruling.CannotRule cannot ->
                    LOG.warn("challenge of {} lacks {}", commitId, cannot.missing());
        }
    }
}
