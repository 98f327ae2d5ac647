package org.assay.app.node;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.assay.chain.AssayConfig;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.PrologueRules;
import org.assay.chain.ProofCalls;
import org.assay.chain.VerdictSource;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.Validators;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;
import org.assay.storage.KeyValueStore;
import org.assay.verifier.Commit;
import org.assay.verifier.Leaf;
import org.assay.verifier.Mixes;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows every commit from its inclusion to its verdict: holds sidecars, attests to them, has
/// them verified, and says what the next prologue owes. Owned by the node loop; [#own] and the
/// sidecars on disk are read by others too.
public final class ProofDesk implements VerdictSource {
    private static final Logger LOG = LoggerFactory.getLogger(ProofDesk.class);

    /// Commits without a verdict that are followed at once: two epochs' worth of the protocol's
    /// cap.
    private static final int PENDING_MAX = 4_096;

    /// Blocks looked through at start for commits without a verdict.
    private static final long LOOK_BACK_BLOCKS = 4_096;

    private final Blockchain chain;
    private final Shelf shelf;
    private final long retentionBlocks;
    private final Optional<NodeKeys> validator;
    private final Outbox outbox;
    private final ProofChecks verifier;
    private final Map<Hash, Model> modelsByTemplate = new HashMap<>();
    private final Map<Hash, Pending> pending = new LinkedHashMap<>();
    private final Map<Hash, PrologueCall.Verdict> verdicts = new ConcurrentHashMap<>();
    private final Challenges challenges;
    private final Map<Hash, String> details =
            java.util.Collections.synchronizedMap(new LinkedHashMap<>());

    /// Where the desk's messages go.
    public interface Outbox {
        void attest(Hash commitId, Hash sidecarRoot, Bytes signature);

        /// Runs `task` later on the loop.
        void post(Runnable task);

        void announce(Hash commitId, Hash sidecarRoot);

        void request(Hash commitId, Hash sidecarRoot);
    }

    private static final class Pending {
        final Commit commit;
        @Nullable Open open;
        boolean sidecarHeld;
        boolean attested;
        boolean certified;
        boolean verifying;
        final TreeMap<Address, Bytes> attestations = new TreeMap<>();

        Pending(Commit commit) {
            this.commit = commit;
        }
    }

    public ProofDesk(
            Blockchain chain,
            KeyValueStore store,
            Optional<NodeKeys> validator,
            Outbox outbox,
            ProofChecks verifier) {
        this.chain = chain;
        this.shelf = new Shelf(store);
        this.retentionBlocks =
                chain.spec()
                        .assay()
                        .map(AssayConfig::sidecarRetentionBlocks)
                        .orElse(Long.MAX_VALUE / 2);
        this.validator = validator;
        this.outbox = outbox;
        this.verifier = verifier;
        this.challenges = new Challenges(this, chain, verifier);
    }

    /// Makes a model known: proofs of its template can be checked here.
    public void addModel(Model model) {
        modelsByTemplate.put(model.template().templateId(), model);
    }

    Optional<Model> model(Hash templateId) {
        return Optional.ofNullable(modelsByTemplate.get(templateId));
    }

    /// Finds the commits that have no verdict yet, after a start.
    public void recover() {
        long head = chain.head().number();
        for (long n = Math.max(1, head - LOOK_BACK_BLOCKS); n <= head; n++) {
            chain.storedAt(n).ifPresent(stored -> follow(stored.receipts()));
        }
        shelf.prune(head);
        onHead();
    }

    /// Takes in a new block's receipts and acts on what it changed.
    public void onBlock(Block block, List<Receipt> receipts) {
        follow(receipts);
        shelf.prune(block.header().number());
        onHead();
    }

    private void follow(List<Receipt> receipts) {
        long chainId = chain.spec().chainId().w3();
        for (Receipt receipt : receipts) {
            for (Log log : receipt.logs()) {
                ProofCalls.read(log, chainId).ifPresent(this::follow);
            }
        }
    }

