package org.assay.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The database failed or cannot be used. Unchecked: nobody below the node loop has another way
/// to go, the node stops. The message ends with what the operator can do.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is wrong, for exit codes and tests.
    public enum Reason {
        /// Another process (or another handle of this one) has it open.
        LOCKED,
        /// Not a database of this program, or one of another chain.
        FOREIGN,
        /// Written by a newer version of this program.
        NEWER,
        /// A checksum or an invariant of the content does not hold.
        CORRUPT,
        /// No room left on the device.
        FULL,
        /// The state asked for is older than the history kept.
        PRUNED,
        /// The database was opened with settings that contradict it.
        SETTINGS,
        /// Anything else that the disk or the library reports.
        FAILED
    }

    private final Reason reason;

    public StorageException(Reason reason, String message) {
        this(reason, message, null);
    }

    public StorageException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /// What failed on the disk of `file`, told apart where that is full.
    public static StorageException of(String what, Path file, IOException failure) {
        return RocksFailure.of(what, file, failure);
    }

    public Reason reason() {
        return reason;
    }
}
