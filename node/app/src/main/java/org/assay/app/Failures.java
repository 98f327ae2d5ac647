package org.assay.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.assay.app.client.RpcClient;
import org.assay.chain.ConfigException;
import org.assay.storage.StorageException;

/// What a command that failed says to its user: one line with the way out of it, where the
/// failure is not the program's own.
final class Failures {
    private Failures() {}

    /// Empty for a fault of the program, whose stack is worth seeing.
    static Optional<String> explain(Throwable failure) {
        return switch (failure) {
            case ConfigException _, StorageException _, RpcClient.Refused _ ->
                    Optional.of(String.valueOf(failure.getMessage()));
            case UncheckedIOException wrapped when wrapped.getCause() != null ->
                    explain(wrapped.getCause());
            case CompletionException wrapped when wrapped.getCause() != null ->
                    explain(wrapped.getCause());
            case ExecutionException wrapped when wrapped.getCause() != null ->
                    explain(wrapped.getCause());
            case NoSuchFileException missing ->
                    Optional.of(missing.getFile() + ": there is no such file or folder");
            case AccessDeniedException denied ->
                    Optional.of(denied.getFile() + ": permission denied");
            case FileAlreadyExistsException there ->
                    Optional.of(there.getFile() + ": is there already; it is never written over");
            case NotDirectoryException file ->
                    Optional.of(file.getFile() + ": is a file, and a folder is needed");
            case FileSystemException other -> Optional.of(other.getMessage() + hint(other));
            case BindException _ ->
                    Optional.of(
                            failure.getMessage()
                                    + ": choose another port (0 picks a free one), or stop the"
                                    + " program that has it");
            case UnknownHostException _, UnresolvedAddressException _ ->
                    Optional.of("there is no host of this name: " + failure.getMessage());
            case ConnectException _, HttpTimeoutException _ ->
                    Optional.of(
                            "no answer: start the node, or name its address with --rpc"
                                    + (failure.getMessage() == null
                                            ? ""
                                            : " (" + failure.getMessage() + ")"));
            case JsonProcessingException malformed ->
                    Optional.of("this is not the JSON it should be: " + place(malformed));
            case IOException io -> Optional.of(io.getMessage() + hint(io));
            default -> Optional.empty();
        };
    }

    private static String hint(IOException failure) {
        String words = String.valueOf(failure.getMessage());
        return words.contains("No space left") ? ": free some space, then run it again" : "";
    }

    private static String place(JsonProcessingException malformed) {
        var at = malformed.getLocation();
        return malformed.getOriginalMessage()
                + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr());
    }
}
