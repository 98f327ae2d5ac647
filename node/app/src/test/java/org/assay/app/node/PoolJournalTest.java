package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.assay.chain.pool.PoolAnswer;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.storage.StorageException;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PoolJournalTest {
    private static final UInt256 CHAIN_ID = UInt256.of(7);
    private static final SecretKey KEY = SecretKey.of(Keccak.hash256(new byte[] {1}).toArray());
    private static final UInt256 RICHES = UInt256.of(Long.MAX_VALUE);

    /// Everybody is rich and has sent nothing.
    static final StateView STATE =
            new StateView() {
                @Override
                public Account account(Address address) {
                    return Account.EMPTY.withBalance(RICHES);
                }

                @Override
                public UInt256 storage(Address address, UInt256 slot) {
                    return UInt256.ZERO;
                }

                @Override
                public Bytes code(Hash codeHash) {
                    return Bytes.EMPTY;
                }

                @Override
                public boolean hasStorage(Address address) {
                    return false;
                }
            };

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("pool.journal");
    }

    static Transaction transaction(long nonce, long fee) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        CHAIN_ID,
                        nonce,
                        UInt256.of(fee),
                        UInt256.of(fee),
                        21_000,
                        Address.ofNumber(9),
                        UInt256.ZERO,
                        Bytes.EMPTY),
                KEY);
    }

    private static TransactionPool newPool() {
        return new TransactionPool(CHAIN_ID, PoolLimits.STANDARD, () -> Fork.OSAKA);
    }

    private static PoolAnswer add(TransactionPool pool, Transaction transaction) {
        return pool.add(transaction.recover().orElseThrow(), STATE, UInt256.ONE, 30_000_000);
    }

    private PoolJournal open(TransactionPool pool) {
        return PoolJournal.open(file(), pool, it -> pool.add(it, STATE, UInt256.ONE, 30_000_000));
    }

    /// A pool with these nonces in a journal that nobody closed, as a killed process leaves it.
    private void leave(long... nonces) {
        TransactionPool pool = newPool();
        PoolJournal journal = open(pool);
        for (long nonce : nonces) {
            assertInstanceOf(PoolAnswer.Accepted.class, add(pool, transaction(nonce, 10)));
            journal.flush();
        }
    }

    private List<Long> found() {
        TransactionPool pool = newPool();
        open(pool).close();
        return pool.content().values().stream()
                .flatMap(List::stream)
                .map(entry -> entry.transaction().nonce())
                .toList();
    }

    @Test
    void findsWhatWaitedGapsIncluded() {
        leave(0, 1, 5);
        assertEquals(List.of(0L, 1L, 5L), found());
        assertEquals(List.of(0L, 1L, 5L), found());
    }

    @Test
    void doesNotBringBackWhatWasDroppedOrReplaced() {
        TransactionPool pool = newPool();
        PoolJournal journal = open(pool);
        Transaction dropped = transaction(0, 10);
        Transaction dearer = transaction(1, 20);
        add(pool, dropped);
        add(pool, transaction(1, 10));
        add(pool, dearer);
        pool.drop(dropped.hash(), "for the test");
        journal.flush();
        TransactionPool again = newPool();
        open(again).close();
        assertEquals(1, again.count());
        assertTrue(again.find(dearer.hash()).isPresent());
    }

    @Test
    void leavesOutWhatIsNoLongerValid() {
        leave(0, 1, 2);
        TransactionPool pool = newPool();
        PoolJournal.open(
                        file(),
                        pool,
                        it ->
                                it.transaction().nonce() == 0
                                        ? new PoolAnswer.Refused(
                                                PoolAnswer.Reason.NONCE_TOO_LOW, "")
                                        : pool.add(it, STATE, UInt256.ONE, 30_000_000))
                .close();
        assertEquals(2, pool.count());
        assertEquals(List.of(1L, 2L), found());
    }

    /// Cut anywhere, the records before the cut are there; never an exception.
    @Test
    void aFileCutAnywhereKeepsWhatIsWhole() throws IOException {
        leave(0, 1, 2);
        byte[] whole = Files.readAllBytes(file());
        int before = 0;
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            int count = PoolJournal.read(file()).size();
            assertTrue(count == before || count == before + 1);
            before = count;
        }
        assertEquals(3, before);
    }

    @Seeds(300)
    void damageNeverEscapes(RandomGenerator random) throws IOException {
        leave(0, 1, 2, 3);
        byte[] bytes = Files.readAllBytes(file());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        Files.write(file(), bytes);
        List<Long> nonces = found();
        assertEquals(LongStream.range(0, nonces.size()).boxed().toList(), nonces);
        Files.delete(file());
    }

    @Test
    void goesOnAfterATornTail() throws IOException {
        leave(0, 1);
        Files.write(file(), new byte[] {'A', 0, 0}, StandardOpenOption.APPEND);
        TransactionPool pool = newPool();
        PoolJournal journal = open(pool);
        add(pool, transaction(2, 10));
        journal.flush();
        assertEquals(List.of(0L, 1L, 2L), found());
    }

    @Test
    void aFileThatIsNotOursIsLeftOut() throws IOException {
        Files.writeString(file(), "something else entirely");
        assertEquals(List.of(), found());
    }

    @Test
    void aFolderThatIsNotThereIsSaid() {
        TransactionPool pool = newPool();
        StorageException failure =
                assertThrows(
                        StorageException.class,
                        () ->
                                PoolJournal.open(
                                        folder.resolve("missing").resolve("pool.journal"),
                                        pool,
                                        it ->
                                                new PoolAnswer.Accepted(
                                                        it.transaction().hash(), true)));
        assertTrue(String.valueOf(failure.getMessage()).contains("missing"));
    }
}
