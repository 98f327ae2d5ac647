package org.assay.app.node;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.TransactionPool;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits in the pool, in a file beside the chain, so that a restart finds it again. Owned by
/// the owner of the pool.
///
/// The file: the 8 bytes of [#MAGIC], then records of kind (1 byte: `A` added, `D` dropped),
/// length (4 bytes, big-endian), CRC-32C of kind and content (4 bytes) and content: a
/// transaction's encoding, or a hash. A record that does not read ends the file: it was cut
/// short.
///
/// [#flush] hands records to the operating system before the sender gets its answer: what was
/// acknowledged survives the death of the process, and of the machine but for its last moments.
/// Blocks are not recorded: what they took is stale when the file is read.
public final class PoolJournal implements TransactionPool.Log, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolJournal.class);
    private static final byte[] MAGIC = "assaypl1".getBytes(StandardCharsets.US_ASCII);
    private static final byte ADDED = 'A';
    private static final byte DROPPED = 'D';
    private static final int HEAD_BYTES = 9;

    /// Of one record's content, in bytes: above what any pool takes.
    private static final int CONTENT_BYTES_MAX = 1 << 20;

    /// Of the file. A pool that needs more is kept in part.
    private static final long FILE_BYTES_MAX = 64L << 20;

    /// A file is rewritten when it is longer than this and than twice what waits.
    private static final long REWRITE_BYTES_LEAST = 8L << 20;

    private final Path file;
    private final TransactionPool pool;
    private FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    private long sizeBytes;
    private boolean toldFull;

    private PoolJournal(Path file, TransactionPool pool) throws IOException {
        this.file = file;
        this.pool = pool;
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.sizeBytes = channel.size();
    }

    /// Who takes a transaction into the pool.
    public interface Taker {
        PoolAnswer take(RecoveredTransaction transaction);
    }

    /// Gives `taker` what `file` holds, writes the file anew with what `pool` took of it, and
    /// records the pool's changes from now on. A missing file is an empty one. Throws
    /// [StorageException] where the file cannot be written.
    public static PoolJournal open(Path file, TransactionPool pool, Taker taker) {
        try {
            List<Transaction> found = Files.exists(file) ? read(file) : List.of();
            int taken = 0;
            for (Transaction transaction : found) {
                taken +=
                        transaction
                                .recover()
                                .filter(it -> taker.take(it) instanceof PoolAnswer.Accepted)
                                .map(it -> 1)
                                .orElse(0);
            }
            if (!found.isEmpty()) {
                LOG.info("{} transactions wait from before, of {} kept", taken, found.size());
            }
            write(file, waiting(pool));
            PoolJournal journal = new PoolJournal(file, pool);
            journal.channel.position(journal.sizeBytes);
            pool.setLog(journal);
            return journal;
        } catch (IOException failure) {
            throw StorageException.of("cannot write " + file, file, failure);
        }
    }

    /// The transactions of `file`, those dropped later left out, in the order of their coming. A
    /// damaged end is left out; a file that is none of ours is empty.
    static List<Transaction> read(Path file) throws IOException {
        Map<Hash, Transaction> found = new LinkedHashMap<>();
        try (DataInputStream in =
                new DataInputStream(
                        new java.io.BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (!java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                LOG.warn("{} holds no transactions: it is left out", file);
                return List.of();
            }
            long size = 0;
            while (size < FILE_BYTES_MAX) {
                byte kind = in.readByte();
                int length = in.readInt();
                int sum = in.readInt();
                if (length < 0 || length > CONTENT_BYTES_MAX) {
                    throw new EOFException("length " + length);
                }
                byte[] content = in.readNBytes(length);
                if (content.length < length || sum != sumOf(kind, content)) {
                    throw new EOFException("checksum");
                }
                size += HEAD_BYTES + length;
                if (kind == ADDED) {
                    Transaction transaction = Transaction.decode(Bytes.wrap(content));
                    found.put(transaction.hash(), transaction);
                } else if (kind == DROPPED && length == Hash.SIZE) {
                    found.remove(Hash.of(Bytes.wrap(content)));
                }
            }
        } catch (EOFException | RlpException end) {
            LOG.debug("{} ends: {}", file, end.getMessage());
        }
        return List.copyOf(found.values());
    }

    private static int sumOf(byte kind, byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(kind);
        sum.update(content);
        return (int) sum.getValue();
    }

    /// Senders' transactions in nonce order; made-up senders are of one run only.
    private static List<Transaction> waiting(TransactionPool pool) {
        List<TransactionPool.Entry> entries = new ArrayList<>();
        pool.content().values().forEach(entries::addAll);
        entries.sort(java.util.Comparator.comparingLong(TransactionPool.Entry::arrival));
        return entries.stream()
                .map(TransactionPool.Entry::transaction)
                .filter(transaction -> !transaction.isImpersonated())
                .toList();
    }

    /// Replaces `file` in one step.
    private static void write(Path file, Collection<Transaction> transactions) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            writeAll(out, ByteBuffer.wrap(MAGIC));
            long size = MAGIC.length;
            for (Transaction transaction : transactions) {
                byte[] content = transaction.encoded().unsafeArray();
                size += HEAD_BYTES + content.length;
                if (size > FILE_BYTES_MAX) {
                    break;
                }
                ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + content.length);
                put(record, ADDED, content);
                writeAll(out, record.flip());
            }
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void put(ByteBuffer target, byte kind, byte[] content) {
        target.put(kind).putInt(content.length).putInt(sumOf(kind, content)).put(content);
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void added(Transaction transaction) {
        if (!transaction.isImpersonated()) {
            record(ADDED, transaction.encoded().toArray());
        }
    }

    @Override
    public void dropped(Hash hash) {
        record(DROPPED, hash.toArray());
    }

    private void record(byte kind, byte[] content) {
        int length = HEAD_BYTES + content.length;
        if (content.length > CONTENT_BYTES_MAX
                || sizeBytes + buffer.position() + length > FILE_BYTES_MAX) {
            if (!toldFull) {
                toldFull = true;
                LOG.warn("{} is full: what comes now will not be there after a restart", file);
            }
            return;
        }
        if (buffer.remaining() < length) {
            buffer = ByteBuffer.allocate(2 * (buffer.position() + length)).put(buffer.flip());
        }
        put(buffer, kind, content);
    }

    /// Hands what was recorded to the operating system. Throws [StorageException] where it has
    /// no room.
    public void flush() {
        if (buffer.position() == 0) {
            return;
        }
        try {
            sizeBytes += buffer.position();
            writeAll(channel, buffer.flip());
            buffer.clear();
            if (sizeBytes > Math.max(REWRITE_BYTES_LEAST, 2 * pool.sizeBytes())) {
                rewrite();
            }
        } catch (IOException failure) {
            throw StorageException.of("cannot write " + file, file, failure);
        }
    }

    private void rewrite() throws IOException {
        write(file, waiting(pool));
        channel.close();
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        sizeBytes = channel.size();
        channel.position(sizeBytes);
        toldFull = false;
    }

    /// Records nothing more; the file stays.
    @Override
    public void close() {
        pool.setLog(TransactionPool.Log.NONE);
        try {
            flush();
            channel.close();
        } catch (IOException | StorageException failure) {
            LOG.warn("what waits may not be kept: {}", failure.getMessage());
        }
    }
}