    private void follow(ProofCalls.Happening happening) {
        Hash commitId = happening.commitId();
        Pending entry = pending.get(commitId);
        switch (happening) {
            case ProofCalls.Happening.Committed committed -> {
                if (pending.size() < PENDING_MAX) {
                    pending.putIfAbsent(commitId, new Pending(committed.commit()));
                }
                shelf.extendInputs(committed.commit().facts().jobId(), keepUntil());
            }
            case ProofCalls.Happening.Opened opened -> {
                if (entry != null) {
                    entry.open = opened.open();
                }
                shelf.extend(opened.open().sidecarRoot(), keepUntil());
            }
            case ProofCalls.Happening.Attested _ -> {
                if (entry != null) {
                    entry.certified = true;
                }
            }
            case ProofCalls.Happening.VerdictRecorded _ -> {
                pending.remove(commitId);
                verdicts.remove(commitId);
            }
            case ProofCalls.Happening.RulingAsked _ -> challenges.onAsked(commitId);
            case ProofCalls.Happening.RulingRecorded _ -> challenges.onRecorded(commitId);
        }
    }

    /// Until when something that matters now is kept.
    private long keepUntil() {
        return chain.head().number() + retentionBlocks;
    }

    private void onHead() {
        if (!hasWork()) {
            return;
        }
        ChainHead head = chain.head();
        ContractViews views = chain.contexts().viewsAfter(head.header(), head.state());
        pending.forEach((commitId, entry) -> advance(commitId, entry, head, views));
        challenges.onHead(views);
    }

    private void advance(Hash commitId, Pending entry, ChainHead head, ContractViews views) {
        Open open = entry.open;
        if (open == null) {
            return;
        }
        if (!entry.sidecarHeld) {
            entry.sidecarHeld = shelf.holds(open.sidecarRoot());
        }
        if (!entry.sidecarHeld) {
            outbox.request(commitId, open.sidecarRoot());
            return;
        }
        if (!entry.attested && !entry.certified) {
            attest(commitId, entry, open, head);
        }
        if (!entry.verifying && !verdicts.containsKey(commitId)) {
            long epochBlock = views.verifyEpochBlock(commitId);
            if (epochBlock > 0 && head.number() >= epochBlock) {
                startVerification(commitId, entry, open, views, epochBlock);
            }
        }
    }

    private void attest(Hash commitId, Pending entry, Open open, ChainHead head) {
        entry.attested = true;
        if (validator.isEmpty() || !head.nextValidators().contains(validator.get().address())) {
            return;
        }
        NodeKeys keys = validator.get();
        keys.whenSigned(
                PrologueRules.attestationBytes(
                        chain.spec().chainId(), commitId, open.sidecarRoot()),
                outbox::post,
                made -> {
                    Bytes signature = made.toBytes();
                    entry.attestations.put(keys.address(), signature);
                    outbox.attest(commitId, open.sidecarRoot(), signature);
                });
    }

    private void startVerification(
            Hash commitId, Pending entry, Open open, ContractViews views, long epochBlock) {
        Model model = modelsByTemplate.get(entry.commit.facts().templateId());
        Bytes sidecar = sidecar(open.sidecarRoot()).orElse(null);
        if (model == null || sidecar == null) {
            return; // CANNOT_CHECK: neither attested nor accused
        }
        JobViews.Job job = JobViews.jobOf(views, entry.commit.facts().jobId());
        ProofTask task =
                new ProofTask(
                        job.facts(chain.spec().chainId().w3(), entry.commit.facts().jobId()),
                        entry.commit,
                        open,
                        sidecar,
                        new Mixes(
                                ProofCalls.mixAt(chain, views.auditHeight(commitId) + 3),
                                ProofCalls.mixAt(chain, epochBlock),
                                ProofCalls.mixAt(chain, job.assignedHeight())),
                        model);
        entry.verifying = verifier.submit(task, verdict -> onVerdict(commitId, verdict));
    }

