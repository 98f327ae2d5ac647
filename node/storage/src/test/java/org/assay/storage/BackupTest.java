package org.assay.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.storage.StorageException.Reason;
import org.assay.testkit.Seeds;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupTest {
    private static final ChainMarker CHAIN = new ChainMarker(1337, new Hash(1, 2, 3, 4));
    private static final Bytes KEY = Bytes.of((byte) 1);

    @TempDir private Path temporary = Path.of("");

    private RocksStore open(String name) {
        return RocksStore.open(temporary.resolve(name), CHAIN, StoreOptions.small());
    }

    private static void put(RocksStore store, int value) {
        store.write(new WriteBatch().put(Column.HEADERS, KEY, Bytes.of((byte) value)));
    }

    private static void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    private Path backup(RocksStore store) {
        Path backup = temporary.resolve("backups/first");
        Backup.create(store, backup, Instant.EPOCH);
        return backup;
    }

    @Test
    void restoresWhatWasThereWhenItWasMade() {
        Path backup;
        try (RocksStore store = open("node")) {
            put(store, 7);
            backup = backup(store);
            put(store, 8);
        }
        Backup.Summary summary = Backup.verify(backup);
        assertThat(summary.chain()).isEqualTo(CHAIN);
        assertThat(Backup.restore(backup, temporary.resolve("restored"))).isEqualTo(summary);
        try (RocksStore restored = open("restored")) {
            assertThat(restored.get(Column.HEADERS, KEY)).isEqualTo(Bytes.of((byte) 7));
            put(restored, 9);
        }
        // The restored copy's writes do not reach the backup.
        assertThat(Backup.verify(backup)).isEqualTo(summary);
    }

    @Test
    void overwritesNeitherABackupNorADatabase() {
        try (RocksStore store = open("node")) {
            Path backup = backup(store);
            assertFails(Reason.SETTINGS, () -> Backup.create(store, backup, Instant.EPOCH));
            assertFails(Reason.SETTINGS, () -> Backup.restore(backup, store.folder()));
        }
    }

    @Test
    void aFolderThatIsNoBackupIsRefused() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(folder.resolve("cat.jpg"), "meow");
        assertFails(Reason.FOREIGN, () -> Backup.verify(folder));
        assertFails(Reason.FOREIGN, () -> Backup.restore(folder, temporary.resolve("x")));
    }

    @Seeds(12)
    void anyChangedByteIsFound(RandomGenerator random) throws IOException {
        Path backup;
        try (RocksStore store = open("node")) {
            put(store, 7);
            backup = backup(store);
        }
        List<Path> files;
        try (var listed = Files.list(backup)) {
            files = listed.filter(file -> file.toFile().length() > 0).sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] content = Files.readAllBytes(file);
        content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
        // Not in place: the file may be a link to the node's own.
        Files.delete(file);
        Files.write(file, content);
        assertFails(Reason.CORRUPT, () -> Backup.restore(backup, temporary.resolve("restored")));
        assertThat(temporary.resolve("restored")).doesNotExist();
    }

    @Test
    void aMissingAndAnAddedFileAreFound() throws IOException {
        Path backup;
        try (RocksStore store = open("node")) {
            backup = backup(store);
        }
        Path added = backup.resolve("000001.sst");
        Files.writeString(added, "x");
        assertFails(Reason.CORRUPT, () -> Backup.verify(backup));
        Files.delete(added);
        Backup.verify(backup);
        Files.delete(backup.resolve("CURRENT"));
        assertFails(Reason.CORRUPT, () -> Backup.verify(backup));
    }
}
