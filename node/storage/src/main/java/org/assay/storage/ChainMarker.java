package org.assay.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.storage.StorageException.Reason;

/// Whose database a folder is: kept in the file `ASSAY` in it and again in META, so that a
/// folder is judged before anything in it is opened. A line of text: `assay <format> <chain id>
/// <genesis hash> <checksum>`, the checksum being the first 8 hex digits of the SHA-256 of what
/// is before it.
public record ChainMarker(long chainId, Hash genesisHash) {
    static final String FILE_NAME = "ASSAY";
    private static final int CHECKSUM_DIGITS = 8;

    String toLine(int format) {
        String content = "assay " + format + " " + chainId + " " + genesisHash;
        return content + " " + checksum(content);
    }

    private static String checksum(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return FileHash.sha256(bytes).substring(0, CHECKSUM_DIGITS);
    }

    /// The marker in a line that this version can read. Throws [StorageException]: NEWER or
    /// CORRUPT.
    static ChainMarker parse(String line, Path folder) {
        List<String> words = List.of(line.strip().split(" "));
        String content = String.join(" ", words.subList(0, words.size() - 1));
        if (words.size() < 3
                || !words.getFirst().equals("assay")
                || !words.getLast().equals(checksum(content))) {
            throw damaged(folder);
        }
        try {
            int format = Integer.parseInt(words.get(1));
            if (format > RocksStore.FORMAT_VERSION) {
                throw new StorageException(
                        Reason.NEWER,
                        folder
                                + " has database format "
                                + format
                                + ", this version reads up to "
                                + RocksStore.FORMAT_VERSION
                                + ": use the newer version, or another folder");
            }
            return new ChainMarker(Long.parseLong(words.get(2)), Hash.fromHex(words.get(3)));
        } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
            throw damaged(folder);
        } catch (IllegalArgumentException malformed) {
            throw damaged(folder);
        }
    }

    private static StorageException damaged(Path folder) {
        return new StorageException(
                Reason.CORRUPT,
                "the marker file of " + folder + " is damaged: restore a backup with db restore");
    }

    /// The marker of the database in `folder`; empty where the folder is missing or empty.
    /// Throws [StorageException] (FOREIGN) for a folder with other files.
    static Optional<ChainMarker> read(Path folder) {
        try {
            Path file = folder.resolve(FILE_NAME);
            if (Files.exists(file)) {
                return Optional.of(parse(Files.readString(file), folder));
            }
            if (Files.exists(folder)) {
                try (var files = Files.list(folder)) {
                    Optional<Path> other =
                            files.filter(path -> !path.endsWith("lost+found")).findFirst();
                    if (other.isPresent()) {
                        throw new StorageException(
                                Reason.FOREIGN,
                                folder
                                        + " holds "
                                        + other.get().getFileName()
                                        + " but no database of this program: name an empty folder");
                    }
                }
            }
            return Optional.empty();
        } catch (IOException failure) {
            throw RocksFailure.of("cannot read " + folder, folder, failure);
        }
    }

    /// Writes the marker into a folder, on disk when this returns.
    void write(Path folder) {
        try {
            Files.createDirectories(folder);
            Path fresh = folder.resolve(FILE_NAME + ".new");
            Files.writeString(fresh, toLine(RocksStore.FORMAT_VERSION) + "\n");
            sync(fresh);
            Files.move(
                    fresh,
                    folder.resolve(FILE_NAME),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            sync(folder);
        } catch (IOException failure) {
            throw RocksFailure.of("cannot write to " + folder, folder, failure);
        }
    }

    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// The same for META.
    Bytes toBytes() {
        return Bytes.wrap(toLine(RocksStore.FORMAT_VERSION).getBytes(StandardCharsets.UTF_8));
    }

    /// Throws [StorageException] (FOREIGN) unless `found` is this chain.
    void requireSame(ChainMarker found, Path folder) {
        if (!equals(found)) {
            throw new StorageException(
                    Reason.FOREIGN,
                    folder
                            + " belongs to chain "
                            + found.chainId
                            + " with genesis "
                            + found.genesisHash
                            + ", not to chain "
                            + chainId
                            + " with genesis "
                            + genesisHash
                            + ": name another data folder, or that chain's genesis file");
        }
    }
}
