package org.assay.p2p.rlpx;

import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// Why a connection ends (devp2p `rlpx.md`, Disconnect 0x01).
public enum DisconnectReason {
    REQUESTED(0x00),
    TCP_ERROR(0x01),
    PROTOCOL_BREACH(0x02),
    USELESS_PEER(0x03),
    TOO_MANY_PEERS(0x04),
    ALREADY_CONNECTED(0x05),
    INCOMPATIBLE_VERSION(0x06),
    NULL_IDENTITY(0x07),
    CLIENT_QUITTING(0x08),
    UNEXPECTED_IDENTITY(0x09),
    CONNECTED_TO_SELF(0x0a),
    PING_TIMEOUT(0x0b),
    SUBPROTOCOL_ERROR(0x10);

    private final int code;

    DisconnectReason(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// RLP: a list of the code alone.
    public Bytes encode() {
        return Bytes.wrap(RlpWriter.encodeList(list -> list.writeLong(code)));
    }

    /// Lenient, as peers are: the list, a bare reason, or nothing.
    public static DisconnectReason decode(Bytes payload) {
        try {
            RlpReader reader = RlpReader.of(payload);
            if (reader.isEnd()) {
                return REQUESTED;
            }
            RlpReader item = reader.nextIsList() ? reader.readList() : reader;
            int code = item.isEnd() ? 0 : item.readUnsignedByte();
            for (DisconnectReason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            return SUBPROTOCOL_ERROR;
        } catch (RlpException e) {
            return REQUESTED;
        }
    }
}
