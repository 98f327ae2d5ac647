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
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.PrologueRules;
import org.assay.chain.VerdictSource;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.Predeploys;
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
import org.assay.storage.Column;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
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

    /// Sidecars that came before their Open, in bytes.
    private static final long EARLY_BYTES_MAX = 64L << 20;

    private final Blockchain chain;
    private final KeyValueStore store;
    private final Optional<NodeKeys> validator;
    private final Outbox outbox;
    private final VerifierThread verifier;
    private final Map<Hash, Model> modelsByTemplate = new HashMap<>();
    private final Map<Hash, Pending> pending = new LinkedHashMap<>();
    private final Map<Hash, PrologueCall.Verdict> verdicts = new ConcurrentHashMap<>();
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
            VerifierThread verifier) {
        this.chain = chain;
        this.store = store;
        this.validator = validator;
        this.outbox = outbox;
        this.verifier = verifier;
    }

    /// Makes a model known: proofs of its template can be checked here.
    public void addModel(Model model) {
        modelsByTemplate.put(model.template().templateId(), model);
    }

    /// Finds the commits that have no verdict yet, after a start.
    public void recover() {
        long head = chain.head().number();
        for (long n = Math.max(1, head - LOOK_BACK_BLOCKS); n <= head; n++) {
            chain.storedAt(n).ifPresent(stored -> follow(stored.block(), stored.receipts()));
        }
        onHead();
    }

    /// Takes in a new block and acts on what it changed.
    public void onBlock(Block block, List<Receipt> receipts) {
        follow(block, receipts);
        onHead();
    }

    private void follow(Block block, List<Receipt> receipts) {
        for (var transaction : block.transactions()) {
            if (transaction.to().filter(Predeploys.PROOFS::equals).isPresent()) {
                ProofCalls.commit(transaction.data())
                        .ifPresent(
                                commit -> {
                                    if (pending.size() < PENDING_MAX) {
                                        pending.putIfAbsent(commit.commitId(), new Pending(commit));
                                    }
                                });
                ProofCalls.open(transaction.data()).ifPresent(this::followOpen);
            }
        }
        for (Receipt receipt : receipts) {
            for (Log log : receipt.logs()) {
                if (log.address().equals(Predeploys.PROLOGUE) && log.topics().size() == 2) {
                    followPrologue(log);
                }
            }
        }
    }

    /// An Open counts only once the contract holds it: reverted transactions change nothing.
    private void followOpen(Open open) {
        Pending entry = pending.get(open.commitId());
        if (entry != null && entry.open == null) {
            entry.open = open;
        }
    }

    private void followPrologue(Log log) {
        Hash topic = log.topics().getFirst();
        Hash commitId = log.topics().getLast();
        if (topic.equals(ProofCalls.ATTESTED)) {
            Pending entry = pending.get(commitId);
            if (entry != null) {
                entry.certified = true;
            }
        } else if (topic.equals(ProofCalls.VERDICT_RECORDED)) {
            pending.remove(commitId);
            verdicts.remove(commitId);
        }
    }

    private void onHead() {
        if (pending.isEmpty()) {
            return;
        }
        ChainHead head = chain.head();
        ContractViews views = chain.contexts().viewsAfter(head.header(), head.state());
        List<Hash> unknown = new ArrayList<>();
        pending.forEach(
                (commitId, entry) -> {
                    if (views.commitOf(commitId).height() == 0) {
                        unknown.add(commitId); // its transaction reverted
                    } else {
                        advance(commitId, entry, head, views);
                    }
                });
        unknown.forEach(pending::remove);
    }

    private void advance(Hash commitId, Pending entry, ChainHead head, ContractViews views) {
        Open open = entry.open;
        if (open == null) {
            return;
        }
        ContractViews.OpenRecord onChain = views.openOf(commitId);
        if (onChain.height() == 0 || !onChain.sidecarRoot().equals(open.sidecarRoot())) {
            entry.open = null;
            return;
        }
        if (!entry.sidecarHeld) {
            entry.sidecarHeld = sidecar(open.sidecarRoot()).isPresent();
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
        ContractViews.CommitRecord record = views.commitOf(commitId);
        Model model = modelsByTemplate.get(record.templateId());
        Bytes sidecar = sidecar(open.sidecarRoot()).orElse(null);
        if (model == null || sidecar == null) {
            return; // CANNOT_CHECK: neither attested nor accused
        }
        long auditHeight = views.auditHeight(commitId);
        JobViews.Job job = JobViews.jobOf(views, record.jobId());
        ProofTask task =
                new ProofTask(
                        new JobFacts(
                                chain.spec().chainId().w3(),
                                record.jobId(),
                                job.provider(),
                                job.templateId(),
                                job.inputRoot(),
                                (int) job.rows(),
                                (int) job.seqs(),
                                (int) job.maxNew(),
                                job.expiry()),
                        entry.commit,
                        open,
                        sidecar,
                        new Mixes(
                                views.mix(auditHeight + 3),
                                views.mix(epochBlock),
                                views.mix(job.assignedHeight())),
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
        details.put(commitId, verdict.detail());
        if (details.size() > PENDING_MAX) {
            details.remove(details.keySet().iterator().next());
        }
        LOG.info(
                "proof {} checked: {} {}",
                commitId,
                verdict.pass() ? "PASS" : "FAIL " + verdict.reason(),
                verdict.detail());
    }

    @Override
    public Optional<PrologueCall.Verdict> own(Hash commitId) {
        return Optional.ofNullable(verdicts.get(commitId));
    }

    /// Takes a sidecar from a provider or a peer: only one that the chain's Open names is kept.
    /// Answers what is wrong, or nothing.
    public Optional<String> offerSidecar(Hash commitId, Bytes sidecar) {
        Pending entry = pending.get(commitId);
        Open open = entry == null ? null : entry.open;
        if (entry == null || open == null) {
            return Optional.of("no Open for commit " + commitId + " waits for a sidecar");
        }
        if (sidecar.size() != open.sidecarBytes()
                || sidecar.size() > EARLY_BYTES_MAX
                || !Leaf.sidecarRoot(sidecar).equals(open.sidecarRoot())) {
            return Optional.of("the sidecar is not the one that the Open names");
        }
        if (!entry.sidecarHeld) {
            store.write(
                    new WriteBatch().put(Column.SIDECARS, open.sidecarRoot().toBytes(), sidecar));
            entry.sidecarHeld = true;
            outbox.announce(commitId, open.sidecarRoot());
            ChainHead head = chain.head();
            advance(
                    commitId,
                    entry,
                    head,
                    chain.contexts().viewsAfter(head.header(), head.state()));
        }
        return Optional.empty();
    }

    /// Whether a sidecar announced by a peer is still wanted.
    public boolean wants(Hash commitId) {
        Pending entry = pending.get(commitId);
        return entry != null && entry.open != null && !entry.sidecarHeld;
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

    /// The verdicts that the next prologue owes, as far as this node has them.
    public List<PrologueCall.Verdict> dueVerdicts() {
        ChainHead head = chain.head();
        ContractViews views = chain.contexts().viewsAfter(head.header(), head.state());
        List<PrologueCall.Verdict> due = new ArrayList<>();
        for (Hash commitId : pending.keySet()) {
            if (due.size() == PrologueCall.VERDICTS_MAX) {
                break;
            }
            switch (views.dueOf(commitId)) {
                case NOTHING, RULING -> {}
                case WITHHELD ->
                        due.add(
                                new PrologueCall.Verdict(
                                        commitId, false, PrologueRules.WITHHELD, 0));
                case VERDICT -> own(commitId).ifPresent(due::add);
            }
        }
        return due;
    }

    /// Whether a block built now would carry more than an empty prologue.
    public boolean hasWork() {
        return !pending.isEmpty();
    }

    /// What the verifier said in words, while it is remembered.
    public Optional<String> detailOf(Hash commitId) {
        return Optional.ofNullable(details.get(commitId));
    }

    public Optional<Bytes> sidecar(Hash sidecarRoot) {
        return Optional.ofNullable(store.get(Column.SIDECARS, sidecarRoot.toBytes()));
    }
}