    private void onVerdict(Hash commitId, Verdict verdict) {
        Pending entry = pending.get(commitId);
        if (entry == null) {
            return;
        }
        verdicts.put(
                commitId,
                new PrologueCall.Verdict(
                        commitId, verdict.pass(), verdict.reason().code(), verdict.workUnits()));
        remember(commitId, verdict.detail());
        LOG.info(
                "proof {} checked: {} {}",
                commitId,
                verdict.pass() ? "PASS" : "FAIL " + verdict.reason(),
                verdict.detail());
    }

    /// What is said of a commit until much newer ones are spoken of.
    void remember(Hash commitId, String detail) {
        details.put(commitId, detail);
        if (details.size() > PENDING_MAX) {
            details.remove(details.keySet().iterator().next());
        }
    }

    @Override
    public Optional<PrologueCall.Verdict> own(Hash commitId) {
        return Optional.ofNullable(verdicts.get(commitId));
    }

    /// Takes a sidecar, or a job's inputs, from anyone: only what the chain's Open or job names
    /// is kept. `id` is the commit's or the job's. Answers what is wrong, or nothing.
    public Optional<String> offerSidecar(Hash id, Bytes content) {
        Pending entry = pending.get(id);
        if (entry == null) {
            return offerInputs(id, content);
        }
        Open open = entry.open;
        if (open == null) {
            return Optional.of("no Open for commit " + id + " waits for a sidecar");
        }
        if (content.size() != open.sidecarBytes()
                || !Leaf.sidecarRoot(content).equals(open.sidecarRoot())) {
            return Optional.of("the sidecar is not the one that the Open names");
        }
        if (!entry.sidecarHeld) {
            shelf.keep(content, keepUntil());
            entry.sidecarHeld = true;
            outbox.announce(id, open.sidecarRoot());
            ChainHead head = chain.head();
            advance(id, entry, head, chain.contexts().viewsAfter(head.header(), head.state()));
        }
        return Optional.empty();
    }

    /// Takes the inputs of a job that waits for a provider or for its proof.
    public Optional<String> offerInputs(Hash jobId, Bytes inputs) {
        if (shelf.inputsOf(jobId).isPresent()) {
            return Optional.empty();
        }
        ChainHead head = chain.head();
        ContractViews views = chain.contexts().viewsAfter(head.header(), head.state());
        Optional<JobViews.Job> job = JobViews.find(views, jobId);
        if (job.isEmpty()) {
            return Optional.of("there is no commit or job " + jobId + " here");
        }
        if (!waitsForInputs(job.get())) {
            return Optional.of("job " + jobId + " is " + job.get().state());
        }
        int kind = JobViews.kindOf(views, job.get().templateId());
        Optional<Hash> root = JobInputs.rootOf(kind, job.get().rows(), job.get().seqs(), inputs);
        if (!root.equals(Optional.of(job.get().inputRoot()))) {
            return Optional.of("these are not the inputs that job " + jobId + " names");
        }
        if (!shelf.keepInputs(jobId, inputs, keepUntil())) {
            return Optional.of("no room for more inputs; ask another node");
        }
        outbox.announce(jobId, Leaf.sidecarRoot(inputs));
        return Optional.empty();
    }

    private static boolean waitsForInputs(JobViews.Job job) {
        return switch (job.state()) {
            case OPEN, FUNDED, SUBMITTED -> true;
            case NONE, COMPLETED, REJECTED, EXPIRED -> false;
        };
    }

    /// The inputs of a job, where this node has them.
    public Optional<Bytes> inputs(Hash jobId) {
        return shelf.inputsOf(jobId);
    }

    /// Whether a sidecar or inputs announced by a peer are still wanted.
    public boolean wants(Hash id) {
        Pending entry = pending.get(id);
        if (entry != null) {
            return entry.open != null && !entry.sidecarHeld;
        }
        if (shelf.inputsOf(id).isPresent()) {
            return false;
        }
        ChainHead head = chain.head();
        ContractViews views = chain.contexts().viewsAfter(head.header(), head.state());
        return JobViews.find(views, id).filter(ProofDesk::waitsForInputs).isPresent();
    }

