package org.assay.chain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.storage.Column;
import org.assay.storage.KeyValueStore;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.Nullable;

/// Appends the blocks of a chain file to a [Blockchain], each checked by [ImportRules] and
/// executed; on an Assay chain the prologue and the withdrawals too. One chain, in order: side
/// chains have no place in it. Owned by one thread.
///
/// META "work" holds `[height, total difficulty]`, so that an import can go on where it ended.
public final class ChainImporter {
    private static final Bytes WORK_KEY =
            Bytes.of("work".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final KeyValueStore store;
    private final Blockchain chain;
    private final ImportRules rules;
    private final Optional<PrologueRules> prologues;
    private UInt256 totalDifficulty;

    /// What became of a block.
    public sealed interface Step {
        record Imported(ExecutedBlock block) implements Step {}

        /// It was in the chain already.
        record Known(long number) implements Step {}

        record Refused(BlockError reason, String detail) implements Step {}
    }

    /// `store` is the one that `chain` was opened in. `sealed` as in [ImportRules].
    public ChainImporter(KeyValueStore store, Blockchain chain, boolean sealed) {
        this.store = store;
        this.chain = chain;
        this.rules = new ImportRules(chain.spec(), new Lineage(chain), sealed);
        this.prologues =
                chain.spec()
                        .assay()
                        .map(
                                assay ->
                                        new PrologueRules(
                                                chain.contexts(),
                                                assay,
                                                new Emissions(
                                                        chain.contexts(),
                                                        assay,
                                                        Emissions.policyOf(assay))));
        this.totalDifficulty = loadTotalDifficulty();
    }

    /// The chain of a Besu or geth genesis file and an exported chain, in memory, with the state
    /// of every block. Throws [IllegalArgumentException] naming the first block that is refused.
    public static Blockchain inMemory(String genesisJson, Bytes chainRlp) {
        MemoryStore store = new MemoryStore();
        Blockchain chain =
                new Blockchain(
                        store,
                        WorldState.open(store, StateOptions.unlimited()),
                        ChainSpec.parse(genesisJson));
        ChainImporter importer = new ChainImporter(store, chain, false);
        try (ChainFile file = new ChainFile(new ByteArrayInputStream(chainRlp.unsafeArray()))) {
            Optional<Bytes> next = file.next();
            while (next.isPresent()) {
                if (importer.add(next.get()) instanceof Step.Refused refused) {
                    throw new IllegalArgumentException(
                            "block " + (chain.head().number() + 1) + ": " + refused);
                }
                next = file.next();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return chain;
    }

    /// The sum of the difficulties of all blocks so far.
    public UInt256 totalDifficulty() {
        return totalDifficulty;
    }

    /// Adds an encoded block.
    public Step add(Bytes encoded) {
        Block block;
        try {
            block = Block.decode(encoded);
        } catch (RlpException e) {
            return new Step.Refused(BlockError.MALFORMED, String.valueOf(e.getMessage()));
        }
        return add(block);
    }

    /// Adds a block: the child of the head, or one that the chain has already.
    public Step add(Block block) {
        Header header = block.header();
        Hash hash;
        try {
            hash = chain.hashing().hashOf(header);
        } catch (RlpException e) {
            return new Step.Refused(BlockError.INVALID_EXTRA_DATA, String.valueOf(e.getMessage()));
        }
        ChainHead head = chain.head();
        if (header.number() <= head.number()) {
            Hash ours = chain.hashOf(header.number());
            return hash.equals(ours)
                    ? new Step.Known(header.number())
                    : new Step.Refused(
                            BlockError.UNKNOWN_PARENT,
                            "the chain here has " + ours + " at this height, the file " + hash);
        }
        Optional<PrologueRules.Broken> broken =
                prologues.flatMap(prologue -> prologue.checkCommitted(block, head));
        if (broken.isPresent()) {
            return new Step.Refused(broken.get().reason(), broken.get().detail());
        }
        Execution execution =
                rules.check(block, hash, head, totalDifficulty, chain.world()::prepare);
        return switch (execution) {
            case Execution.Executed(ExecutedBlock executed) ->
                    prologues.isPresent() && !executed.outcome().receipts().getFirst().success()
                            ? new Step.Refused(BlockError.PROLOGUE_FAILED, "transaction 0 reverted")
                            : append(block, executed);
            case Execution.Invalid(BlockError reason, String detail) ->
                    new Step.Refused(reason, detail);
        };
    }

    /// Recovers the senders of a block that is to be added later, on all cores; the block keeps
    /// them. Safe for any thread.
    public void recoverSenders(Block block) {
        BlockExecutor.recover(block.transactions(), chain.contexts().forkOf(block.header()));
    }

    private Step append(Block block, ExecutedBlock executed) {
        WriteBatch extra = new WriteBatch();
        UInt256 total = totalDifficulty.add(block.header().difficulty());
        if (!total.equals(totalDifficulty)) {
            extra.put(Column.META, WORK_KEY, encodeWork(block.header().number(), total));
        }
        chain.append(block, executed, extra);
        totalDifficulty = total;
        return new Step.Imported(executed);
    }

    private static Bytes encodeWork(long number, UInt256 total) {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(number);
                            list.writeUInt256(total);
                        }));
    }

    /// Sums what is not summed yet: another writer than this class may have appended.
    private UInt256 loadTotalDifficulty() {
        @Nullable Bytes kept = store.get(Column.META, WORK_KEY);
        long next = 0;
        UInt256 total = UInt256.ZERO;
        if (kept != null) {
            RlpReader list = RlpReader.of(kept).readList();
            next = list.readLong() + 1;
            total = list.readUInt256();
        }
        for (long number = next; number <= chain.head().number(); number++) {
            UInt256 difficulty = chain.headerAt(number).orElseThrow().difficulty();
            if (difficulty.isZero()) {
                break; // Proof of work does not come back.
            }
            total = total.add(difficulty);
        }
        return total;
    }

    /// The blocks of the chain as the ancestors of its next one.
    private record Lineage(Blockchain chain) implements Ancestry {
        @Override
        public List<Block> before(Header child, int count) {
            List<Block> blocks = new ArrayList<>();
            for (long number = child.number() - 1; number >= 0 && blocks.size() < count; number--) {
                blocks.add(chain.blockAt(number).orElseThrow());
            }
            return blocks;
        }

        @Override
        public Hash hashOf(long number) {
            return chain.hashOf(number);
        }
    }
}
