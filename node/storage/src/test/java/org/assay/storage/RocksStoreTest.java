package org.assay.storage;

import static org.assay.storage.KeyValueStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.assay.primitives.Hash;
import org.assay.storage.StorageException.Reason;
import org.assay.testkit.Seeds;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStoreTest implements KeyValueStoreContract {
    private static final ChainMarker CHAIN = new ChainMarker(1337, new Hash(1, 2, 3, 4));
    private static final StoreOptions OPTIONS = StoreOptions.small();

    @TempDir private Path temporary = Path.of("");
    private final AtomicInteger count = new AtomicInteger();
    private final List<RocksStore> opened = new ArrayList<>();

    @Override
    public RocksStore store() {
        return open(temporary.resolve("store" + count.incrementAndGet()));
    }

    private RocksStore open(Path folder) {
        RocksStore store = RocksStore.open(folder, CHAIN, OPTIONS);
        opened.add(store);
        return store;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(RocksStore::close);
    }

    private static void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    @Test
    void keepsWhatWasWrittenOverReopening() {
        RocksStore store = store();
        store.write(new WriteBatch().put(COLUMN, bytes(1), bytes(2)));
        store.writeUnsynced(new WriteBatch().put(COLUMN, bytes(3), bytes(4)));
        store.close();
        RocksStore again = open(store.folder());
        assertThat(again.get(COLUMN, bytes(1))).isEqualTo(bytes(2));
        assertThat(again.get(COLUMN, bytes(3))).isEqualTo(bytes(4));
        assertThat(RocksStoreTest.CHAIN).isEqualTo(again.chain());
    }

    @Test
    void closesItsCursorsAndSnapshots() {
        RocksStore store = store();
        store.write(new WriteBatch().put(COLUMN, bytes(1), bytes(2)));
        Cursor cursor = store.scan(COLUMN, KeyRange.ALL);
        StoreSnapshot snapshot = store.snapshot();
        assertThat(cursor.next()).isTrue();
        store.close();
        assertThatThrownBy(cursor::next).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> snapshot.get(COLUMN, bytes(1)))
                .isInstanceOf(StorageException.class);
        cursor.close();
        snapshot.close();
    }

    @Test
    void refusesASecondHandle() {
        RocksStore store = store();
        assertFails(Reason.LOCKED, () -> RocksStore.open(store.folder(), CHAIN, OPTIONS));
        assertFails(Reason.LOCKED, () -> RocksStore.openExisting(store.folder(), OPTIONS));
    }

    @Test
    void refusesAnotherChainsDatabase() {
        RocksStore store = store();
        store.close();
        ChainMarker otherId = new ChainMarker(1, CHAIN.genesisHash());
        ChainMarker otherGenesis = new ChainMarker(1337, Hash.ZERO);
        assertFails(Reason.FOREIGN, () -> RocksStore.open(store.folder(), otherId, OPTIONS));
        assertFails(Reason.FOREIGN, () -> RocksStore.open(store.folder(), otherGenesis, OPTIONS));
        RocksStore.openExisting(store.folder(), OPTIONS).close();
    }

    @Test
    void refusesAFolderOfOtherFiles() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("photos"));
        Files.writeString(folder.resolve("cat.jpg"), "meow");
        assertFails(Reason.FOREIGN, () -> RocksStore.open(folder, CHAIN, OPTIONS));
        assertFails(Reason.FOREIGN, () -> RocksStore.openExisting(folder, OPTIONS));
        assertThat(folder).isDirectoryContaining(path -> path.endsWith("cat.jpg"));
        assertFails(
                Reason.FOREIGN, () -> RocksStore.openExisting(temporary.resolve("none"), OPTIONS));
    }

    @Test
    void refusesANewerFormat() throws IOException {
        RocksStore store = store();
        store.close();
        Files.writeString(
                store.folder().resolve(ChainMarker.FILE_NAME),
                CHAIN.toLine(RocksStore.FORMAT_VERSION + 1));
        assertFails(Reason.NEWER, () -> RocksStore.open(store.folder(), CHAIN, OPTIONS));
    }

    @Test
    void refusesADamagedMarkerAndOneOfAnotherDatabase() throws IOException {
        RocksStore store = store();
        store.close();
        Path marker = store.folder().resolve(ChainMarker.FILE_NAME);
        String line = Files.readString(marker);
        for (String damaged : List.of("", "assay", line.replace("1337", "1338"), "assay 1 x y z")) {
            Files.writeString(marker, damaged);
            assertFails(Reason.CORRUPT, () -> RocksStore.open(store.folder(), CHAIN, OPTIONS));
        }
        ChainMarker other = new ChainMarker(7, Hash.ZERO);
        other.write(store.folder());
        assertFails(Reason.CORRUPT, () -> RocksStore.open(store.folder(), other, OPTIONS));
    }

    @Test
    void countsAndVerifies() {
        RocksStore store = store();
        store.write(new WriteBatch().put(COLUMN, bytes(1), bytes(2)));
        StoreStats stats = store.stats();
        assertThat(stats.columns()).hasSize(Column.values().length);
        assertThat(stats.memtableBytes()).isPositive();
        store.verifyChecksums();
    }

    /// A power cut, as the disk sees it: the log ends somewhere. Whatever its length, what is
    /// found is a prefix of the batches, each whole.
    @Seeds(25)
    void aLogCutAnywhereHoldsWholeBatches(RandomGenerator random) throws IOException {
        RocksStore store = store();
        for (int batch = 1; batch <= 10; batch++) {
            WriteBatch writes = new WriteBatch();
            for (int key = 0; key < 20; key++) {
                writes.put(COLUMN, bytes(key), bytes(batch));
                writes.put(OTHER, bytes(key, key), bytes(batch));
            }
            store.write(writes);
        }
        store.close();
        Path log;
        try (var files = Files.list(store.folder())) {
            log =
                    files.filter(file -> file.toString().endsWith(".log"))
                            .max(java.util.Comparator.comparingLong(RocksStoreTest::size))
                            .orElseThrow();
        }
        long cut = random.nextLong(size(log) + 1);
        try (var channel = Files.newByteChannel(log, StandardOpenOption.WRITE)) {
            channel.truncate(cut);
        }
        RocksStore again = open(store.folder());
        var first = again.get(COLUMN, bytes(0));
        for (int key = 0; key < 20; key++) {
            assertThat(again.get(COLUMN, bytes(key))).isEqualTo(first);
            assertThat(again.get(OTHER, bytes(key, key))).isEqualTo(first);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
