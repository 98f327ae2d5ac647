package org.assay.rpc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.BlockBuilder;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.SupplyAudit;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.consensus.PendingVotes;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;

/// A chain in memory that makes a block when told to. One lock stands for the node's loop.
final class TestChain implements Backend {
    static final SecretKey RICH = key("rich");
    static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);

    /// Answers 42, or reverts with Error("no") where it is called without data.
    static final Address ANSWERS = Address.fromHex("0x00000000000000000000000000000000000a0001");

    /// Logs its caller's first word as a topic.
    static final Address LOGS = Address.fromHex("0x00000000000000000000000000000000000a0002");

    private static final String ANSWERS_CODE =
            "0x3615601657602a60005260206000f35b"
                    // 0x10: not reached
                    + "000000000000"
                    + "5b"
                    + "7f08c379a000000000000000000000000000000000000000000000000000000000600052"
                    + "6020600452"
                    + "6002602452"
                    + "7f6e6f000000000000000000000000000000000000000000000000000000000000604452"
                    + "60646000fd";

    private static final String LOGS_CODE = "0x60003560006000a100";

    private final Blockchain chain;
    private final TransactionPool pool;
    private final PendingVotes votes = new PendingVotes();
    private final ChainListeners listeners = new ChainListeners();
    private long time;

    static SecretKey key(String name) {
        return SecretKey.of(
                Keccak.hash256(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toArray());
    }

    TestChain() {
        this(inMemory(ChainSpec.parse(genesis())));
    }

    /// Around a chain that is there already.
    TestChain(Blockchain chain) {
        this.chain = chain;
        this.pool =
                new TransactionPool(
                        chain.spec().chainId(),
                        PoolLimits.STANDARD,
                        () -> chain.contexts().forkOf(chain.head().header()));
        this.time = chain.head().header().timestamp();
    }

    private static Blockchain inMemory(ChainSpec spec) {
        MemoryStore store = new MemoryStore();
        return new Blockchain(store, WorldState.open(store, StateOptions.bounded()), spec);
    }

    private static String genesis() {
        return """
                {"config":{"chainId":20260,"homesteadBlock":0,"eip150Block":0,"eip158Block":0,
                "byzantiumBlock":0,"constantinopleBlock":0,"petersburgBlock":0,"istanbulBlock":0,
                "berlinBlock":0,"londonBlock":0,"shanghaiTime":0,"cancunTime":0},
                "difficulty":"0x1","gasLimit":"0x1c9c380","timestamp":"0x1","alloc":{
                "%s":{"balance":"0xd3c21bcecceda1000000"},
                "%s":{"balance":"0x1","code":"%s"},"%s":{"balance":"0x0","code":"%s"}}}
                """
                .formatted(
                        RICH.address().toString().substring(2),
                        ANSWERS.toString().substring(2),
                        ANSWERS_CODE,
                        LOGS.toString().substring(2),
                        LOGS_CODE);
    }

    /// A transfer of `wei` by [#RICH].
    Transaction transfer(long nonce, Address to, long wei, Bytes input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        chain.spec().chainId(),
                        nonce,
                        UInt256.ONE,
                        UInt256.of(10_000_000_000L),
                        100_000,
                        to,
                        UInt256.of(wei),
                        input),
                RICH);
    }

    /// Makes the next block of everything executable.
    synchronized ChainHead mine() {
        ChainHead parent = chain.head();
        time += 12;
        BlockBuilder.Built built =
                new BlockBuilder(chain)
                        .build(
                                parent,
                                new BlockBuilder.Plan(
                                        time,
                                        Address.ZERO,
                                        Bytes.EMPTY,
                                        Optional.empty(),
                                        List.of()),
                                pool);
        chain.append(built.block().block(), built.block(), new WriteBatch());
        pool.onBlock(built.block().block().transactions(), chain.head().state());
        listeners.head(chain.storedAt(chain.head().number()).orElseThrow());
        return chain.head();
    }

    @Override
    public synchronized <T> T votes(Function<PendingVotes, T> action) {
        return action.apply(votes);
    }

    @Override
    public Blockchain chain() {
        return chain;
    }

    @Override
    public synchronized PoolAnswer submit(RecoveredTransaction transaction) {
        ChainHead head = chain.head();
        PoolAnswer answer =
                pool.add(
                        transaction,
                        head.state(),
                        Views.baseFee(head.header()),
                        head.header().gasLimit());
        if (answer instanceof PoolAnswer.Accepted accepted && accepted.isNew()) {
            listeners.pending(transaction);
        }
        return answer;
    }

    @Override
    public ChainListeners listeners() {
        return listeners;
    }

    @Override
    public synchronized Optional<Transaction> pooled(Hash hash) {
        return pool.find(hash);
    }

    @Override
    public synchronized long pendingNonce(Address sender) {
        return pool.nextNonce(sender, chain.head().state());
    }

    @Override
    public synchronized String explain(Hash hash) {
        org.assay.primitives.block.Header header = chain.head().header();
        return pool.explain(hash, chain.head().state(), Views.baseFee(header), header.gasLimit());
    }

    @Override
    public synchronized Map<Address, List<TransactionPool.Entry>> poolContent() {
        return pool.content();
    }

    @Override
    public Optional<String> submitSidecar(Hash commitId, Bytes sidecar) {
        return Optional.of("no proofs here");
    }

    @Override
    public Optional<Bytes> sidecar(Hash sidecarRoot) {
        return Optional.empty();
    }

    @Override
    public Optional<String> submitInputs(Hash jobId, Bytes inputs) {
        return Optional.of("no jobs here");
    }

    @Override
    public Optional<Bytes> inputs(Hash jobId) {
        return Optional.empty();
    }

    @Override
    public VerifierLoad verifierLoad() {
        return new VerifierLoad(0, 0);
    }

    @Override
    public Optional<String> verdictDetail(Hash commitId) {
        return Optional.empty();
    }

    @Override
    public Optional<SupplyAudit> audit(long number) {
        return Optional.empty();
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
        return Optional.empty();
    }
}
