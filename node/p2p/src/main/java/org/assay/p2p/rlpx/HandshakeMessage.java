package org.assay.p2p.rlpx;

import java.security.SecureRandom;
import java.util.Arrays;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// What the two sides tell each other, encrypted, before there are frames.
sealed interface HandshakeMessage {
    int VERSION = 4;

    /// The whole of a message on the wire, its size prefix included.
    int BYTES_MAX = 2_048;

    /// Before EIP-8: no size prefix, fixed lengths.
    int OLD_AUTH_BYTES = 194 + Ecies.OVERHEAD_BYTES;

    int OLD_ACK_BYTES = 97 + Ecies.OVERHEAD_BYTES;

    /// EIP-8: 100 to 300 bytes of padding hide the content's size.
    int PADDING_MIN = 100;

    int PADDING_MAX = 300;

    /// RLP items beyond those known are ignored (EIP-8).
    int NONCE_BYTES = 32;

    /// From the initiator. `signature` is the ephemeral key's over the static shared secret xor
    /// nonce. `isOld`: in the form before EIP-8.
    record Auth(Signature signature, Bytes publicKey, Hash nonce, boolean isOld)
            implements HandshakeMessage {
        byte[] encode(byte[] receiver64, SecureRandom random) {
            byte[] list =
                    RlpWriter.encodeList(
                            items -> {
                                items.writeBytes(signature.toBytes());
                                items.writeBytes(publicKey);
                                items.writeHash(nonce);
                                items.writeLong(VERSION);
                            });
            return seal(list, receiver64, random);
        }

        /// `message` is whole, with its size prefix where it has one.
        static Auth decode(byte[] message, SecretKey key) throws PeerException {
            if (isOldForm(message, OLD_AUTH_BYTES)) {
                byte[] plain = Ecies.decrypt(key, message, new byte[0]);
                return new Auth(
                        readSignature(Arrays.copyOf(plain, 65)),
                        Bytes.of(Arrays.copyOfRange(plain, 97, 161)),
                        Hash.at(plain, 161),
                        true);
            }
            return read(
                    message,
                    key,
                    items ->
                            new Auth(
                                    readSignature(items.readArray(Signature.SIZE)),
                                    Bytes.wrap(items.readArray(64)),
                                    items.readHash(),
                                    false));
        }
    }

    /// From the responder.
    record Ack(Bytes ephemeralKey, Hash nonce) implements HandshakeMessage {
        byte[] encode(byte[] receiver64, boolean isOld, SecureRandom random) {
            if (isOld) {
                byte[] plain = new byte[97];
                System.arraycopy(ephemeralKey.unsafeArray(), 0, plain, 0, 64);
                nonce.writeTo(plain, 64);
                return Ecies.encrypt(receiver64, plain, new byte[0], random);
            }
            byte[] list =
                    RlpWriter.encodeList(
                            items -> {
                                items.writeBytes(ephemeralKey);
                                items.writeHash(nonce);
                                items.writeLong(VERSION);
                            });
            return seal(list, receiver64, random);
        }

        static Ack decode(byte[] message, SecretKey key) throws PeerException {
            if (isOldForm(message, OLD_ACK_BYTES)) {
                byte[] plain = Ecies.decrypt(key, message, new byte[0]);
                return new Ack(Bytes.of(Arrays.copyOf(plain, 64)), Hash.at(plain, 64));
            }
            return read(
                    message,
                    key,
                    items -> new Ack(Bytes.wrap(items.readArray(64)), items.readHash()));
        }
    }

    /// How many bytes the message has that begins with `start`, at least two bytes of it. Before
    /// EIP-8 a message began with ECIES' 0x04 and had a fixed size; as a size that prefix would
    /// be above [#OLD_AUTH_BYTES], which only a wastefully padded message reaches.
    static int sizeOf(byte[] start, int oldBytes) throws PeerException {
        int size = (start[0] & 0xff) << 8 | (start[1] & 0xff);
        if (start[0] == 0x04) {
            return oldBytes;
        }
        if (size < Ecies.OVERHEAD_BYTES || size + 2 > BYTES_MAX) {
            throw PeerException.breach("a handshake message of " + size + " bytes");
        }
        return size + 2;
    }

    private static boolean isOldForm(byte[] message, int oldBytes) {
        return message.length == oldBytes && message[0] == 0x04;
    }

    private static byte[] seal(byte[] list, byte[] receiver64, SecureRandom random) {
        int padding = PADDING_MIN + random.nextInt(PADDING_MAX - PADDING_MIN);
        byte[] plain = Arrays.copyOf(list, list.length + padding);
        int size = plain.length + Ecies.OVERHEAD_BYTES;
        byte[] prefix = {(byte) (size >> 8), (byte) size};
        byte[] sealed = Ecies.encrypt(receiver64, plain, prefix, random);
        byte[] message = new byte[2 + sealed.length];
        System.arraycopy(prefix, 0, message, 0, 2);
        System.arraycopy(sealed, 0, message, 2, sealed.length);
        return message;
    }

    /// Reads the items of a list that padding follows.
    interface Items<T> {
        T read(RlpReader items) throws PeerException;
    }

    private static <T> T read(byte[] message, SecretKey key, Items<T> items) throws PeerException {
        byte[] prefix = Arrays.copyOf(message, 2);
        byte[] sealed = Arrays.copyOfRange(message, 2, message.length);
        byte[] plain = Ecies.decrypt(key, sealed, prefix);
        try {
            return items.read(RlpReader.of(plain).readList());
        } catch (RlpException e) {
            throw PeerException.breach("a handshake message of another shape", e);
        }
    }

    private static Signature readSignature(byte[] array) throws PeerException {
        try {
            return Signature.ofArray(array);
        } catch (IllegalArgumentException e) {
            throw PeerException.breach("a malformed signature", e);
        }
    }
}