    /// A peer's attestation; one that no validator made is ignored.
    public void onAttestation(Hash commitId, Hash sidecarRoot, Bytes signature) {
        Pending entry = pending.get(commitId);
        if (entry == null
                || entry.certified
                || entry.attestations.size() >= chain.head().nextValidators().size()) {
            return;
        }
        if (entry.open != null && !entry.open.sidecarRoot().equals(sidecarRoot)) {
            return;
        }
        Hash digest =
                PrologueRules.attestationDigest(chain.spec().chainId(), commitId, sidecarRoot);
        try {
            Signature parsed = Signature.ofArray(signature.unsafeArray());
            Secp256k1.recoverAddress(digest, parsed)
                    .filter(chain.head().nextValidators()::contains)
                    .ifPresent(signer -> entry.attestations.put(signer, signature));
        } catch (IllegalArgumentException malformed) {
            LOG.debug("a malformed attestation for {}", commitId);
        }
    }

    /// The certificates that the next prologue can carry.
    public List<PrologueCall.Certificate> certificates() {
        Validators validators = Validators.of(chain.head().nextValidators());
        List<PrologueCall.Certificate> ready = new ArrayList<>();
        pending.forEach(
                (commitId, entry) -> {
                    Open open = entry.open;
                    if (open == null
                            || entry.certified
                            || ready.size() == PrologueCall.CERTIFICATES_MAX) {
                        return;
                    }
                    Collection<Address> signers = new ArrayList<>(entry.attestations.keySet());
                    signers.retainAll(validators.sorted());
                    if (signers.size() >= validators.quorum()) {
                        Bytes signatures = Bytes.EMPTY;
                        for (Address signer : signers) {
                            signatures =
                                    signatures.concat(
                                            java.util.Objects.requireNonNull(
                                                    entry.attestations.get(signer)));
                        }
                        ready.add(
                                new PrologueCall.Certificate(
                                        commitId, open.sidecarRoot(), signatures));
                    }
                });
        return ready;
    }

    /// The verdicts and rulings that the next prologue owes, as far as this node has them.
    public List<PrologueCall.Verdict> dueVerdicts() {
        ChainHead head = chain.head();
        ContractViews views = chain.contexts().viewsAfter(head.header(), head.state());
        List<Hash> candidates = new ArrayList<>(pending.keySet());
        candidates.addAll(challenges.open());
        List<PrologueCall.Verdict> due = new ArrayList<>();
        for (Hash commitId : candidates) {
            if (due.size() == PrologueCall.VERDICTS_MAX) {
                break;
            }
            switch (views.dueOf(commitId)) {
                case NOTHING -> {}
                case WITHHELD ->
                        due.add(
                                new PrologueCall.Verdict(
                                        commitId, false, PrologueRules.WITHHELD, 0));
                case VERDICT -> own(commitId).ifPresent(due::add);
                case RULING ->
                        ruling(commitId)
                                .map(
                                        stands ->
                                                new PrologueCall.Verdict(
                                                        commitId,
                                                        stands,
                                                        PrologueRules.CHALLENGED,
                                                        0))
                                .ifPresent(due::add);
            }
        }
        return due;
    }

    @Override
    public Optional<Boolean> ruling(Hash commitId) {
        return challenges.ruling(commitId);
    }

    /// Whether a block built now would carry more than an empty prologue.
    public boolean hasWork() {
        return !pending.isEmpty() || !challenges.open().isEmpty();
    }

    /// What the verifier said in words, while it is remembered.
    public Optional<String> detailOf(Hash commitId) {
        return Optional.ofNullable(details.get(commitId));
    }

    public Optional<Bytes> sidecar(Hash sidecarRoot) {
        return shelf.find(sidecarRoot);
    }
}
