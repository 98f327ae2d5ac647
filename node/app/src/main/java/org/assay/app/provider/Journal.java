package org.assay.app.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.assay.chain.ConfigException;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// What a provider is about to do and has done, on disk before and after each step, so that a
/// provider that dies at any moment goes on where it was. Safe for many threads.
///
/// `journal`: one line a record, `crc32c step jobId detail`; a line that a crash cut off is
/// dropped at the next start. `inputs/JOBID`: the inputs of jobs in work. One process at a time.
public final class Journal implements AutoCloseable {
    private static final int CRC_DIGITS = 8;

    private final Path folder;
    private final FileChannel file;
    private final FileLock lock;
    private final Watcher watcher;
    private final Map<Hash, List<Entry>> entries = new LinkedHashMap<>();

    /// The steps of a job. Those in -ING are written before the deed, the others after it.
    public enum Step {
        ACCEPTING,
        ACCEPTED,
        COMMITTING,
        COMMITTED,
        OPENING,
        OPENED,
        CERTIFIED,
        VERDICT,
        DELIVERING,
        DELIVERED,
        SETTLED,
        CLAIMING,
        CLAIMED,
        ANSWERED,
        DONE,
        DROPPED;

        /// Nothing more is to be done.
        public boolean isLast() {
            return this == DONE || this == DROPPED;
        }
    }

    /// One record; `detail` is one line of text.
    public record Entry(Step step, Hash jobId, String detail) {}

    /// Told before (`written` false) and after each record reaches the disk.
    @FunctionalInterface
    public interface Watcher {
        void on(Entry entry, boolean written);
    }

    private Journal(Path folder, FileChannel file, FileLock lock, Watcher watcher) {
        this.folder = folder;
        this.file = file;
        this.lock = lock;
        this.watcher = watcher;
    }

    public static Journal open(Path folder) throws IOException {
        return open(folder, (entry, written) -> {});
    }

    /// Throws [ConfigException] where another process uses the folder.
    public static Journal open(Path folder, Watcher watcher) throws IOException {
        Files.createDirectories(folder.resolve("inputs"));
        FileChannel file =
                FileChannel.open(
                        folder.resolve("journal"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            file.close();
            throw new ConfigException(
                    "--journal",
                    folder.toString(),
                    "another provider uses it; give another folder");
        }
        Journal journal = new Journal(folder, file, lock, watcher);
        journal.read();
        return journal;
    }

    private void read() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("journal"));
        int good = 0;
        for (int from = 0, i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                String line = new String(bytes, from, i - from, StandardCharsets.UTF_8);
                Optional<Entry> entry = parse(line);
                if (entry.isEmpty()) {
                    break;
                }
                keep(entry.get());
                from = i + 1;
                good = from;
            }
        }
        file.truncate(good);
        file.position(good);
    }

    private static Optional<Entry> parse(String line) {
        if (line.length() < CRC_DIGITS + 1) {
            return Optional.empty();
        }
        String body = line.substring(CRC_DIGITS + 1);
        if (!line.startsWith(crc(body) + " ")) {
            return Optional.empty();
        }
        String[] parts = body.split(" ", 3);
        try {
            return Optional.of(
                    new Entry(
                            Step.valueOf(parts[0]),
                            Hash.fromHex(parts[1]),
                            parts.length < 3 ? "" : parts[2]));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static String crc(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return String.format(java.util.Locale.ROOT, "%08x", crc.getValue());
    }

    /// Returns when the record is on disk.
    public synchronized void append(Step step, Hash jobId, String detail) {
        Entry entry = new Entry(step, jobId, detail.replaceAll("\\s+", " ").strip());
        watcher.on(entry, false);
        String body = entry.step() + " " + jobId + " " + entry.detail();
        byte[] line = (crc(body) + " " + body + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(line);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal cannot be written", e);
        }
        keep(entry);
        watcher.on(entry, true);
    }

    private void keep(Entry entry) {
        entries.computeIfAbsent(entry.jobId(), id -> new ArrayList<>()).add(entry);
    }

    /// Whether a step of the job is on record.
    public synchronized boolean has(Hash jobId, Step step) {
        return entries.getOrDefault(jobId, List.of()).stream()
                .anyMatch(entry -> entry.step() == step);
    }

    /// The job's records in order.
    public synchronized List<Entry> of(Hash jobId) {
        return List.copyOf(entries.getOrDefault(jobId, List.of()));
    }

    /// Jobs begun and not ended.
    public synchronized List<Hash> open() {
        return entries.entrySet().stream()
                .filter(job -> !job.getValue().getLast().step().isLast())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Whether the job has a last record.
    public synchronized boolean isEnded(Hash jobId) {
        List<Entry> job = entries.getOrDefault(jobId, List.of());
        return !job.isEmpty() && job.getLast().step().isLast();
    }

    /// Keeps a job's inputs; on disk when this returns.
    public void keepInputs(Hash jobId, Bytes inputs) throws IOException {
        Path target = inputsOf(jobId);
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try (FileChannel out =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(inputs.toArray());
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    public Optional<Bytes> inputs(Hash jobId) throws IOException {
        Path path = inputsOf(jobId);
        return Files.exists(path)
                ? Optional.of(Bytes.wrap(Files.readAllBytes(path)))
                : Optional.empty();
    }

    /// For jobs that have ended; a file that cannot be removed stays.
    public void dropInputsQuietly(Hash jobId) {
        if (!inputsOf(jobId).toFile().delete()) {
            inputsOf(jobId).toFile().deleteOnExit();
        }
    }

    private Path inputsOf(Hash jobId) {
        return folder.resolve("inputs").resolve(jobId.toString().substring(2));
    }

    @Override
    public void close() throws IOException {
        lock.release();
        file.close();
    }
}
