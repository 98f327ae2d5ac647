package org.assay.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.storage.StorageException.Reason;

/// Copies of a database that can be checked: the library's checkpoint (hard links, made while
/// the node runs) and the file `BACKUP` that lists every other file.
///
/// `BACKUP` is text: `assay-backup 1 <time> <files> <bytes>`, then `<sha-256> <bytes> <name>`
/// for each file in order of names, then `<sha-256>` of all lines before.
public final class Backup {
    static final String MANIFEST_NAME = "BACKUP";
    private static final String TITLE = "assay-backup 1";

    /// More than a database of any size we can serve has.
    private static final int FILES_MAX = 1_000_000;

    private Backup() {}

    /// What a backup holds. `sha256` is of the manifest, and so of everything in it.
    public record Summary(ChainMarker chain, long fileCount, long sizeBytes, String sha256) {}

    private record Entry(String sha256, long sizeBytes, String name) {}

    /// Backs `store` up into `target`, a folder that must not exist, on the same file system
    /// for links instead of copies. The store stays in use. What is there at the end is
    /// complete: it is built beside and renamed.
    public static Summary create(RocksStore store, Path target, Instant time) {
        Path goal = target.toAbsolutePath().normalize();
        if (Files.exists(goal)) {
            throw new StorageException(
                    Reason.SETTINGS, goal + " exists already: name a folder that does not");
        }
        Path draft = beside(goal);
        try {
            Path parent = goal.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            deleteFolder(draft);
            store.checkpoint(draft);
            store.chain().write(draft);
            List<Entry> entries = describe(draft);
            Summary summary = writeManifest(draft, store.chain(), entries, time);
            Files.move(draft, goal, StandardCopyOption.ATOMIC_MOVE);
            return summary;
        } catch (IOException failure) {
            throw RocksFailure.of("cannot write the backup " + goal, goal, failure);
        }
    }

    private static Path beside(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".partial");
    }

    private static List<Entry> describe(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.equals(MANIFEST_NAME)) {
                    entries.add(new Entry(FileHash.sha256(file), Files.size(file), name));
                }
            }
        }
        return entries;
    }

    private static Summary writeManifest(
            Path folder, ChainMarker chain, List<Entry> entries, Instant time) throws IOException {
        long sizeBytes = entries.stream().mapToLong(Entry::sizeBytes).sum();
        StringBuilder text = new StringBuilder();
        text.append(TITLE)
                .append(' ')
                .append(time)
                .append(' ')
                .append(entries.size())
                .append(' ')
                .append(sizeBytes)
                .append('\n');
        for (Entry entry : entries) {
            text.append(entry.sha256)
                    .append(' ')
                    .append(entry.sizeBytes)
                    .append(' ')
                    .append(entry.name)
                    .append('\n');
        }
        String hash =
                FileHash.sha256(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        text.append(hash).append('\n');
        Path file = folder.resolve(MANIFEST_NAME);
        Files.writeString(file, text);
        ChainMarker.sync(file);
        ChainMarker.sync(folder);
        return new Summary(chain, entries.size(), sizeBytes, hash);
    }

    /// Reads the whole backup and compares it with its manifest. Throws [StorageException]:
    /// FOREIGN for a folder that is none, CORRUPT for the first difference.
    public static Summary verify(Path backup) {
        try {
            Path file = backup.resolve(MANIFEST_NAME);
            if (!Files.exists(file)) {
                throw new StorageException(
                        Reason.FOREIGN, backup + " is no backup: it has no file " + MANIFEST_NAME);
            }
            List<Entry> expected = parse(backup, Files.readAllLines(file));
            List<Entry> found = describe(backup);
            for (Entry entry : expected) {
                if (!found.contains(entry)) {
                    throw damaged(backup, entry.name + " is missing or changed");
                }
            }
            if (found.size() != expected.size()) {
                throw damaged(backup, "it holds files that are not in its manifest");
            }
            Optional<ChainMarker> chain = ChainMarker.read(backup);
            if (chain.isEmpty()) {
                throw damaged(backup, "it names no chain");
            }
            long sizeBytes = found.stream().mapToLong(Entry::sizeBytes).sum();
            String hash = Files.readAllLines(file).getLast();
            return new Summary(chain.get(), found.size(), sizeBytes, hash);
        } catch (IOException failure) {
            throw RocksFailure.of("cannot read the backup " + backup, backup, failure);
        }
    }

    private static List<Entry> parse(Path backup, List<String> lines) {
        if (lines.size() < 2
                || lines.size() > FILES_MAX
                || !lines.getFirst().startsWith(TITLE + " ")) {
            throw damaged(backup, "its manifest is malformed or of another version");
        }
        String content = String.join("\n", lines.subList(0, lines.size() - 1)) + "\n";
        String hash = FileHash.sha256(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        if (!hash.equals(lines.getLast())) {
            throw damaged(backup, "its manifest is changed");
        }
        List<Entry> entries = new ArrayList<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            List<String> words = List.of(line.split(" ", 3));
            // The name comes from a file: it must not lead out of the folder.
            boolean plain = words.size() == 3 && !words.get(2).contains("/");
            if (!plain || !words.get(1).matches("[0-9]{1,18}")) {
                throw damaged(backup, "its manifest is malformed");
            }
            entries.add(new Entry(words.get(0), Long.parseLong(words.get(1)), words.get(2)));
        }
        return entries;
    }

    private static StorageException damaged(Path backup, String what) {
        return new StorageException(
                Reason.CORRUPT, "the backup " + backup + " is damaged: " + what + ": use another");
    }

    /// Verifies `backup` and copies it to `target`, which must be missing or empty; opens it
    /// once. Interrupted, it leaves `target` as it was.
    public static Summary restore(Path backup, Path target) {
        Path goal = target.toAbsolutePath().normalize();
        if (ChainMarker.read(goal).isPresent()) {
            throw new StorageException(
                    Reason.SETTINGS, goal + " holds a database: move it away, or name another");
        }
        Summary summary = verify(backup);
        Path draft = beside(goal);
        try {
            deleteFolder(draft);
            Files.createDirectories(draft);
            try (var files = Files.list(backup)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (!name.equals(MANIFEST_NAME)) {
                        Path copy = draft.resolve(name);
                        Files.copy(file, copy);
                        ChainMarker.sync(copy);
                    }
                }
            }
            RocksStore.openExisting(draft, StoreOptions.small()).close();
            ChainMarker.sync(draft);
            Files.deleteIfExists(goal);
            Files.move(draft, goal, StandardCopyOption.ATOMIC_MOVE);
            return summary;
        } catch (IOException failure) {
            throw RocksFailure.of("cannot restore to " + goal, goal, failure);
        }
    }

    /// What an earlier attempt left: a flat folder.
    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
