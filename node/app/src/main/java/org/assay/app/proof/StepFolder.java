package org.assay.app.proof;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.assay.primitives.Bytes;

/// The results of a prover's steps, each a file that is there whole or not at all: written
/// beside, synced, renamed, and the folder synced. A process that dies at any moment finds what
/// it had.
final class StepFolder {
    private final Path folder;
    private final Watcher watcher;

    /// Told of every moment at which a crash leaves something else on the disk. For tests.
    @FunctionalInterface
    interface Watcher {
        void at(String moment);
    }

    private StepFolder(Path folder, Watcher watcher) {
        this.folder = folder;
        this.watcher = watcher;
    }

    static StepFolder open(Path folder, Watcher watcher) throws IOException {
        Files.createDirectories(folder);
        return new StepFolder(folder, watcher);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Optional<Bytes> read(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file)
                ? Optional.of(Bytes.wrap(Files.readAllBytes(file)))
                : Optional.empty();
    }

    void write(String name, Bytes content) throws IOException {
        watcher.at("before " + name);
        Path beside = folder.resolve(name + ".new");
        try (FileChannel file =
                FileChannel.open(
                        beside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content.unsafeArray());
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            watcher.at("unsynced " + name);
            file.force(true);
        }
        watcher.at("beside " + name);
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        watcher.at("after " + name);
    }
}
