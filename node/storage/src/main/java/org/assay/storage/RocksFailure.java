package org.assay.storage;

import java.io.IOException;
import java.util.Locale;
import org.assay.storage.StorageException.Reason;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// What the library and the disk report, as [StorageException].
final class RocksFailure {
    private RocksFailure() {}

    static StorageException of(String what, RocksDBException failure) {
        String text = String.valueOf(failure.getMessage());
        Status status = failure.getStatus();
        boolean noSpace =
                (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                        || isNoSpace(text);
        if (noSpace) {
            return new StorageException(Reason.FULL, what + full(), failure);
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

    static StorageException of(String what, IOException failure) {
        String text = String.valueOf(failure.getMessage());
        return isNoSpace(text)
                ? new StorageException(Reason.FULL, what + full(), failure)
                : new StorageException(Reason.FAILED, what + ": " + failure, failure);
    }

    private static boolean isNoSpace(String text) {
        return text.toLowerCase(Locale.ROOT).contains("no space left");
    }

    private static String full() {
        return ": the disk is full: make room and start again, nothing committed is lost";
    }
}
