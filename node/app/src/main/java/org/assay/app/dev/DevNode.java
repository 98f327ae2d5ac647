package org.assay.app.dev;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.assay.app.node.PoolJournal;
import org.assay.app.node.ProofDesk;
import org.assay.app.node.VerifierThread;
import org.assay.app.proof.BuiltInModels;
import org.assay.chain.AssayConfig;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.SupplyAudit;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.TransactionPool;
import org.assay.chain.system.PrologueCall;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.rpc.Backend;
import org.assay.rpc.ChainListeners;
import org.assay.rpc.RpcError;
import org.assay.storage.KeyValueStore;
import org.assay.storage.StorageException;
import org.assay.verifier.ProofRules;
import org.assay.verifier.Verifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A developer's chain as JSON-RPC sees it. One lock owns the chain: whoever holds it adds to the
/// pool, mines or cheats; reads of the head need none. A failure below, such as a full disk,
/// stops the node: see [#stopped].
public final class DevNode implements Backend, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevNode.class);

    private final DevChain dev;
    private final ProofDesk desk;
    private final VerifierThread verifier;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final java.util.concurrent.CompletableFuture<Throwable> stopped =
            new java.util.concurrent.CompletableFuture<>();
    private final Thread miner = Thread.ofPlatform().daemon().name("miner").unstarted(this::run);
    private final ChainListeners listeners = new ChainListeners();
    private boolean automine = true;
    private long intervalMillis;
    private volatile boolean unmined;
    private boolean closed;
    private @Nullable PoolJournal journal;

    public DevNode(DevChain dev, KeyValueStore store) {
        this.dev = dev;
        ProofRules rules =
                dev.chain().spec().assay().map(AssayConfig::proofs).orElse(ProofRules.MAIN);
        this.verifier = new VerifierThread(new Verifier(rules), this::locked);
        this.desk =
                new ProofDesk(
                        dev.chain(),
                        store,
                        Optional.of(DevAccounts.validator()),
                        new NobodyElse(),
                        verifier);
        dev.setProofs(new DeskProofs());
    }

    /// Keeps what waits in `file`, and finds there what waited before. Before [#start] only.
    public void keepPool(Path file) {
        ask(
                () -> {
                    journal = PoolJournal.open(file, dev.pool(), dev::submit);
                    unmined = dev.pool().count() > 0;
                    return true;
                });
    }

    /// Begins to mine and to check proofs.
    public void start() {
        verifier.start();
        miner.start();
    }

    private final class DeskProofs implements DevChain.Proofs {
        @Override
        public List<PrologueCall.Certificate> certificates() {
            return desk.certificates();
        }

        @Override
        public List<PrologueCall.Verdict> dueVerdicts() {
            return desk.hasWork() ? desk.dueVerdicts() : List.of();
        }

        @Override
        public void onBlock(Block block, List<Receipt> receipts) {
            desk.onBlock(block, receipts);
            listeners.head(new Blockchain.Stored(block, dev.chain().head().hash(), receipts));
        }
    }

    private final class NobodyElse implements ProofDesk.Outbox {
        @Override
        public void post(Runnable task) {
            locked(task);
        }

        @Override
        public void attest(Hash commitId, Hash sidecarRoot, Bytes signature) {}

        @Override
        public void announce(Hash commitId, Hash sidecarRoot) {}

        @Override
        public void request(Hash commitId, Hash sidecarRoot) {}
    }

    /// The miner's thread: finds the proofs of before, then mines by the clock where asked to.
    private void run() {
        try {
            locked(
                    () -> {
                        BuiltInModels.all().forEach(desk::addModel);
                        desk.recover();
                    });
            settle();
            lock.lock();
            try {
                long due = System.nanoTime();
                while (!closed) {
                    if (intervalMillis == 0) {
                        changed.await();
                        due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(intervalMillis);
                        continue;
                    }
                    long left = due - System.nanoTime();
                    if (left > 0) {
                        changed.awaitNanos(left);
                        continue;
                    }
                    due += TimeUnit.MILLISECONDS.toNanos(intervalMillis);
                    mine(1, 0);
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            LOG.debug("the miner ends");
        } catch (RpcError e) {
            LOG.debug("the miner ends: {}", e.getMessage());
        }
    }

    private void locked(Runnable task) {
        ask(
                () -> {
                    task.run();
                    return true;
                });
    }

    /// Runs `task` as the owner of the chain. A failure of the environment stops the node; from
    /// then on this throws [RpcError].
    <T> T ask(Supplier<T> task) {
        lock.lock();
        try {
            if (stopped.isDone()) {
                throw new RpcError(RpcError.SERVER_ERROR, "the node has stopped");
            }
            T answer = task.get();
            if (journal != null) {
                journal.flush();
            }
            return answer;
        } catch (StorageException failure) {
            LOG.error("the node stops: {}", failure.getMessage());
            stopped.complete(failure);
            throw new RpcError(
                    RpcError.SERVER_ERROR, "the node has stopped: " + failure.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /// The chain, for whoever is inside [#ask].
    DevChain dev() {
        return dev;
    }

    /// Mines `count` blocks, their timestamps at least `intervalSeconds` apart.
    void mine(long count, long intervalSeconds) {
        locked(
                () -> {
                    for (long i = 0; i < count; i++) {
                        if (i > 0 && intervalSeconds > 1) {
                            dev.increaseTime(
                                    Math.max(
                                            0,
                                            dev.chain().head().header().timestamp()
                                                    + intervalSeconds
                                                    - dev.clock().now()));
                        }
                        dev.mine();
                    }
                    unmined = false;
                });
    }

    @Override
    public void settle() {
        if (!unmined || stopped.isDone()) {
            return;
        }
        try {
            locked(this::mineAll);
        } catch (RpcError failure) {
            LOG.debug("what waits is not mined: {}", failure.getMessage());
        }
    }

    private void mineAll() {
        if (unmined && automine) {
            unmined = false;
            boolean progress = true;
            while (progress && hasExecutable()) {
                int waiting = dev.pool().count();
                dev.mine();
                progress = dev.pool().count() < waiting;
            }
        }
    }

    private boolean hasExecutable() {
        if (dev.pool().count() == 0) {
            return false;
        }
        boolean[] found = {false};
        dev.pool()
                .select(
                        dev.chain().head().state(),
                        dev.baseFeePerGas(),
                        entry -> {
                            found[0] |= entry.transaction().gasLimit() <= dev.gasLimit();
                            return found[0]
                                    ? TransactionPool.Choice.STOP
                                    : TransactionPool.Choice.LEAVE_SENDER;
                        });
        return found[0];
    }

    boolean isAutomining() {
        return ask(() -> automine);
    }

    void setAutomine(boolean on) {
        ask(
                () -> {
                    automine = on;
                    unmined = on;
                    return true;
                });
        settle();
    }

    long intervalMillis() {
        return ask(() -> intervalMillis);
    }

    /// Zero ends interval mining.
    void setIntervalMillis(long millis) {
        ask(
                () -> {
                    intervalMillis = millis;
                    automine &= millis == 0;
                    changed.signalAll();
                    return true;
                });
    }

    @Override
    public Blockchain chain() {
        return dev.chain();
    }

    @Override
    public ChainListeners listeners() {
        return listeners;
    }

    @Override
    public List<PoolAnswer> submitAll(List<RecoveredTransaction> transactions) {
        return ask(() -> transactions.stream().map(this::submit).toList());
    }

    @Override
    public PoolAnswer submit(RecoveredTransaction transaction) {
        return ask(
                () -> {
                    PoolAnswer answer = dev.submit(transaction);
                    if (answer instanceof PoolAnswer.Accepted accepted && accepted.isNew()) {
                        unmined = true;
                        listeners.pending(transaction);
                    }
                    return answer;
                });
    }

    @Override
    public Optional<Transaction> pooled(Hash hash) {
        return ask(() -> dev.pool().find(hash));
    }

    @Override
    public long pendingNonce(Address sender) {
        return ask(() -> dev.pool().nextNonce(sender, dev.chain().head().state()));
    }

    @Override
    public String explain(Hash hash) {
        return ask(
                () -> {
                    ChainHead head = dev.chain().head();
                    return dev.pool()
                            .explain(hash, head.state(), dev.baseFeePerGas(), dev.gasLimit());
                });
    }

    @Override
    public Map<Address, List<TransactionPool.Entry>> poolContent() {
        return ask(() -> dev.pool().content());
    }

    @Override
    public Optional<String> submitSidecar(Hash commitId, Bytes sidecar) {
        return ask(() -> desk.offerSidecar(commitId, sidecar));
    }

    @Override
    public Optional<Bytes> sidecar(Hash sidecarRoot) {
        return desk.sidecar(sidecarRoot);
    }

    @Override
    public Optional<String> submitInputs(Hash jobId, Bytes inputs) {
        return ask(() -> desk.offerInputs(jobId, inputs));
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

    /// Coins that cheats made up, or took, count as supply: the journal knows them.
    @Override
    public Optional<SupplyAudit> audit(long number) {
        return ask(
                () ->
                        SupplyAudit.of(dev.chain(), number)
                                .map(
                                        audit ->
                                                new SupplyAudit(
                                                        number,
                                                        audit.genesisWei(),
                                                        audit.ledger(),
                                                        audit.supplyWei()
                                                                .add(dev.cheatedWei(number)),
                                                        audit.balancesWei())));
    }

    @Override
    public int peerCount() {
        return 0;
    }

    @Override
    public Optional<Long> syncTarget() {
        return Optional.empty();
    }

    @Override
    public Optional<Address> validatorAddress() {
        return Optional.of(DevAccounts.validator().address());
    }

    /// Completed with the reason once the chain cannot go on, or was closed.
    public java.util.concurrent.CompletableFuture<Throwable> stopped() {
        return stopped;
    }

    /// Waits for the block in the making; what waits in the pool is gone where nothing keeps it.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            stopped.complete(new InterruptedException("closed"));
            if (journal != null) {
                journal.close();
            }
        } finally {
            lock.unlock();
        }
        verifier.close();
    }
}
