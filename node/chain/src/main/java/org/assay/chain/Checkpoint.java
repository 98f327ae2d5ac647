package org.assay.chain;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.block.Block;
import org.assay.storage.Column;
import org.assay.storage.StoreReads;
import org.assay.storage.WriteBatch;

/// The block whose state was downloaded instead of executed, and the first of the blocks before
/// it that were downloaded with it. META "checkpoint": both as 8 bytes, number first.
public record Checkpoint(long number, long firstBlock) {
    /// Blocks down to the checkpoint that are downloaded whole: as many as BLOCKHASH reaches.
    public static final int TAIL_BLOCKS = 256;

    private static final Bytes KEY =
            Bytes.of("checkpoint".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    static Optional<Checkpoint> of(StoreReads store) {
        Bytes stored = store.get(Column.META, KEY);
        return stored == null
                ? Optional.empty()
                : Optional.of(
                        new Checkpoint(
                                Words.getLong(stored.unsafeArray(), 0),
                                Words.getLong(stored.unsafeArray(), 8)));
    }

    /// Puts a chain into `batch` that begins with `tail`, oldest first, the last one being the
    /// checkpoint; their parts have been checked. `sets` are the proven changes of the validator
    /// set up to there.
    public static void write(
            WriteBatch batch,
            ChainSpec spec,
            List<Blockchain.Stored> tail,
            List<ValidatorSetProof> sets) {
        Block genesis = Blockchain.genesisBlock(spec);
        Hash genesisHash = genesis.header().hash();
        Blockchain.putBlock(batch, genesis, genesisHash, StoredOutcome.NOTHING);
        batch.put(Column.META, Blockchain.GENESIS_KEY, genesisHash.toBytes());
        Invariant.check(!tail.isEmpty(), "a checkpoint has a block");
        for (Blockchain.Stored stored : tail) {
            Blockchain.putBlock(
                    batch,
                    stored.block(),
                    stored.hash(),
                    new StoredOutcome(stored.receipts(), UInt256.ZERO, UInt256.ZERO));
        }
        for (ValidatorSetProof set : sets) {
            Bytes key = Blockchain.key(set.header().number());
            batch.put(Column.VALIDATOR_SETS, key, set.encode());
        }
        byte[] numbers = new byte[16];
        Words.putLong(numbers, 0, tail.getLast().block().header().number());
        Words.putLong(numbers, 8, tail.getFirst().block().header().number());
        batch.put(Column.META, KEY, Bytes.wrap(numbers));
    }
}
