package org.assay.app.dev;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.assay.app.node.NodeKeys;
import org.assay.chain.BlockBuilder;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.Emissions;
import org.assay.chain.HeaderRules;
import org.assay.chain.PrologueRules;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.emission.EmissionEvent;
import org.assay.consensus.emission.EmissionStep;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.state.Account;
import org.assay.storage.KeyValueStore;

/// A chain of one validator that mines when it is told: blocks are built, sealed and appended as
/// a network's would be, and what goes beyond the rules is in the journal. Owned by one thread at
/// a time; see [DevNode].
public final class DevChain {
    /// Bytes of all waiting transactions, transactions of a sender, nonces ahead, bytes of one
    /// transaction (blob transactions wait without their blobs), percent to outbid.
    static final PoolLimits POOL_LIMITS = new PoolLimits(512L << 20, 1 << 16, 1 << 16, 131_072, 10);

    private static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);

    private final Blockchain chain;
    private final NodeKeys keys;
    private final TransactionPool pool;
    private final HeaderRules headers;
    private final Optional<Emissions> emissions;
    private final Optional<PrologueRules> prologues;
    private final BlockBuilder builder;
    private final DevJournal journal;
    private final DevClock clock;
    private final Set<Hash> impersonated = new HashSet<>();
    private final DevSnapshots snapshots;
    private final DevState state;
    private Optional<Address> coinbase = Optional.empty();
    private Optional<Long> gasLimit = Optional.empty();
    private Optional<UInt256> nextBaseFee = Optional.empty();
    private Optional<Hash> nextMixHash = Optional.empty();
    private Proofs proofs = Proofs.NONE;
    private List<EmissionEvent> lastEvents = List.of();

    /// What the prologue carries of proofs, and who hears of new blocks.
    public interface Proofs {
        Proofs NONE =
                new Proofs() {
                    @Override
                    public List<PrologueCall.Certificate> certificates() {
                        return List.of();
                    }

                    @Override
                    public List<PrologueCall.Verdict> dueVerdicts() {
                        return List.of();
                    }

                    @Override
                    public void onBlock(Block block, List<Receipt> receipts) {}
                };

        List<PrologueCall.Certificate> certificates();

        List<PrologueCall.Verdict> dueVerdicts();

        void onBlock(Block block, List<Receipt> receipts);
    }

    public DevChain(Blockchain chain, KeyValueStore store, NodeKeys keys, InstantSource time) {
        this.chain = chain;
        this.keys = keys;
        this.pool =
                new TransactionPool(
                        chain.spec().chainId(),
                        POOL_LIMITS,
                        () -> chain.contexts().forkOf(chain.head().header()));
        this.headers = new HeaderRules(chain.contexts());
        this.emissions = Emissions.of(chain.contexts());
        this.prologues =
                emissions.map(
                        engine ->
                                new PrologueRules(
                                        chain.contexts(),
                                        chain.spec().assay().orElseThrow(),
                                        engine));
        this.builder = new BlockBuilder(chain);
        this.journal = new DevJournal(store);
        this.snapshots = new DevSnapshots(store);
        this.state = new DevState(chain, journal, emissions.isPresent());
        this.clock = new DevClock(time, journal.clockOffset());
        useChainIds(journal.chainIds());
        chain.trustImpersonation();
        chain.amend(journal.pending().diff());
    }

    public void setProofs(Proofs source) {
        proofs = source;
    }

    public Blockchain chain() {
        return chain;
    }

    public TransactionPool pool() {
        return pool;
    }

    public Optional<Emissions> emissions() {
        return emissions;
    }

    DevClock clock() {
        return clock;
    }

    /// The base fee of the next block as far as it is known, in wei.
    public UInt256 baseFeePerGas() {
        UInt256 fee = chain.head().header().baseFeePerGas();
        return nextBaseFee.orElse(fee == null ? UInt256.ZERO : fee);
    }

    /// The gas limit of the next block.
    public long gasLimit() {
        return gasLimit.orElse(chain.head().header().gasLimit());
    }

    /// Takes `transaction` into the pool; nothing is mined.
    public PoolAnswer submit(RecoveredTransaction transaction) {
        PoolAnswer answer =
                pool.add(transaction, chain.head().state(), baseFeePerGas(), gasLimit());
        if (answer instanceof PoolAnswer.Accepted && transaction.transaction().isImpersonated()) {
            impersonated.add(transaction.transaction().hash());
        }
        return answer;
    }

    /// Mines one block of what waits, empty where nothing does.
    public Block mine() {
        ChainHead parent = chain.head();
        long step = headers.earliestTimestamp(parent.header()) - parent.header().timestamp();
        long offset = clock.offsetSeconds();
        long timestamp = clock.take(parent.header().timestamp(), step);
        if (clock.offsetSeconds() != offset) {
            journal.saveClock(clock.offsetSeconds());
        }
        Address miner = coinbase.orElse(keys.address());
        Optional<Transaction> prologue = Optional.empty();
        List<Withdrawal> withdrawals = List.of();
        if (prologues.isPresent()) {
            List<PrologueCall.Verdict> verdicts = proofs.dueVerdicts();
            EmissionStep emission = prologues.get().emission(parent, timestamp, miner, verdicts);
            withdrawals = emission.withdrawals();
            lastEvents = emission.events();
            prologue = Optional.of(prologue(parent, miner, verdicts, emission));
        }
        BlockBuilder.Overrides overrides =
                new BlockBuilder.Overrides(gasLimit, nextBaseFee, nextMixHash, Optional.empty());
        BlockBuilder.Plan plan =
                new BlockBuilder.Plan(
                        timestamp, miner, extraData(parent), prologue, withdrawals, overrides);
        BlockBuilder.Built built = builder.build(parent, plan, pool);
        built.refused().forEach(pool::drop);
        Block sealed = seal(built.block().block());
        boolean breaksRules = breaksRules(parent, sealed);
        long number = sealed.header().number();
        chain.append(sealed, built.block(), journal.beforeBlock(number, breaksRules));
        journal.afterBlock(number, breaksRules);
        nextBaseFee = Optional.empty();
        nextMixHash = Optional.empty();
        gasLimit = Optional.empty(); // a child keeps its parent's
        pool.onBlock(sealed.transactions(), chain.head().state());
        proofs.onBlock(sealed, built.block().outcome().receipts());
        return sealed;
    }

    /// What the emission of the last block mined here had to tell.
    List<EmissionEvent> lastEvents() {
        return lastEvents;
    }

    private boolean breaksRules(ChainHead parent, Block sealed) {
        boolean madeUpSender = false;
        if (!impersonated.isEmpty() || coinbase.isPresent()) {
            for (Transaction transaction : sealed.transactions()) {
                madeUpSender |= transaction.isImpersonated();
                impersonated.remove(transaction.hash());
            }
        }
        return madeUpSender
                || nextMixHash.isPresent()
                || headers.check(sealed.header(), parent).isPresent();
    }

    private Transaction prologue(
            ChainHead parent,
            Address miner,
            List<PrologueCall.Verdict> verdicts,
            EmissionStep emission) {
        byte[] message = PrologueRules.revealMessage(chain.spec().chainId(), parent.number() + 1);
        PrologueCall call =
                new PrologueCall(
                        Bls.sign(keys.blsSecret(), message),
                        proofs.certificates(),
                        verdicts,
                        emission.row());
        TransactionBody body = prologues.orElseThrow().write(parent, miner, call);
        if (nextBaseFee.isPresent()) {
            body =
                    TransactionBody.dynamicFee(
                            chain.spec().chainId(),
                            body.nonce(),
                            UInt256.ZERO,
                            nextBaseFee.get(),
                            body.gasLimit(),
                            body.to(),
                            body.value(),
                            body.data());
        }
        return miner.equals(keys.address())
                ? Transaction.sign(body, keys.key())
                : Transaction.impersonating(body, miner);
    }

    private Bytes extraData(ChainHead parent) {
        boolean byContract =
                chain.spec()
                        .qbft()
                        .orElseThrow()
                        .after(parent.header())
                        .validatorContract()
                        .isPresent();
        List<Address> validators = byContract ? List.of() : parent.nextValidators();
        return ExtraData.ofProposal(ExtraData.VANITY_ZERO, validators, Optional.empty(), 0)
                .encode();
    }

    /// With the one commit seal that a quorum of one has.
    private Block seal(Block block) {
        QbftHeader header = QbftHeader.decode(Bytes.wrap(block.header().encode()));
        Signature seal = Secp256k1.sign(header.digest(), keys.key());
        Header sealed =
                Header.decode(
                        header.withExtraData(header.extraData().withSeals(List.of(seal))).encode());
        return new Block(sealed, block.transactions(), block.ommers(), block.withdrawals());
    }

    // Time.

    void increaseTime(long seconds) {
        clock.increase(seconds);
        journal.saveClock(clock.offsetSeconds());
    }

    void setTime(long timestamp) {
        clock.set(timestamp);
        journal.saveClock(clock.offsetSeconds());
    }

    void setBlockInterval(OptionalLong seconds) {
        clock.setInterval(seconds);
    }

    /// Empty, or why the next block cannot have that timestamp.
    Optional<String> setNextTimestamp(long timestamp) {
        long least = headers.earliestTimestamp(chain.head().header());
        if (timestamp < least) {
            return Optional.of(
                    "timestamp "
                            + timestamp
                            + " is too early: the next block needs at least "
                            + least);
        }
        clock.setNext(timestamp);
        return Optional.empty();
    }

    // The chain's id.

    /// From the next block on; what waits was signed for another id and is dropped.
    void setChainId(UInt256 id) {
        NavigableMap<Long, UInt256> ids = journal.chainIds();
        ids.put(chain.head().number() + 1, id);
        journal.saveChainIds(ids);
        dropAll();
        useChainIds(ids);
    }

    private void useChainIds(NavigableMap<Long, UInt256> ids) {
        chain.assumeChainIds(ids);
        pool.assumeChainId(chain.spec().chainId());
    }

    // Header fields.

    void setCoinbase(Address address) {
        coinbase = Optional.of(address);
        Account account = state.accountOf(address);
        UInt256 purse = COIN.multiply(UInt256.of(1_000));
        if (account.balance().compareTo(COIN) < 0) { // it pays its prologue
            state.setBalance(address, purse);
        }
    }

    /// What a block of the chain cannot do without: its prologue, and one transfer.
    static long gasLimitLeast(ChainSpec spec) {
        return spec.assay().map(assay -> assay.prologueGasMax() + 21_000).orElse(5_000L);
    }

    void setGasLimit(long limit) {
        gasLimit = Optional.of(limit);
    }

    void setNextBaseFee(UInt256 wei) {
        nextBaseFee = Optional.of(wei);
    }

    void setNextMixHash(Hash hash) {
        nextMixHash = Optional.of(hash);
    }

    // State.

    /// The head's accounts, to be walked and changed.
    public DevState state() {
        return state;
    }

    /// What block `number` did beyond the rules.
    Optional<DevJournal.Entry> entryOf(long number) {
        return journal.entryOf(number);
    }

    /// Wei that cheats had brought into being with block `number`.
    BigInteger cheatedWei(long number) {
        return journal.totalWei(number);
    }

    // Going back.

    /// A number to go back to what is now with [#revert].
    long snapshot() {
        List<RecoveredTransaction> waiting = new ArrayList<>();
        pool.content()
                .values()
                .forEach(list -> list.forEach(entry -> waiting.add(entry.recovered())));
        return snapshots.add(
                new DevSnapshots.Snapshot(
                        chain.head().number(),
                        journal.pending(),
                        clock.setting(),
                        waiting,
                        gasLimit,
                        coinbase));
    }

    /// Goes back to a snapshot, which is used up with all later ones; false where there is none.
    boolean revert(long id) {
        Optional<DevSnapshots.Snapshot> found = snapshots.find(id);
        if (found.isEmpty()) {
            return false;
        }
        DevSnapshots.Snapshot snapshot = found.get();
        snapshots.dropFrom(id);
        rewind(snapshot.number());
        journal.restore(snapshot.pending());
        chain.amend(snapshot.pending().diff());
        clock.restore(snapshot.clock());
        journal.saveClock(clock.offsetSeconds());
        gasLimit = snapshot.gasLimit();
        coinbase = snapshot.coinbase();
        dropAll();
        snapshot.waiting().forEach(this::submit);
        return true;
    }

    /// Takes back every block above `number`, and the amendment of the head.
    void rewind(long number) {
        chain.rewind(number, journal.beforeRewind(number));
        journal.afterRewind(number);
        snapshots.dropAbove(number);
        NavigableMap<Long, UInt256> ids = journal.chainIds();
        if (!ids.isEmpty() && ids.lastKey() > number + 1) { // the id stays, its blocks are gone
            UInt256 id = ids.lastEntry().getValue();
            ids.tailMap(number + 1, true).clear();
            ids.put(number + 1, id);
            journal.saveChainIds(ids);
            useChainIds(ids);
        }
        nextBaseFee = Optional.empty();
        nextMixHash = Optional.empty();
    }

    /// Back to genesis, with nothing waiting and the machine's time.
    void reset() {
        rewind(0);
        dropAll();
        snapshots.dropFrom(0);
        journal.saveChainIds(new TreeMap<>());
        useChainIds(new TreeMap<>());
        gasLimit = Optional.empty();
        coinbase = Optional.empty();
        clock.restore(new DevClock.Setting(0, OptionalLong.empty(), OptionalLong.empty()));
        journal.saveClock(0);
    }

    void dropAll() {
        pool.content()
                .values()
                .forEach(
                        list ->
                                list.forEach(
                                        entry -> pool.drop(entry.transaction().hash(), "dropped")));
    }
}
