package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.chain.pool.BlobShelf;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Kzg;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobPoolJournalTest {
    private static final UInt256 CHAIN_ID = UInt256.of(7);
    private static final SecretKey KEY = SecretKey.of(Keccak.EMPTY.toArray());

    /// The blob of zeros: its commitment and its proof are the point at infinity.
    private static final Bytes INFINITY = Bytes.fromHex("0xc0" + "00".repeat(47));

    private static final BlobSidecar SIDECAR =
            new BlobSidecar(
                    0,
                    List.of(Bytes.wrap(new byte[Kzg.BLOB_BYTES])),
                    List.of(INFINITY),
                    List.of(INFINITY));

    private static final BlockContext NEXT =
            new BlockContext(
                    Fork.PRAGUE,
                    7,
                    1,
                    1,
                    Address.ZERO,
                    UInt256.ONE,
                    Hash.ZERO,
                    UInt256.ZERO,
                    30_000_000,
                    UInt256.ONE,
                    BlobSchedule.PRAGUE,
                    BlockHashes.NONE);

    @TempDir private Path folder;

    /// A pool, its blobs and their journal, which nobody closes: so a killed process leaves it.
    private final class Run {
        final TransactionPool pool =
                new TransactionPool(CHAIN_ID, PoolLimits.STANDARD, () -> Fork.PRAGUE);
        final BlobShelf shelf = new BlobShelf(pool, 128 << 20);
        final PoolJournal journal =
                PoolJournal.open(plainFile(), pool, this::take, shelf, this::take);

        PoolAnswer take(RecoveredTransaction transaction) {
            return transaction.transaction().type() == Transaction.BLOB
                    ? new PoolAnswer.Refused(PoolAnswer.Reason.MISSING_SIDECAR, "")
                    : pool.add(transaction, PoolJournalTest.STATE, UInt256.ONE, 30_000_000);
        }

        PoolAnswer take(RecoveredTransaction transaction, BlobSidecar sidecar) {
            return shelf.add(
                    transaction,
                    sidecar,
                    NEXT,
                    () -> pool.add(transaction, PoolJournalTest.STATE, UInt256.ONE, 30_000_000));
        }

        void add(Transaction transaction) {
            RecoveredTransaction recovered = transaction.recover().orElseThrow();
            PoolAnswer answer =
                    transaction.type() == Transaction.BLOB
                            ? take(recovered, SIDECAR)
                            : take(recovered);
            assertThat(answer).isInstanceOf(PoolAnswer.Accepted.class);
            journal.flush();
        }

        void drop(Transaction transaction) {
            pool.drop(transaction.hash(), "for the test");
            shelf.forgetTheGone();
            journal.flush();
        }

        List<Long> nonces() {
            return pool.content().values().stream()
                    .flatMap(List::stream)
                    .map(entry -> entry.transaction().nonce())
                    .toList();
        }
    }

    private Path plainFile() {
        return folder.resolve("pool.journal");
    }

    private Path blobFile() {
        return folder.resolve("pool.journal.blobs");
    }

    private static Transaction blob(long nonce) {
        return Transaction.sign(
                new TransactionBody(
                        Transaction.BLOB,
                        CHAIN_ID,
                        nonce,
                        UInt256.ONE,
                        UInt256.of(10),
                        21_000,
                        Address.ZERO,
                        UInt256.ONE,
                        Bytes.EMPTY,
                        List.of(),
                        UInt256.of(10),
                        List.of(Kzg.versionedHash(INFINITY.toArray())),
                        List.of()),
                KEY);
    }

    @Test
    void findsBlobTransactionsWithTheirBlobsBesideTheOthers() throws IOException {
        Run before = new Run();
        before.add(blob(0));
        before.add(PoolJournalTest.transaction(0, 10));
        before.add(blob(1));
        assertThat(Files.size(plainFile())).isLessThan(1_000);
        for (int restart = 0; restart < 2; restart++) {
            Run after = new Run();
            assertThat(after.pool.count()).isEqualTo(3);
            for (Transaction transaction : List.of(blob(0), blob(1))) {
                assertThat(after.pool.find(transaction.hash())).contains(transaction);
                assertThat(after.shelf.find(transaction.hash())).contains(SIDECAR);
            }
        }
    }

    @Test
    void doesNotBringBackWhatWasDroppedUnlessItCameAgain() {
        Run before = new Run();
        for (int nonce = 0; nonce < 3; nonce++) {
            before.add(blob(nonce));
        }
        before.drop(blob(2));
        before.drop(blob(1));
        before.add(blob(1));
        Run after = new Run();
        assertThat(after.nonces()).containsExactly(0L, 1L);
        assertThat(after.shelf.sizeBytes()).isEqualTo(2 * SIDECAR.sizeBytes());
        after.drop(blob(1));
        assertThat(new Run().nonces()).containsExactly(0L);
    }

    @Test
    void aFileCutAnywhereKeepsWhatIsWhole() throws IOException {
        Run before = new Run();
        before.add(blob(0));
        before.add(blob(1));
        byte[] whole = Files.readAllBytes(blobFile());
        int record = (whole.length - 8) / 2;
        for (int length :
                new int[] {0, 7, 8, 9, record + 7, record + 8, record + 9, whole.length - 1}) {
            Files.write(blobFile(), Arrays.copyOf(whole, length));
            assertThat(new Run().pool.count()).isEqualTo(length < record + 8 ? 0 : 1);
        }
        Files.write(blobFile(), whole);
        assertThat(new Run().pool.count()).isEqualTo(2);
    }

    @Seeds(30)
    void damageNeverEscapes(RandomGenerator random) throws IOException {
        Run before = new Run();
        before.add(blob(0));
        before.add(blob(1));
        byte[] bytes = Files.readAllBytes(blobFile());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) random.nextInt(1, 256);
        }
        Files.write(blobFile(), bytes);
        assertThat(new Run().nonces()).isIn(List.of(), List.of(0L));
        Files.delete(blobFile());
        Files.delete(plainFile());
    }

    /// 131 kB each: without rewriting 20 MB.
    @Test
    void aFileOfWhatIsGoneIsRewritten() throws IOException {
        Run before = new Run();
        before.add(blob(0));
        for (int i = 0; i < 150; i++) {
            before.add(blob(1));
            before.drop(blob(1));
        }
        assertThat(Files.size(blobFile())).isLessThan(9 << 20);
        assertThat(new Run().nonces()).containsExactly(0L);
    }
}
