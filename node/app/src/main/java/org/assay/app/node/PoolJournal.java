package org.assay.app.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assay.chain.pool.BlobShelf;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.TransactionPool;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits in the pool, in files beside the chain, so that a restart finds it again. Owned by
/// the owner of the pool.
///
/// A file: 8 bytes, [#MAGIC] or [#BLOB_MAGIC], then records of kind (1 byte: `A` added, `D`
/// dropped), length (4 bytes, big-endian), CRC-32C of kind and content (4 bytes) and content: a
/// transaction's encoding, or a hash. A record that does not read ends the file: it was cut
/// short. Blob transactions have a file of their own, there in network form, so that they crowd
/// nobody out and others' files stay short.
///
/// [#flush] hands records to the operating system before the sender gets its answer: what was
/// acknowledged survives the death of the process, and of the machine but for its last moments.
/// Blocks are not recorded: what they took is stale when the file is read.
public final class PoolJournal implements TransactionPool.Log, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolJournal.class);
    private static final Bytes MAGIC = ascii("assaypl1");
    private static final Bytes BLOB_MAGIC = ascii("assaybl1");
    private static final byte ADDED = 'A';
    private static final byte DROPPED = 'D';

    /// Of one transaction, in bytes: above what any pool takes.
    private static final int CONTENT_BYTES_MAX = 1 << 20;

    /// Of one transaction with its blobs: 9 blobs, which is the most a block before Osaka takes,
    /// have 1.2 MB, and 6 with their cells' proofs 0.8 MB.
    private static final int BLOB_CONTENT_BYTES_MAX = 2 << 20;

    /// Of each file. A pool that needs more is kept in part.
    private static final long FILE_BYTES_MAX = 64L << 20;

    /// A file is rewritten when it is longer than this and than twice what waits.
    private static final long REWRITE_BYTES_LEAST = 8L << 20;

    private static final RecordFile.Form FORM =
            new RecordFile.Form(MAGIC, CONTENT_BYTES_MAX, FILE_BYTES_MAX);
    private static final RecordFile.Form BLOB_FORM =
            new RecordFile.Form(BLOB_MAGIC, BLOB_CONTENT_BYTES_MAX, FILE_BYTES_MAX);

    private final Path path;
    private final TransactionPool pool;
    private final RecordFile file;
    private final Optional<Blobs> blobs;

    private PoolJournal(Path path, TransactionPool pool, RecordFile file, Optional<Blobs> blobs) {
        this.path = path;
        this.pool = pool;
        this.file = file;
        this.blobs = blobs;
    }

    /// The blobs' file, what it is written from, and whose transactions it holds.
    private record Blobs(RecordFile file, BlobShelf shelf, Set<Hash> recorded) {}

    /// Who takes a transaction into the pool.
    public interface Taker {
        PoolAnswer take(RecoveredTransaction transaction);
    }

    /// Who takes a blob transaction into the pool, and its blobs onto their shelf.
    public interface BlobTaker {
        PoolAnswer take(RecoveredTransaction transaction, BlobSidecar sidecar);
    }

    /// Gives `taker` what `file` holds, writes the file anew with what `pool` took of it, and
    /// records the pool's changes from now on. A missing file is an empty one. Throws
    /// [StorageException] where the file cannot be written.
    public static PoolJournal open(Path file, TransactionPool pool, Taker taker) {
        try {
            return begin(new PoolJournal(file, pool, opened(file, pool, taker), Optional.empty()));
        } catch (IOException failure) {
            throw StorageException.of("cannot write " + file, file, failure);
        }
    }

    /// The same, with blob transactions in a second file whose name ends in `.blobs`. Blobs in it
    /// were checked before they came there, and are not checked again.
    public static PoolJournal open(
            Path file, TransactionPool pool, Taker taker, BlobShelf shelf, BlobTaker blobTaker) {
        try {
            RecordFile plain = opened(file, pool, taker);
            Path second = file.resolveSibling(file.getFileName() + ".blobs");
            takeBlobs(second, blobTaker);
            Blobs blobs =
                    new Blobs(
                            RecordFile.create(second, BLOB_FORM, ADDED, wrapped(pool, shelf)),
                            shelf,
                            new HashSet<>());
            blobTransactions(pool).map(Transaction::hash).forEach(blobs.recorded::add);
            return begin(new PoolJournal(file, pool, plain, Optional.of(blobs)));
        } catch (IOException failure) {
            throw StorageException.of("cannot write " + file, file, failure);
        }
    }

    private static PoolJournal begin(PoolJournal journal) {
        journal.pool.setLog(journal);
        return journal;
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static RecordFile opened(Path file, TransactionPool pool, Taker taker)
            throws IOException {
        List<Transaction> found = read(file);
        long taken =
                found.stream()
                        .flatMap(transaction -> transaction.recover().stream())
                        .filter(it -> taker.take(it) instanceof PoolAnswer.Accepted)
                        .count();
        if (!found.isEmpty()) {
            LOG.info("{} transactions wait from before, of {} kept", taken, found.size());
        }
        return RecordFile.create(file, FORM, ADDED, encoded(waiting(pool)));
    }

    /// The transactions of `file`, those dropped later left out, in the order of their coming. A
    /// damaged end is left out; a file that is none of ours is empty.
    static List<Transaction> read(Path file) throws IOException {
        Map<Hash, Transaction> found = new LinkedHashMap<>();
        RecordFile.read(
                file,
                FORM,
                (kind, content) -> {
                    if (kind == ADDED) {
                        Transaction transaction = Transaction.decode(content);
                        found.put(transaction.hash(), transaction);
                    } else if (kind == DROPPED && content.size() == Hash.SIZE) {
                        found.remove(Hash.of(content));
                    }
                });
        return List.copyOf(found.values());
    }

    /// Read twice, so that no more than one transaction's blobs are in memory beside the shelf's.
    private static void takeBlobs(Path file, BlobTaker taker) throws IOException {
        Map<Hash, Integer> lastDrop = new HashMap<>();
        int[] index = {0};
        RecordFile.read(
                file,
                BLOB_FORM,
                (kind, content) -> {
                    if (kind == DROPPED && content.size() == Hash.SIZE) {
                        lastDrop.put(Hash.of(content), index[0]);
                    }
                    index[0]++;
                });
        index[0] = 0;
        RecordFile.read(
                file,
                BLOB_FORM,
                (kind, content) -> {
                    if (kind == ADDED) {
                        BlobSidecar.Wrapped wrapped = BlobSidecar.decode(content);
                        Transaction transaction = wrapped.transaction();
                        if (lastDrop.getOrDefault(transaction.hash(), -1) < index[0]) {
                            transaction
                                    .recover()
                                    .ifPresent(it -> taker.take(it, wrapped.sidecar()));
                        }
                    }
                    index[0]++;
                });
    }

    /// Senders' transactions in nonce order; made-up senders are of one run only.
    private static Stream<Transaction> waiting(TransactionPool pool) {
        List<TransactionPool.Entry> entries = new ArrayList<>();
        pool.content().values().forEach(entries::addAll);
        entries.sort(Comparator.comparingLong(TransactionPool.Entry::arrival));
        return entries.stream()
                .map(TransactionPool.Entry::transaction)
                .filter(transaction -> !transaction.isImpersonated());
    }

    private static Stream<Transaction> blobTransactions(TransactionPool pool) {
        return waiting(pool).filter(transaction -> transaction.type() == Transaction.BLOB);
    }

    private static Iterator<Bytes> encoded(Stream<Transaction> transactions) {
        return transactions.map(Transaction::encoded).iterator();
    }

    private static Iterator<Bytes> wrapped(TransactionPool pool, BlobShelf shelf) {
        return blobTransactions(pool)
                .flatMap(
                        transaction ->
                                shelf.find(transaction.hash()).stream()
                                        .map(sidecar -> sidecar.wrap(transaction)))
                .iterator();
    }

    @Override
    public void added(Transaction transaction) {
        if (transaction.isImpersonated()) {
            return;
        }
        Optional<BlobSidecar> sidecar = blobs.flatMap(it -> it.shelf.find(transaction.hash()));
        if (sidecar.isPresent()) {
            Blobs kept = blobs.orElseThrow();
            kept.recorded.add(transaction.hash());
            kept.file.append(ADDED, sidecar.get().wrap(transaction).toArray());
        } else {
            file.append(ADDED, transaction.encoded().toArray());
        }
    }

    @Override
    public void dropped(Hash hash) {
        boolean ofBlobs = blobs.isPresent() && blobs.get().recorded.remove(hash);
        (ofBlobs ? blobs.get().file : file).append(DROPPED, hash.toArray());
    }

    /// Hands what was recorded to the operating system. Throws [StorageException] where it has no
    /// room.
    public void flush() {
        try {
            if (file.hasAppended()) {
                file.flush();
                if (isLong(file, pool.sizeBytes())) {
                    file.rewrite(ADDED, encoded(waiting(pool).filter(it -> !isApart(it))));
                }
            }
            if (blobs.isPresent() && blobs.get().file.hasAppended()) {
                flush(blobs.get());
            }
        } catch (IOException failure) {
            throw StorageException.of("cannot write " + path, path, failure);
        }
    }

    private void flush(Blobs kept) throws IOException {
        kept.file.flush();
        if (isLong(kept.file, kept.shelf.sizeBytes())) {
            kept.file.rewrite(ADDED, wrapped(pool, kept.shelf));
            kept.recorded.clear();
            blobTransactions(pool).map(Transaction::hash).forEach(kept.recorded::add);
        }
    }

    private boolean isApart(Transaction transaction) {
        return blobs.isPresent() && transaction.type() == Transaction.BLOB;
    }

    private static boolean isLong(RecordFile file, long waitingBytes) {
        return file.sizeBytes() > Math.max(REWRITE_BYTES_LEAST, 2 * waitingBytes);
    }

    /// Records nothing more; the files stay.
    @Override
    public void close() {
        pool.setLog(TransactionPool.Log.NONE);
        try {
            flush();
            file.close();
            if (blobs.isPresent()) {
                blobs.get().file.close();
            }
        } catch (IOException | StorageException failure) {
            LOG.warn("what waits may not be kept: {}", failure.getMessage());
        }
    }
}
