package org.assay.rpc;

import java.util.Optional;
import java.util.function.Consumer;

/// Who makes a call. `client` names the address that limits are counted for, `here` says that it
/// is on this machine. `trusted`: may use guarded namespaces. `push` sends a notification to the
/// client, where the transport can.
public record Caller(String client, boolean here, boolean trusted, Optional<Push> push) {
    /// The program itself.
    public static final Caller LOCAL = new Caller("local", true, true, Optional.empty());

    /// One WebSocket connection, for what outlives a call.
    public interface Push {
        /// Sends one JSON text. Never waits; false when the client is gone or reads too slowly,
        /// and is being disconnected.
        boolean send(byte[] json);

        /// Runs `then` once the connection has ended, at once where it has already.
        void onClose(Consumer<Push> then);
    }
}
