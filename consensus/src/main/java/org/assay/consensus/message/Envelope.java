package org.assay.consensus.message;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpException;

/// A message together with the very bytes it travels in, which gossip forwards unchanged. `id` is
/// keccak256 of the code and the bytes: duplicates have the same.
///
/// Decoding is pure and holds all the signature recovery, so a peer's own thread does it before
/// it posts the envelope to the node loop.
public record Envelope(Message message, Bytes encoded, Hash id) {
    /// One encoded message: a block, its access list and two certificates fit.
    public static final int BYTES_MAX = 16 << 20;

    public static Envelope of(Message message) {
        return of(message, message.encode());
    }

    private static Envelope of(Message message, Bytes encoded) {
        return new Envelope(message, encoded, id(message.kind().code(), encoded));
    }

    /// See [Envelope]; lets a caller drop a duplicate before it pays for decoding.
    public static Hash id(int code, Bytes encoded) {
        return Keccak.hash256(new byte[] {(byte) code}, encoded.unsafeArray());
    }

    /// What came of decoding bytes from a peer.
    public sealed interface Decoding {
        record Decoded(Envelope envelope) implements Decoding {}

        /// The peer is to blame: an honest one sends no such bytes.
        record Malformed(MalformedReason reason, String detail) implements Decoding {}
    }

    public enum MalformedReason {
        UNKNOWN_CODE,
        TOO_LARGE,
        NOT_CANONICAL_RLP_OF_A_MESSAGE
    }

    /// `code` is local to `istanbul`: 0x12–0x15.
    public static Decoding decode(int code, Bytes encoded) {
        if (encoded.size() > BYTES_MAX) {
            return new Decoding.Malformed(
                    MalformedReason.TOO_LARGE, encoded.size() + " bytes, limit " + BYTES_MAX);
        }
        MessageKind kind = MessageKind.ofCode(code).orElse(null);
        if (kind == null) {
            return new Decoding.Malformed(MalformedReason.UNKNOWN_CODE, "code " + code);
        }
        try {
            return new Decoding.Decoded(of(Message.decode(kind, encoded), encoded));
        } catch (RlpException malformed) {
            return new Decoding.Malformed(
                    MalformedReason.NOT_CANONICAL_RLP_OF_A_MESSAGE,
                    String.valueOf(malformed.getMessage()));
        }
    }
}
