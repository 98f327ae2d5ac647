package org.assay.app.simulate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.app.node.NodeKeys;
import org.assay.app.simulate.ForgedBlocks.Kind;
import org.assay.chain.BlockBuilder;
import org.assay.chain.BlockError;
import org.assay.chain.BlockExecutor;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.BlockHashing;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.Contexts;
import org.assay.chain.Emissions;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.HeaderRules;
import org.assay.chain.PrologueRules;
import org.assay.chain.ProposalRules;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.Lock;
import org.assay.consensus.Validators;
import org.assay.consensus.Verdict;
import org.assay.consensus.Watermark;
import org.assay.consensus.emission.EmissionStep;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.simulation.Ledger;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.rlp.RlpException;
import org.assay.storage.Column;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;

/// A node's chain, state, pool and signing memory on a disk that forgets in a crash what was not
/// synced: what a node runs, but for its loop and its sockets.
final class ChainLedger implements Ledger {
    static final StateOptions OPTIONS = new StateOptions(64, false, 1 << 16);
    private static final Bytes WATERMARK_KEY = ascii("watermark");
    private static final Bytes LOCK_KEY = ascii("lock");

    /// Unsynced writes that may survive a crash.
    private static final int SURVIVORS_MAX = 3;

    private final SimulatedChain shared;
    private final MemoryStore store = new MemoryStore();
    private final SecretKey key;
    private Running running;

    /// The process, which a crash ends.
    private record Running(
            Blockchain chain,
            HeaderRules headers,
            Optional<PrologueRules> prologues,
            ProposalRules rules,
            BlockBuilder builder,
            TransactionPool pool,
            Map<ProposedBlock.Id, ExecutedBlock> executed,
            List<ProposedBlock> blocks) {
        static Running open(MemoryStore store, ChainSpec spec) {
            Blockchain chain = new Blockchain(store, WorldState.open(store, OPTIONS), spec);
            List<ProposedBlock> blocks = new ArrayList<>();
            for (long n = 1; n <= chain.head().number(); n++) {
                blocks.add(ProposedBlock.decode(chain.encodedBlockAt(n).orElseThrow()));
            }
            return new Running(
                    chain,
                    new HeaderRules(chain.contexts()),
                    prologueRules(chain),
                    proposalRules(chain),
                    new BlockBuilder(chain),
                    new TransactionPool(
                            spec.chainId(),
                            PoolLimits.STANDARD,
                            () -> chain.contexts().forkOf(chain.head().header())),
                    new HashMap<>(),
                    blocks);
        }
    }

    ChainLedger(SimulatedChain shared, SecretKey key) {
        this.shared = shared;
        this.key = key;
        this.running = Running.open(store, shared.spec());
    }

    private static Optional<PrologueRules> prologueRules(Blockchain chain) {
        Contexts contexts = chain.contexts();
        return Emissions.of(contexts)
                .map(it -> new PrologueRules(contexts, chain.spec().assay().orElseThrow(), it));
    }

    static ProposalRules proposalRules(Blockchain chain) {
        return new ProposalRules(
                chain,
                new HeaderRules(chain.contexts()),
                prologueRules(chain),
                new BlockExecutor(chain.contexts()));
    }

