package org.assay.chain;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.storage.Column;
import org.assay.storage.StoreReads;

/// The blocks in a database, without its genesis file. Safe for many threads.
public record StoredBlocks(StoreReads store) {
    /// The height of the last block; -1 where there is none.
    public long headNumber() {
        // With a checkpoint nothing is there between genesis and its first block.
        long from = Checkpoint.of(store).map(Checkpoint::number).orElse(0L);
        long step = 1;
        while (isThere(from + step - 1)) {
            step *= 2;
        }
        long low = from + step / 2 - 1; // There, or -1.
        long high = from + step - 1; // Not there.
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (isThere(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isThere(long number) {
        return store.get(Column.HEADERS, Blockchain.key(number)) != null;
    }

    /// The block at `number` as any other engine takes it: a QBFT header in the exported form of
    /// PROTOCOL section 2, whose keccak is the block hash.
    public Optional<Block> exportedAt(long number) {
        Bytes encoded = store.get(Column.BODIES, Blockchain.key(number));
        if (encoded == null) {
            return Optional.empty();
        }
        Block block = Block.decode(encoded);
        Header header = block.header();
        boolean qbft = header.mixHash().equals(HeaderRules.QBFT_MIX_HASH);
        return Optional.of(block.withHeader(new BlockHashing(qbft).exported(header)));
    }
}
