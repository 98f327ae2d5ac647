package org.assay.chain;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.assay.consensus.emission.BlockFacts;
import org.assay.consensus.message.ExtraData;
import org.assay.evm.BlockHashes;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.storage.Column;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.PreparedState;
import org.assay.storage.state.StateRoot;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.Nullable;

/// The chain on disk and its head in memory. Every block is final: there is one a height and none
/// is ever replaced. [#append] belongs to the node loop; reads are safe for many threads.
///
/// Keys: HEADERS, BODIES, RECEIPTS by height (8 bytes, big-endian); BLOCK_NUMBERS by block hash;
/// TRANSACTIONS by transaction hash, height ‖ index (8 + 4 bytes). META "genesis" holds the
/// genesis hash.
public final class Blockchain implements BlockHashes {
    /// Balances here are burned for good: nobody has its key.
    public static final Address BURN_ADDRESS = BlockRun.BURN_ADDRESS;

    static final Bytes GENESIS_KEY =
            Bytes.of("genesis".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final KeyValueStore store;
    private final WorldState world;
    private final ChainSpec spec;
    private final BlockHashing hashing;
    private final Contexts contexts;
    private final Optional<ValidatorSets> validatorSets;
    private volatile ChainHead head;
    private StateDiff amendment = StateDiff.EMPTY;
    private volatile boolean trustsImpersonation;
    private final Optional<Checkpoint> checkpoint;

    /// Where a transaction is.
    public record Place(long number, int index) {}

    /// A block with its hash and receipts.
    public record Stored(Block block, Hash hash, List<Receipt> receipts) {}

    /// Opens the chain in `store`, writing the genesis block where there is none. Throws
    /// [ConfigException] when the database belongs to another genesis.
    public Blockchain(KeyValueStore store, WorldState world, ChainSpec spec) {
        this.store = store;
        this.world = world;
        this.spec = spec;
        this.hashing = new BlockHashing(spec.qbft().isPresent());
        this.contexts = new Contexts(spec, this);
        this.validatorSets =
                spec.qbft().map(qbft -> new ValidatorSets(qbft.headerVotes(), this::headerAt));
        if (world.headNumber() < 0) {
            writeGenesis();
        }
        checkGenesis();
        this.checkpoint = Checkpoint.of(store);
        this.head = loadHead();
    }

    /// Where this chain began, if it was not at genesis.
    public Optional<Checkpoint> checkpoint() {
        return checkpoint;
    }

    /// The oldest block, but for genesis, that is here whole.
    public long firstNumber() {
        return checkpoint.map(Checkpoint::firstBlock).orElse(0L);
    }

    /// With the chain id of the next block.
    public ChainSpec spec() {
        return contexts.spec();
    }

    public Contexts contexts() {
        return contexts;
    }

    public BlockHashing hashing() {
        return hashing;
    }

    public WorldState world() {
        return world;
    }

    public ChainHead head() {
        return head;
    }

    public Hash genesisHash() {
        return hashOf(0);
    }

    /// The genesis block of `spec`, computed without any database.
    public static Block genesisBlock(ChainSpec spec) {
        return genesisBlock(spec, StateRoot.of(spec.genesis().alloc()));
    }

    private static Block genesisBlock(ChainSpec spec, Hash stateRoot) {
        Genesis genesis = spec.genesis();
        boolean merged = genesis.difficulty().isZero();
        return genesis.block(stateRoot, spec.forks().forkAt(0, genesis.timestamp(), merged));
    }

    private void writeGenesis() {
        PreparedState state = world.prepare(spec.genesis().alloc());
        Block block = genesisBlock(spec, state.stateRoot());
        Hash hash = hashing.hashOf(block.header());
        WriteBatch batch = new WriteBatch();
        putBlock(batch, block, hash, StoredOutcome.NOTHING);
        batch.put(Column.META, GENESIS_KEY, hash.toBytes());
        world.commit(state, batch);
    }

    private void checkGenesis() {
        Bytes kept = store.get(Column.META, GENESIS_KEY);
        Invariant.check(kept != null, "a database with a head has a genesis hash");
        Hash given = hashing.hashOf(genesisBlock(spec).header());
        Hash stored = Hash.of(java.util.Objects.requireNonNull(kept));
        if (!given.equals(stored)) {
            throw new ConfigException(
                    "genesis",
                    given.toString(),
                    "the database holds the chain of genesis "
                            + stored
                            + "; use its genesis file or another data directory");
        }
    }

    private ChainHead loadHead() {
        long number = world.headNumber();
        Block block = blockAt(number).orElseThrow();
        Hash hash = hashing.hashOf(block.header());
        StoredOutcome outcome =
                StoredOutcome.decode(
                        require(store.get(Column.RECEIPTS, key(number)), "receipts", number));
        StateView state = world.head();
        List<Address> validators = nextValidators(block.header(), state);
        return new ChainHead(block, hash, state, burned(block, outcome), validators);
    }

    private List<Address> nextValidators(Header header, StateView state) {
        if (spec.qbft().isEmpty()) {
            return List.of();
        }
        Optional<Address> contract = spec.qbft().get().after(header).validatorContract();
        return contract.isPresent()
                ? byContract(contract.get(), header, state)
                : validatorSets.orElseThrow().after(header).validators().sorted();
    }

    private List<Address> byContract(Address contract, Header header, StateView state) {
        return contexts.viewsAfter(header, state).validators(contract).stream().sorted().toList();
    }

    /// The validators of block `number`, or with a contract those after it, as Besu tells them
    /// (`qbft_getValidatorsByBlockNumber`). Empty where there is no such block or its state is
    /// pruned.
    public Optional<List<Address>> validatorsOf(long number) {
        Optional<Header> header = headerAt(number);
        Optional<Address> contract =
                header.flatMap(it -> spec.qbft().flatMap(qbft -> qbft.of(it).validatorContract()));
        return contract.isEmpty()
                ? header.flatMap(it -> ExtraData.parse(it.extraData())).map(this::sorted)
                : stateAt(number)
                        .map(state -> byContract(contract.get(), header.orElseThrow(), state));
    }

    private List<Address> sorted(ExtraData extraData) {
        return extraData.validators().stream().sorted().toList();
    }

    /// What the block took out of the supply, and what its prologue cost.
    private BlockFacts.Parent burned(Block block, StoredOutcome outcome) {
        Header header = block.header();
        UInt256 baseFee = header.baseFeePerGas();
        if (header.number() == 0 || baseFee == null) {
            return BlockFacts.Parent.GENESIS;
        }
        Long blobGas = header.blobGasUsed();
        UInt256 blobFee = contexts.of(header).blobBaseFee();
        long prologueGas =
                spec.assay().isPresent() ? outcome.receipts().getFirst().cumulativeGasUsed() : 0;
        return new BlockFacts.Parent(
                header.coinbase(),
                baseFee.multiplyExact(prologueGas),
                baseFee.multiplyExact(header.gasUsed()),
                blobGas == null ? UInt256.ZERO : blobFee.multiplyExact(blobGas),
                outcome.selfdestructWei(),
                outcome.burnAddressWei(),
                UInt256.ZERO);
    }

    /// Makes `executed`, whose header now carries the commit seals in `sealed`, the head: one
    /// atomic, synced batch. `extra` goes into the same batch.
    public void append(Block sealed, ExecutedBlock executed, WriteBatch extra) {
        append(sealed, executed, extra, true);
    }

    /// As [#append(Block, ExecutedBlock, WriteBatch)], for one of many blocks that are followed:
    /// where not `synced`, a crash of the machine may lose the last of them.
    public void append(Block sealed, ExecutedBlock executed, WriteBatch extra, boolean synced) {
        Invariant.check(
                hashing.hashOf(sealed.header()).equals(executed.hash()),
                "seals do not change a block's hash");
        Invariant.check(
                sealed.header().parentHash().equals(head.hash()),
                "a block is appended to the head");
        StoredOutcome outcome = StoredOutcome.of(executed.outcome());
        WriteBatch batch = new WriteBatch().add(extra);
        putBlock(batch, sealed, executed.hash(), outcome);
        List<Address> validators = nextValidators(sealed.header(), executed.state());
        if (!validators.equals(head.nextValidators())) {
            putValidatorSet(batch, sealed.header(), executed.state());
        }
        world.commit(executed.state(), batch, synced);
        amendment = StateDiff.EMPTY;
        head =
                new ChainHead(
                        sealed, executed.hash(), world.head(), burned(sealed, outcome), validators);
    }

    /// Keeps the proof of a new set for those who later walk from set to set.
    private void putValidatorSet(WriteBatch batch, Header header, PreparedState state) {
        Optional<Address> contract =
                spec.qbft().flatMap(qbft -> qbft.after(header).validatorContract());
        contract.ifPresent(
                address ->
                        batch.put(
                                Column.VALIDATOR_SETS,
                                key(header.number()),
                                ValidatorSetProof.of(
                                                contexts,
                                                address,
                                                header,
                                                state,
                                                (account, slots) ->
                                                        world.prove(state, account, slots))
                                        .encode()));
    }

    /// The proven changes of the validator set from block `number` on, oldest first
    /// ([ValidatorSetProof]); `countMax` and about `bytesMax` at most. Safe for many threads.
    public List<Bytes> validatorSetProofs(long number, int countMax, int bytesMax) {
        return ValidatorSetProof.kept(store, number, countMax, bytesMax);
    }

    /// For a developer's chain: `diff` is in the head's state from now on, on top of what the
    /// block did, and goes to disk as part of the next block. Replaces an earlier amendment. The
    /// chain then replays only with its amendments known.
    public void amend(StateDiff diff) {
        amendment = diff;
        ChainHead now = head;
        StateView state = isAmended() ? world.prepare(diff) : world.head();
        head =
                new ChainHead(
                        now.block(),
                        now.hash(),
                        state,
                        now.burned(),
                        nextValidators(now.header(), state));
    }

    private boolean isAmended() {
        return !amendment.changes().isEmpty() || !amendment.codes().isEmpty();
    }

    /// The state of a child of the head that makes `diff`.
    public PreparedState prepareChild(StateDiff diff) {
        return world.prepare(amendment.then(diff));
    }

    /// For a developer's chain: blocks from each number on have the chain id beside it.
    public void assumeChainIds(NavigableMap<Long, UInt256> ids) {
        contexts.assumeChainIds(ids);
    }

    /// For a developer's chain: blocks are read with the senders that they claim.
    public void trustImpersonation() {
        trustsImpersonation = true;
        head.block().transactions().forEach(Transaction::trustImpersonation);
    }

    /// For a developer's chain: takes back every block above `number`, in one atomic batch with
    /// `extra`, and drops the amendment. Throws [org.assay.storage.StorageException] (PRUNED)
    /// beyond history.
    public void rewind(long number, WriteBatch extra) {
        WriteBatch batch = new WriteBatch().add(extra);
        for (long n = head.number(); n > number; n--) {
            Block block = blockAt(n).orElseThrow();
            Bytes key = key(n);
            batch.delete(Column.HEADERS, key);
            batch.delete(Column.BODIES, key);
            batch.delete(Column.RECEIPTS, key);
            batch.delete(Column.BLOCK_NUMBERS, hashing.hashOf(block.header()).toBytes());
            for (Transaction transaction : block.transactions()) {
                batch.delete(Column.TRANSACTIONS, transaction.hash().toBytes());
            }
        }
        world.commit(world.prepareRewind(number), batch);
        amendment = StateDiff.EMPTY;
        head = loadHead();
    }

    static void putBlock(WriteBatch batch, Block block, Hash hash, StoredOutcome outcome) {
        long number = block.header().number();
        Bytes key = key(number);
        batch.put(Column.HEADERS, key, Bytes.wrap(block.header().encode()));
        batch.put(Column.BODIES, key, Bytes.wrap(block.encode()));
        batch.put(Column.RECEIPTS, key, outcome.encode());
        batch.put(Column.BLOCK_NUMBERS, hash.toBytes(), key);
        int index = 0;
        for (Transaction transaction : block.transactions()) {
            byte[] place = new byte[12];
            Words.putLong(place, 0, number);
            Words.putInt(place, 8, index++);
            batch.put(Column.TRANSACTIONS, transaction.hash().toBytes(), Bytes.wrap(place));
        }
    }

    public Optional<Header> headerAt(long number) {
        return Optional.ofNullable(store.get(Column.HEADERS, key(number))).map(Header::decode);
    }

    public Optional<Block> blockAt(long number) {
        Bytes encoded = store.get(Column.BODIES, key(number));
        if (encoded == null) {
            return Optional.empty();
        }
        Block block = Block.decode(encoded);
        if (trustsImpersonation) {
            block.transactions().forEach(Transaction::trustImpersonation);
        }
        return Optional.of(block);
    }

    /// The block's encoding as stored, with its seals.
    public Optional<Bytes> encodedBlockAt(long number) {
        return Optional.ofNullable(store.get(Column.BODIES, key(number)));
    }

    public Optional<Stored> storedAt(long number) {
        Optional<Block> block = blockAt(number);
        Bytes outcome = store.get(Column.RECEIPTS, key(number));
        return block.isEmpty() || outcome == null
                ? Optional.empty()
                : Optional.of(
                        new Stored(
                                block.get(),
                                hashing.hashOf(block.get().header()),
                                StoredOutcome.decode(outcome).receipts()));
    }

    public Optional<Long> numberOf(Hash blockHash) {
        return Optional.ofNullable(store.get(Column.BLOCK_NUMBERS, blockHash.toBytes()))
                .map(key -> Words.getLong(key.unsafeArray(), 0));
    }

    public Optional<Place> placeOf(Hash transactionHash) {
        return Optional.ofNullable(store.get(Column.TRANSACTIONS, transactionHash.toBytes()))
                .map(Bytes::unsafeArray)
                .map(place -> new Place(Words.getLong(place, 0), Words.getInt(place, 8)));
    }

    /// The state after block `number`; empty where history does not reach.
    public Optional<StateView> stateAt(long number) {
        ChainHead now = head;
        return number == now.number() ? Optional.of(now.state()) : world.at(number);
    }

    /// What `block`'s own block burned, for audits.
    public Optional<BlockFacts.Parent> burnedAt(long number) {
        Optional<Block> block = blockAt(number);
        Bytes outcome = store.get(Column.RECEIPTS, key(number));
        return block.isEmpty() || outcome == null
                ? Optional.empty()
                : Optional.of(burned(block.get(), StoredOutcome.decode(outcome)));
    }

    @Override
    public Hash hashOf(long number) {
        return headerAt(number).map(hashing::hashOf).orElse(Hash.ZERO);
    }

    static Bytes key(long number) {
        byte[] key = new byte[8];
        Words.putLong(key, 0, number);
        return Bytes.wrap(key);
    }

    private static Bytes require(@Nullable Bytes value, String what, long number) {
        Invariant.check(value != null, "the database has the " + what + " of block " + number);
        return java.util.Objects.requireNonNull(value);
    }
}