    static Hash hash(Block block) {
        return new BlockHashing(true).hashOf(block.header());
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    Blockchain chain() {
        return running.chain;
    }

    private ChainHead head() {
        return running.chain.head();
    }

    @Override
    public long headNumber() {
        return head().number();
    }

    @Override
    public Hash headHash() {
        return head().hash();
    }

    @Override
    public Address headCoinbase() {
        return head().header().coinbase();
    }

    @Override
    public long headTimestampSeconds() {
        return head().header().timestamp();
    }

    @Override
    public Validators nextValidators() {
        return Validators.of(head().nextValidators());
    }

    @Override
    public ProposedBlock blockAt(long number) {
        return running.blocks.get((int) number - 1);
    }

    @Override
    public Optional<ProposedBlock> build(Draft draft) {
        ChainHead parent = head();
        if (draft.height() != parent.number() + 1 || !draft.parent().equals(parent.hash())) {
            return Optional.empty();
        }
        BlockBuilder.Built built = running.builder.build(parent, plan(draft), running.pool);
        built.refused().forEach(running.pool::drop);
        if (!draft.valid()) {
            Block forged = ForgedBlocks.of(built.block().block(), draft.content());
            return Optional.of(ProposedBlock.decode(Bytes.wrap(forged.encode())));
        }
        ProposedBlock proposed = ProposedBlock.decode(Bytes.wrap(built.block().block().encode()));
        running.executed.put(proposed.id(), built.block());
        return Optional.of(proposed);
    }

    private BlockBuilder.Plan plan(Draft draft) {
        ChainHead parent = head();
        boolean byContract =
                shared.spec()
                        .qbft()
                        .orElseThrow()
                        .after(parent.header())
                        .validatorContract()
                        .isPresent();
        byte[] vanity = new byte[32];
        Words.putLong(vanity, 24, draft.content());
        Bytes extraData =
                ExtraData.ofProposal(
                                Bytes.wrap(vanity),
                                byContract ? List.of() : parent.nextValidators(),
                                Optional.empty(),
                                0)
                        .encode();
        long timestamp =
                Math.max(
                        draft.timestampSeconds(),
                        running.headers.earliestTimestamp(parent.header()));
        if (running.prologues.isEmpty()) {
            return plan(draft, timestamp, extraData, Optional.empty(), List.of());
        }
        PrologueRules rules = running.prologues.get();
        EmissionStep emission = rules.emission(parent, timestamp, draft.coinbase(), List.of());
        byte[] message = PrologueRules.revealMessage(shared.spec().chainId(), draft.height());
        Bytes reveal = Bls.sign(NodeKeys.beaconSecret(key), message);
        PrologueCall call = new PrologueCall(reveal, List.of(), List.of(), emission.row());
        Transaction prologue = Transaction.sign(rules.write(parent, draft.coinbase(), call), key);
        return plan(draft, timestamp, extraData, Optional.of(prologue), emission.withdrawals());
    }

    private static BlockBuilder.Plan plan(
            Draft draft,
            long timestamp,
            Bytes extraData,
            Optional<Transaction> prologue,
            List<Withdrawal> due) {
        boolean mints = !draft.valid() && Kind.of(draft.content()) == Kind.MINT;
        List<Withdrawal> withdrawals = mints ? ForgedBlocks.withMint(due, draft.coinbase()) : due;
        return new BlockBuilder.Plan(timestamp, draft.coinbase(), extraData, prologue, withdrawals);
    }

    @Override
    public Verdict check(ProposedBlock proposed, long clockMillis) {
        if (running.executed.containsKey(proposed.id())) {
            return Verdict.VALID;
        }
        Block block;
        try {
            block = shared.block(proposed);
        } catch (RlpException malformed) {
            return new Verdict.Invalid(BlockError.MALFORMED + ": " + malformed.getMessage());
        }
        // Nobody sends jobs, so that there are no verdicts to compare.
        return switch (running.rules.checkProposal(
                block, head(), commit -> Optional.empty(), clockMillis / 1000)) {
            case Execution.Executed(ExecutedBlock passed) -> {
                running.executed.put(proposed.id(), passed);
                yield Verdict.VALID;
            }
            case Execution.Invalid(BlockError reason, String detail) ->
                    reason.isPeerToBlame()
                            ? new Verdict.Invalid(reason + ": " + detail)
                            : new Verdict.CannotCheck(reason + ": " + detail);
        };
    }

    private Execution execute(ProposedBlock sealed) {
        ExecutedBlock known = running.executed.get(sealed.id());
        return known != null
                ? new Execution.Executed(known)
                : running.rules.checkCommitted(shared.block(sealed), head());
    }

    @Override
    public boolean accepts(ProposedBlock sealed) {
        if (execute(sealed) instanceof Execution.Executed(ExecutedBlock passed)) {
            running.executed.put(sealed.id(), passed);
            return true;
        }
        return false;
    }

    @Override
    public void append(ProposedBlock sealed, boolean synced) {
        Execution execution = execute(sealed);
        Invariant.check(
                execution instanceof Execution.Executed,
                "a quorum sealed a block that is invalid here: " + execution);
        ExecutedBlock executed = ((Execution.Executed) execution).block();
        Block block = shared.block(sealed);
        running.chain.append(block, executed, new WriteBatch(), synced);
        running.pool.onBlock(block.transactions(), head().state());
        running.executed.clear();
        running.blocks.add(sealed);
    }

    @Override
    public void keep(Watermark watermark) {
        store.write(new WriteBatch().put(Column.CONSENSUS, WATERMARK_KEY, watermark.encode()));
    }

    @Override
    public void keep(Lock lock) {
        store.write(new WriteBatch().put(Column.CONSENSUS, LOCK_KEY, lock.encode()));
    }

    @Override
    public Optional<Watermark> watermark() {
        return Optional.ofNullable(store.get(Column.CONSENSUS, WATERMARK_KEY))
                .map(Watermark::decode);
    }

    @Override
    public Optional<Lock> lock() {
        return Optional.ofNullable(store.get(Column.CONSENSUS, LOCK_KEY)).map(Lock::decode);
    }

    @Override
    public void offer(Bytes encoded) {
        Header header = head().header();
        UInt256 baseFee = header.baseFeePerGas();
        shared.transaction(encoded)
                .recover()
                .ifPresent(
                        recovered ->
                                running.pool.add(
                                        recovered,
                                        head().state(),
                                        baseFee == null ? UInt256.ZERO : baseFee,
                                        header.gasLimit()));
    }

    @Override
    public boolean hasWork(RandomGenerator random) {
        return running.pool.count() > 0;
    }

    @Override
    public void crash(RandomGenerator random) {
        store.crash(random.nextInt(SURVIVORS_MAX + 1));
        running = Running.open(store, shared.spec());
    }
}
