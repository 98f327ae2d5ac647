package org.assay.app.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.assay.chain.BlockExecutor;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.Emissions;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.HeaderRules;
import org.assay.chain.PrologueRules;
import org.assay.chain.ProposalRules;
import org.assay.chain.SupplyAudit;
import org.assay.chain.pool.BlobShelf;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.consensus.Event;
import org.assay.consensus.PendingVotes;
import org.assay.p2p.Enode;
import org.assay.p2p.Offence;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.RlpxNetwork;
import org.assay.p2p.discovery.Discovery;
import org.assay.p2p.discovery.Enr;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.Backend;
import org.assay.rpc.ChainListeners;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;
import org.assay.verifier.Model;
import org.assay.verifier.gpu.Verifiers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A whole node: chain, pool, consensus, proofs and peers around one loop. `Main` makes it, RPC
/// and peers talk to it from their own threads.
public final class Node implements Backend, Parts, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long POLL_MILLIS = 5;

    /// Of all blobs that wait.
    private static final long BLOB_BYTES_MAX = 128L << 20;

    private final Blockchain chain;
    private final KeyValueStore store;
    private final TransactionPool pool;
    private final BlobShelf blobs;
    private final HeaderRules headers;
    private final ProposalRules rules;
    private final Optional<Emissions> emissions;
    private final Optional<PrologueRules> prologues;
    private final Optional<NodeKeys> validator;
    private final VerifierThread verifier;
    private final PeerDesk peers;
    private final ProofDesk desk;
    private final Sync sync;
    private final SnapshotDesk snapshots;
    private final Optional<Consensus> consensus;
    private final NodeLoop loop;
    private final ChainListeners listeners = new ChainListeners();
    private volatile PeerNetwork network = new NoNetwork();
    private @Nullable PoolJournal journal;
    private volatile Optional<Discovery> discovery = Optional.empty();

    /// `validator` is empty for a node that only follows.
    public Node(
            Blockchain chain,
            KeyValueStore store,
            Optional<NodeKeys> validator,
            List<Model> models) {
        this(chain, store, validator, models, SnapshotDesk.SPACING_BLOCKS);
    }

    /// `snapshotBlocks` lie between two states that are served to others, rounded up to whole
    /// epochs; with 0 none are.
    public Node(
            Blockchain chain,
            KeyValueStore store,
            Optional<NodeKeys> validator,
            List<Model> models,
            long snapshotBlocks) {
        this(
                chain,
                store,
                validator,
                models,
                new SnapshotDesk(
                        chain, store, SnapshotDesk.everyBlocks(chain.spec(), snapshotBlocks)));
    }

    Node(
            Blockchain chain,
            KeyValueStore store,
            Optional<NodeKeys> validator,
            List<Model> models,
            SnapshotDesk snapshots) {
        this.chain = chain;
        this.store = store;
        this.validator = validator;
        this.pool =
                new TransactionPool(
                        chain.spec().chainId(),
                        PoolLimits.STANDARD,
                        () -> chain.contexts().forkOf(chain.head().header()));
        this.blobs = new BlobShelf(pool, BLOB_BYTES_MAX);
        this.headers = new HeaderRules(chain.contexts());
        this.emissions =
                chain.spec()
                        .assay()
                        .map(
                                assay ->
                                        new Emissions(
                                                chain.contexts(),
                                                assay,
                                                Emissions.policyOf(assay)));
        this.prologues =
                emissions.map(
                        engine ->
                                new PrologueRules(
                                        chain.contexts(),
                                        chain.spec().assay().orElseThrow(),
                                        engine));
        this.rules =
                new ProposalRules(chain, headers, prologues, new BlockExecutor(chain.contexts()));
        this.loop = new NodeLoop(this::poll, POLL_MILLIS);
        var proofRules =
                chain.spec()
                        .assay()
                        .map(org.assay.chain.AssayConfig::proofs)
                        .orElse(org.assay.verifier.ProofRules.MAIN);
        this.verifier = new VerifierThread(Verifiers.pick(proofRules, LOG::info), loop::post);
        this.peers = new PeerDesk(this);
        this.desk = new ProofDesk(chain, store, validator, peers, verifier);
        models.forEach(desk::addModel);
        this.consensus = validator.map(keys -> new Consensus(this, keys));
        this.sync = new Sync(this, () -> consensus.ifPresent(Consensus::onNewHead));
        this.snapshots = snapshots;
    }

    /// Keeps what waits in the pool in `file`, and finds there what waited before. Before
    /// [#start] only.
    public void keepPool(Path file) {
        journal =
                PoolJournal.open(
                        file,
                        pool,
                        recovered -> addToPool(recovered, Address.ZERO),
                        blobs,
                        (recovered, sidecar) -> addToPool(recovered, sidecar, Address.ZERO));
    }

    /// Opens the network under the key `identity` and begins to work.
    public void start(SecretKey identity, InetSocketAddress listen, List<Enode> staticPeers)
            throws IOException {
        start(P2pPlan.of(identity, listen, staticPeers));
    }

    public void start(P2pPlan plan) throws IOException {
        desk.recover();
        verifier.start();
        loop.start();
        RlpxNetwork rlpx =
                RlpxNetwork.start(plan.settings(), peers.eth(), plan.staticPeers(), peers);
        network = rlpx;
        discovery = plan.discover(rlpx, peers.eth());
        loop.post(() -> snapshots.onHead(chain.head().number()));
        loop.post(() -> consensus.ifPresent(Consensus::start));
    }

    /// This node's record, where discovery runs.
    public Optional<Enr> record() {
        return discovery.map(Discovery::self);
    }

    private void poll(long nowMillis) {
        consensus.ifPresent(machine -> machine.poll(nowMillis));
        sync.poll(nowMillis);
        peers.poll(nowMillis);
        flushPool();
    }

    private void flushPool() {
        if (journal != null) {
            journal.flush();
        }
    }

    @Override
    public void append(Block sealed, ExecutedBlock executed, boolean synced) {
        chain.append(sealed, executed, new WriteBatch(), synced);
        pool.onBlock(sealed.transactions(), chain.head().state());
        blobs.forgetTheGone();
        listeners.head(
                new Blockchain.Stored(sealed, executed.hash(), executed.outcome().receipts()));
        desk.onBlock(sealed, executed.outcome().receipts());
        peers.onHead(sealed);
        snapshots.onHead(sealed.header().number());
        LOG.info(
                "block {} {} {} transactions, {} gas",
                sealed.header().number(),
                executed.hash(),
                sealed.transactions().size(),
                sealed.header().gasUsed());
    }

    @Override
    public void post(Runnable task) {
        loop.post(task);
    }

    @Override
    public void postFirst(Runnable task) {
        loop.postFirst(task);
    }

    @Override
    public void blame(Address peer, String reason) {
        network.ban(peer, reason);
    }

    @Override
    public PoolAnswer addToPool(RecoveredTransaction recovered, Address from) {
        return recovered.transaction().type() == Transaction.BLOB
                ? new PoolAnswer.Refused(PoolAnswer.Reason.MISSING_SIDECAR, "")
                : offerToPool(recovered, from);
    }

    @Override
    public PoolAnswer addToPool(RecoveredTransaction recovered, BlobSidecar sidecar, Address from) {
        return blobs.add(
                recovered,
                sidecar,
                chain.contexts().of(chain.head().header()),
                () -> offerToPool(recovered, from));
    }

    private PoolAnswer offerToPool(RecoveredTransaction recovered, Address from) {
        ChainHead head = chain.head();
        UInt256 baseFee = head.header().baseFeePerGas();
        PoolAnswer answer =
                pool.add(
                        recovered,
                        head.state(),
                        baseFee == null ? UInt256.ZERO : baseFee,
                        head.header().gasLimit());
        if (answer instanceof PoolAnswer.Accepted accepted && accepted.isNew()) {
            listeners.pending(recovered);
            peers.onPooled(recovered.transaction(), from);
        }
        return answer;
    }

    @Override
    public boolean isValidator() {
        return consensus.isPresent();
    }

    @Override
    public void step(Event event) {
        consensus.ifPresent(machine -> machine.step(event));
    }

    @Override
    public <T> T ask(Supplier<T> question) {
        return loop.ask(question);
    }

    // Backend: called on RPC threads.

    @Override
    public Blockchain chain() {
        return chain;
    }

    @Override
    public PoolAnswer submit(RecoveredTransaction transaction) {
        return submitAll(List.of(transaction)).getFirst();
    }

    /// Wallets still send one proof a blob where the network wants one a cell: made here.
    @Override
    public PoolAnswer submit(RecoveredTransaction transaction, BlobSidecar sidecar) {
        int version = BlobShelf.versionAt(chain.contexts().forkOf(chain.head().header()));
        BlobSidecar inForm = version == 1 ? sidecar.withCellProofs() : sidecar;
        return loop.ask(
                () -> {
                    PoolAnswer answer = addToPool(transaction, inForm, Address.ZERO);
                    flushPool();
                    return answer;
                });
    }

    @Override
    public List<PoolAnswer> submitAll(List<RecoveredTransaction> transactions) {
        return loop.ask(
                () -> {
                    List<PoolAnswer> answers =
                            transactions.stream().map(tx -> addToPool(tx, Address.ZERO)).toList();
                    flushPool();
                    return answers;
                });
    }

    @Override
    public ChainListeners listeners() {
        return listeners;
    }

    @Override
    public Optional<Transaction> pooled(Hash hash) {
        return loop.ask(() -> pool.find(hash));
    }

    @Override
    public long pendingNonce(Address sender) {
        return loop.ask(() -> pool.nextNonce(sender, chain.head().state()));
    }

    @Override
    public String explain(Hash hash) {
        return loop.ask(
                () -> {
                    ChainHead head = chain.head();
                    UInt256 baseFee = head.header().baseFeePerGas();
                    return pool.explain(
                            hash,
                            head.state(),
                            baseFee == null ? UInt256.ZERO : baseFee,
                            head.header().gasLimit());
                });
    }

    @Override
    public Map<Address, List<TransactionPool.Entry>> poolContent() {
        return loop.ask(pool::content);
    }

    @Override
    public Optional<String> submitSidecar(Hash commitId, Bytes sidecar) {
        return loop.ask(() -> desk.offerSidecar(commitId, sidecar));
    }

    @Override
    public Optional<Bytes> sidecar(Hash sidecarRoot) {
        return desk.sidecar(sidecarRoot);
    }

    @Override
    public Optional<String> submitInputs(Hash jobId, Bytes inputs) {
        return loop.ask(() -> desk.offerInputs(jobId, inputs));
    }

    @Override
    public Optional<Bytes> inputs(Hash jobId) {
        return desk.inputs(jobId);
    }

    @Override
    public VerifierLoad verifierLoad() {
        return new VerifierLoad(verifier.proofs(), verifier.busyNanos());
    }

    @Override
    public Optional<String> verdictDetail(Hash commitId) {
        return desk.detailOf(commitId);
    }

    @Override
    public Optional<SupplyAudit> audit(long number) {
        return loop.ask(() -> SupplyAudit.of(chain, number));
    }

    @Override
    public int peerCount() {
        return network.connected().size();
    }

    @Override
    public Map<String, Object> nodeInfo() {
        return PeerViews.node(network, record(), chain);
    }

    @Override
    public List<Map<String, Object>> peers() {
        return PeerViews.peers(network);
    }

    @Override
    public boolean addPeer(String enode) {
        return network.add(PeerViews.enode(enode));
    }

    @Override
    public boolean removePeer(String enode) {
        return network.remove(PeerViews.enode(enode));
    }

    @Override
    public Optional<Long> syncTarget() {
        return loop.ask(sync::target);
    }

    /// The round of the height being decided; 0 for a follower.
    public int round() {
        return consensus.isPresent() ? loop.ask(() -> consensus.get().round()) : 0;
    }

    @Override
    public <T> T votes(Function<PendingVotes, T> action) {
        return consensus.isPresent()
                ? loop.ask(() -> action.apply(consensus.get().votes()))
                : Backend.super.votes(action);
    }

    @Override
    public Optional<Address> validatorAddress() {
        return validator.map(NodeKeys::address);
    }

    /// Returns when a state is held for others, at once where none is to be.
    public void awaitSnapshot() throws InterruptedException {
        loop.ask(() -> true); // what was posted before has run
        snapshots.awaitReady();
    }

    /// Completed when the loop has ended, by [#close] or by a failure.
    public java.util.concurrent.CompletableFuture<Throwable> stopped() {
        return loop.stopped();
    }

    public int p2pPort() {
        return network.port();
    }

    // Parts: for the loop's own components.

    @Override
    public KeyValueStore store() {
        return store;
    }

    @Override
    public TransactionPool pool() {
        return pool;
    }

    @Override
    public BlobShelf blobs() {
        return blobs;
    }

    @Override
    public ProofDesk desk() {
        return desk;
    }

    @Override
    public PeerNetwork network() {
        return network;
    }

    @Override
    public Sync sync() {
        return sync;
    }

    @Override
    public SnapshotDesk snapshots() {
        return snapshots;
    }

    @Override
    public HeaderRules headers() {
        return headers;
    }

    @Override
    public ProposalRules rules() {
        return rules;
    }

    @Override
    public Optional<PrologueRules> prologues() {
        return prologues;
    }

    @Override
    public Optional<Emissions> emissions() {
        return emissions;
    }

    @Override
    public void close() {
        discovery.ifPresent(Discovery::close);
        network.close();
        loop.close();
        snapshots.close();
        verifier.close();
        if (journal != null) {
            journal.close();
        }
    }

    /// Before the network is open.
    private static final class NoNetwork implements PeerNetwork {
        @Override
        public void send(java.util.Collection<Address> peers, int code, Bytes payload) {}

        @Override
        public List<Address> connected() {
            return List.of();
        }

        @Override
        public Optional<PeerInfo> peer(Address address) {
            return Optional.empty();
        }

        @Override
        public List<PeerInfo> peers() {
            return List.of();
        }

        @Override
        public Optional<Enode> self() {
            return Optional.empty();
        }

        @Override
        public boolean add(Enode peer) {
            return false;
        }

        @Override
        public boolean remove(Enode peer) {
            return false;
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public void report(Address peer, Offence offence, String detail) {}

        @Override
        public void close() {}
    }
}
