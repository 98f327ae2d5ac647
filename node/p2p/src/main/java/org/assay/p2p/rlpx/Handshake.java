package org.assay.p2p.rlpx;

import java.security.SecureRandom;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;

/// One side of the key agreement. Made for one connection, used in order by one thread; no I/O.
final class Handshake {
    private final SecretKey key;
    private final SecureRandom random;
    private final SecretKey ephemeral;
    private final Hash nonce;
    private byte[] auth = {};

    Handshake(SecretKey key, SecureRandom random) {
        this(key, SecretKey.generate(random), nonce(random), random);
    }

    /// With everything random given: for test vectors.
    Handshake(SecretKey key, SecretKey ephemeral, Hash nonce, SecureRandom random) {
        this.key = key;
        this.random = random;
        this.ephemeral = ephemeral;
        this.nonce = nonce;
    }

    private static Hash nonce(SecureRandom random) {
        byte[] nonce = new byte[Hash.SIZE];
        random.nextBytes(nonce);
        return Hash.of(nonce);
    }

    /// What the agreement ends with: the other side's static key (64 bytes) and the frames'
    /// secrets. `answer` is to be sent first where it is not empty.
    record Agreed(Bytes publicKey, Secrets secrets, Bytes answer) {}

    /// The initiator's first message, to the node whose static key this is. Throws
    /// [IllegalArgumentException] when the key is not on the curve.
    byte[] auth(byte[] publicKey64) {
        byte[] shared = Secp256k1.sharedX(key, publicKey64);
        Signature signature = Secp256k1.sign(xor(shared, nonce), ephemeral);
        Bytes own = Bytes.wrap(Secp256k1.publicKey(key));
        auth = new HandshakeMessage.Auth(signature, own, nonce, false).encode(publicKey64, random);
        return auth;
    }

    /// The initiator's end of it.
    Agreed onAck(byte[] message, byte[] publicKey64) throws PeerException {
        HandshakeMessage.Ack ack = HandshakeMessage.Ack.decode(message, key);
        Secrets.Side own = new Secrets.Side(nonce, auth);
        Secrets.Side theirs = new Secrets.Side(ack.nonce(), message);
        byte[] agreed = agree(ack.ephemeralKey().unsafeArray());
        return new Agreed(
                Bytes.of(publicKey64), Secrets.ofInitiator(agreed, own, theirs), Bytes.EMPTY);
    }

    /// The responder's whole part.
    Agreed onAuth(byte[] message) throws PeerException {
        HandshakeMessage.Auth initiator = HandshakeMessage.Auth.decode(message, key);
        byte[] publicKey = initiator.publicKey().unsafeArray();
        byte[] shared;
        try {
            shared = Secp256k1.sharedX(key, publicKey);
        } catch (IllegalArgumentException e) {
            throw PeerException.breach("a static key off the curve", e);
        }
        byte[] theirEphemeral =
                Secp256k1.recover(xor(shared, initiator.nonce()), initiator.signature())
                        .orElseThrow(() -> PeerException.breach("a signature of no key"));
        byte[] answer =
                new HandshakeMessage.Ack(Bytes.wrap(Secp256k1.publicKey(ephemeral)), nonce)
                        .encode(publicKey, initiator.isOld(), random);
        Secrets.Side own = new Secrets.Side(nonce, answer);
        Secrets.Side theirs = new Secrets.Side(initiator.nonce(), message);
        return new Agreed(
                initiator.publicKey(),
                Secrets.ofResponder(agree(theirEphemeral), own, theirs),
                Bytes.wrap(answer));
    }

    private byte[] agree(byte[] theirEphemeral) throws PeerException {
        try {
            return Secp256k1.sharedX(ephemeral, theirEphemeral);
        } catch (IllegalArgumentException e) {
            throw PeerException.breach("an ephemeral key off the curve", e);
        }
    }

    private static Hash xor(byte[] shared, Hash nonce) {
        Hash other = Hash.of(shared);
        return new Hash(
                other.w0() ^ nonce.w0(),
                other.w1() ^ nonce.w1(),
                other.w2() ^ nonce.w2(),
                other.w3() ^ nonce.w3());
    }
}
