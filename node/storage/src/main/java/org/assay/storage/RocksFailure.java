package org.assay.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.assay.storage.StorageException.Reason;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// What the library and the disk report, as [StorageException].
final class RocksFailure {
    private RocksFailure() {}

    static StorageException of(String what, RocksDBException failure) {
        return of(what, null, failure);
    }

    /// `folder`: whose disk it is, where that is known.
    static StorageException of(String what, @Nullable Path folder, RocksDBException failure) {
        String text = String.valueOf(failure.getMessage());
        Status status = failure.getStatus();
        boolean noSpace =
                (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                        || isNoSpace(text);
        if (noSpace) {
            return new StorageException(Reason.FULL, what + full(folder), failure);
        }
        if ((text.contains("lock ") && text.contains("LOCK"))
                || text.contains("lock hold by current process")) {
            return new StorageException(
                    Reason.LOCKED,
                    what + ": it is open already: stop the other node, or use its RPC",
                    failure);
        }
        if ((status != null && status.getCode() == Status.Code.Corruption)
                || text.startsWith("Corruption")) {
            return new StorageException(
                    Reason.CORRUPT,
                    what + ": it is damaged (" + text + "): restore a backup with db restore",
                    failure);
        }
        return new StorageException(Reason.FAILED, what + ": " + text, failure);
    }

    static StorageException of(String what, @Nullable Path folder, IOException failure) {
        String text = String.valueOf(failure.getMessage());
        return isNoSpace(text)
                ? new StorageException(Reason.FULL, what + full(folder), failure)
                : new StorageException(Reason.FAILED, what + ": " + failure, failure);
    }

    /// What the system says of a full disk, of a full quota, and of a file at its size limit.
    private static boolean isNoSpace(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.contains("no space left")
                || lower.contains("quota exceeded")
                || lower.contains("file too large");
    }

    private static String full(@Nullable Path folder) {
        return ": the disk is full"
                + free(folder)
                + ": make room and start again, nothing committed is lost";
    }

    private static String free(@Nullable Path folder) {
        Path place = folder;
        while (place != null && !Files.exists(place)) {
            place = place.getParent();
        }
        if (place == null) {
            return "";
        }
        try {
            long bytes = Files.getFileStore(place).getUsableSpace();
            return String.format(Locale.ROOT, " (%,d bytes free)", bytes);
        } catch (IOException unknown) {
            return "";
        }
    }
}
