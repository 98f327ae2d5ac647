package org.assay.app.chain;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.assay.chain.ChainFile;
import org.assay.chain.ChainImporter;
import org.assay.primitives.Bytes;
import org.assay.primitives.block.Block;
import org.assay.primitives.rlp.RlpException;

/// The blocks of a file, decoded and their senders recovered by a thread of its own, ahead of the
/// one that executes them.
final class BlockQueue implements AutoCloseable {
    /// Blocks that wait; each is at most [ChainFile#BLOCK_BYTES_MAX] long.
    private static final int WAITING_MAX = 16;

    private final ChainFile file;
    private final ChainImporter importer;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread reader;

    /// What comes next.
    sealed interface Item {
        record Next(Block block) implements Item {}

        record Broken(String detail) implements Item {}

        record End() implements Item {}
    }

    BlockQueue(ChainFile file, ChainImporter importer) {
        this.file = file;
        this.importer = importer;
        this.reader = Thread.ofPlatform().name("senders").daemon().start(this::read);
    }

    Item take() throws InterruptedException {
        return queue.take();
    }

    private void read() {
        try {
            Item item;
            do {
                item = next();
                queue.put(item);
            } while (item instanceof Item.Next);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Item next() {
        long offset = file.offset();
        try {
            Optional<Bytes> encoded = file.next();
            if (encoded.isEmpty()) {
                return new Item.End();
            }
            Block block = Block.decode(encoded.get());
            importer.recoverSenders(block);
            return new Item.Next(block);
        } catch (RlpException e) {
            return new Item.Broken(
                    "the block at byte " + offset + " is malformed: " + e.getMessage());
        } catch (IOException e) {
            return new Item.Broken(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws InterruptedException {
        reader.interrupt();
        reader.join();
    }
}
