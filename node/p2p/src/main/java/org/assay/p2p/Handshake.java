package org.assay.p2p;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;

/// Two strangers agree on keys and learn each other's node address. See the package's wire
/// layout.
final class Handshake {
    static final int VERSION = 1;
    private static final int HELLO_BYTES = 1 + 64 + 32;
    private static final int PROOF_CODE = 0;

    private Handshake() {}

    /// Who this node is, and on which chain.
    record Identity(SecretKey key, UInt256 chainId, Hash genesisHash) {}

    /// An agreed connection.
    record Session(Address peer, Frames incoming, Frames outgoing) {}

    /// Throws [IOException] for a peer of another version or chain, or one that cannot prove its
    /// key. `initiator`: this side opened the connection.
    static Session run(
            Identity identity,
            DataInputStream in,
            DataOutputStream out,
            boolean initiator,
            SecureRandom random)
            throws IOException {
        SecretKey ephemeral = SecretKey.generate(random);
        byte[] own = new byte[HELLO_BYTES];
        own[0] = VERSION;
        System.arraycopy(Secp256k1.publicKey(ephemeral), 0, own, 1, 64);
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, own, 65, 32);
        out.write(own);
        out.flush();
        byte[] theirs = in.readNBytes(HELLO_BYTES);
        if (theirs.length < HELLO_BYTES || theirs[0] != VERSION) {
            throw new IOException("the peer speaks another protocol or version");
        }
        byte[] shared;
        try {
            shared = Secp256k1.sharedX(ephemeral, Arrays.copyOfRange(theirs, 1, 65));
        } catch (IllegalArgumentException e) {
            throw new IOException("the peer's ephemeral key is not on the curve", e);
        }
        byte[] first = initiator ? own : theirs;
        byte[] second = initiator ? theirs : own;
        Frames toSecond = new Frames(key(shared, first, second, 1));
        Frames toFirst = new Frames(key(shared, first, second, 2));
        Frames outgoing = initiator ? toSecond : toFirst;
        Frames incoming = initiator ? toFirst : toSecond;
        Hash ownDigest = digest(identity, first, second, initiator);
        Bytes proof = Secp256k1.sign(ownDigest, identity.key()).toBytes();
        outgoing.write(out, PROOF_CODE, chainOf(identity).concat(proof));
        out.flush();
        Hash theirDigest = digest(identity, first, second, !initiator);
        Bytes answer = incoming.read(in).payload();
        if (answer.size() != 64 + Signature.SIZE
                || !answer.slice(0, 64).equals(chainOf(identity))) {
            throw new IOException("the peer is on another chain");
        }
        Address peer = prove(theirDigest, answer.slice(64, answer.size()));
        return new Session(peer, incoming, outgoing);
    }

    private static Bytes chainOf(Identity identity) {
        return identity.chainId().toHash().toBytes().concat(identity.genesisHash().toBytes());
    }

    private static byte[] key(byte[] shared, byte[] first, byte[] second, int direction) {
        return Keccak.hash256(shared, first, second, new byte[] {(byte) direction}).toArray();
    }

    private static Hash digest(
            Identity identity, byte[] first, byte[] second, boolean byInitiator) {
        byte[] tag = "ASSAY-P2P".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return Keccak.hash256(
                tag,
                first,
                second,
                new byte[] {(byte) (byInitiator ? 1 : 2)},
                identity.chainId().toArray(),
                identity.genesisHash().toArray());
    }

    private static Address prove(Hash digest, Bytes signature) throws IOException {
        try {
            Optional<Address> signer =
                    Secp256k1.recoverAddress(digest, Signature.ofArray(signature.unsafeArray()));
            return signer.orElseThrow(() -> new IOException("the peer's proof has no key"));
        } catch (IllegalArgumentException e) {
            throw new IOException("the peer's proof is malformed", e);
        }
    }
}
