package org.assay.p2p.rlpx;

import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.KeccakStream;

/// What frames are encrypted and authenticated with: AES-256 keys of 32 bytes, and the running
/// MACs of what is sent (egress) and received (ingress).
@SuppressWarnings("ArrayRecordComponent") // secrets are never compared
record Secrets(byte[] aes, byte[] mac, KeccakStream egress, KeccakStream ingress) {
    /// One side's nonce and handshake message, as sent.
    @SuppressWarnings("ArrayRecordComponent") // used once, never compared
    record Side(Hash nonce, byte[] message) {}

    static Secrets ofInitiator(byte[] agreed, Side initiator, Side responder) {
        return of(agreed, initiator, responder, responder.nonce(), initiator.nonce());
    }

    static Secrets ofResponder(byte[] agreed, Side responder, Side initiator) {
        return of(agreed, responder, initiator, responder.nonce(), initiator.nonce());
    }

    private static Secrets of(
            byte[] agreed, Side own, Side theirs, Hash responderNonce, Hash initiatorNonce) {
        byte[] nonces =
                Keccak.hash256(responderNonce.toArray(), initiatorNonce.toArray()).toArray();
        byte[] shared = Keccak.hash256(agreed, nonces).toArray();
        byte[] aes = Keccak.hash256(agreed, shared).toArray();
        byte[] mac = Keccak.hash256(agreed, aes).toArray();
        return new Secrets(
                aes,
                mac,
                stream(mac, theirs.nonce(), own.message()),
                stream(mac, own.nonce(), theirs.message()));
    }

    /// A running MAC that has seen `mac xor nonce ‖ message`.
    static KeccakStream stream(byte[] mac, Hash nonce, byte[] message) {
        byte[] start = nonce.toArray();
        for (int i = 0; i < start.length; i++) {
            start[i] ^= mac[i];
        }
        KeccakStream stream = new KeccakStream();
        stream.update(start);
        stream.update(message);
        return stream;
    }
}
