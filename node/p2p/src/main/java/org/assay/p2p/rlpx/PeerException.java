package org.assay.p2p.rlpx;

import java.io.IOException;

/// Ends a connection, for the reason it carries.
public final class PeerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final DisconnectReason reason;

    public PeerException(DisconnectReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public PeerException(DisconnectReason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static PeerException breach(String message) {
        return new PeerException(DisconnectReason.PROTOCOL_BREACH, message);
    }

    static PeerException breach(String message, Throwable cause) {
        return new PeerException(DisconnectReason.PROTOCOL_BREACH, message, cause);
    }

    public DisconnectReason reason() {
        return reason;
    }
}
