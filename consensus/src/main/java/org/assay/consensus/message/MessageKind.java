package org.assay.consensus.message;

import java.util.Optional;

/// The four QBFT messages with their codes local to the `istanbul/100` subprotocol: add the
/// capability's offset on the wire.
public enum MessageKind {
    PROPOSAL(0x12),
    PREPARE(0x13),
    COMMIT(0x14),
    ROUND_CHANGE(0x15);

    private final int code;

    MessageKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<MessageKind> ofCode(int code) {
        for (MessageKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
