package org.assay.p2p.rlpx;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.assay.primitives.crypto.KeccakStream;

/// Both directions' frames of one connection. One thread uses it, in the order of the wire.
final class Frames {
    static final int HEADER_BYTES = 32;

    /// A frame's size has 24 bits.
    static final int DATA_BYTES_MAX = (1 << 24) - 1;

    private static final int BLOCK_BYTES = 16;

    /// RLP [0, 0]: capability and context id, which nobody uses.
    private static final byte[] HEADER_LIST = {(byte) 0xc2, (byte) 0x80, (byte) 0x80};

    private final Cipher encrypt;
    private final Cipher decrypt;
    private final Cipher mac;
    private final KeccakStream egress;
    private final KeccakStream ingress;

    Frames(Secrets secrets) {
        this.encrypt = counterMode(secrets.aes());
        this.decrypt = counterMode(secrets.aes());
        this.mac = block(secrets.mac());
        this.egress = secrets.egress();
        this.ingress = secrets.ingress();
    }

    private static Cipher counterMode(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(new byte[BLOCK_BYTES]));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES in counter mode", e);
        }
    }

    /// One AES block at a time, as RLPx builds its MAC: no mode is involved.
    private static Cipher block(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    /// The bytes that `dataBytes` of data take after the header, padding and MAC included.
    static int bodyBytes(int dataBytes) {
        return padded(dataBytes) + BLOCK_BYTES;
    }

    private static int padded(int bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /// A frame with `data`, of 1 to [#DATA_BYTES_MAX] bytes.
    byte[] seal(byte[] data) {
        if (data.length > DATA_BYTES_MAX) {
            throw new IllegalArgumentException("a frame of " + data.length + " bytes");
        }
        int padded = padded(data.length);
        byte[] frame = new byte[HEADER_BYTES + padded + BLOCK_BYTES];
        byte[] header = new byte[BLOCK_BYTES];
        header[0] = (byte) (data.length >> 16);
        header[1] = (byte) (data.length >> 8);
        header[2] = (byte) data.length;
        System.arraycopy(HEADER_LIST, 0, header, 3, HEADER_LIST.length);
        byte[] sealedHeader = crypt(encrypt, header);
        System.arraycopy(sealedHeader, 0, frame, 0, BLOCK_BYTES);
        put(headerMac(egress, sealedHeader), frame, BLOCK_BYTES);
        byte[] sealed = crypt(encrypt, Arrays.copyOf(data, padded));
        System.arraycopy(sealed, 0, frame, HEADER_BYTES, padded);
        put(dataMac(egress, sealed, 0, padded), frame, HEADER_BYTES + padded);
        return frame;
    }

    /// The size of the data that follows a header of 32 bytes. Throws [PeerException] for a
    /// header that was changed or is not the next one.
    int openHeader(byte[] header) throws PeerException {
        byte[] sealed = Arrays.copyOf(header, BLOCK_BYTES);
        byte[] expected = headerMac(ingress, sealed);
        if (!isSame(expected, header, BLOCK_BYTES)) {
            throw PeerException.breach("a frame header with a wrong MAC");
        }
        byte[] plain = crypt(decrypt, sealed);
        return (plain[0] & 0xff) << 16 | (plain[1] & 0xff) << 8 | (plain[2] & 0xff);
    }

    /// The data of a body as long as [#bodyBytes] says.
    byte[] openBody(byte[] body, int dataBytes) throws PeerException {
        int padded = body.length - BLOCK_BYTES;
        byte[] expected = dataMac(ingress, body, 0, padded);
        if (!isSame(expected, body, padded)) {
            throw PeerException.breach("a frame with a wrong MAC");
        }
        byte[] plain = new byte[padded];
        try {
            decrypt.update(body, 0, padded, plain, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("counter mode takes any size", e);
        }
        return plain.length == dataBytes ? plain : Arrays.copyOf(plain, dataBytes);
    }

    private byte[] headerMac(KeccakStream stream, byte[] sealedHeader) {
        byte[] seed = crypt(mac, Arrays.copyOf(stream.hash(), BLOCK_BYTES));
        for (int i = 0; i < BLOCK_BYTES; i++) {
            seed[i] ^= sealedHeader[i];
        }
        stream.update(seed);
        return stream.hash();
    }

    private byte[] dataMac(KeccakStream stream, byte[] sealed, int offset, int size) {
        stream.update(sealed, offset, size);
        byte[] hash = Arrays.copyOf(stream.hash(), BLOCK_BYTES);
        byte[] seed = crypt(mac, hash);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            seed[i] ^= hash[i];
        }
        stream.update(seed);
        return stream.hash();
    }

    private static void put(byte[] hash, byte[] target, int offset) {
        System.arraycopy(hash, 0, target, offset, BLOCK_BYTES);
    }

    private static boolean isSame(byte[] expected, byte[] message, int offset) {
        return MessageDigest.isEqual(
                Arrays.copyOf(expected, BLOCK_BYTES),
                Arrays.copyOfRange(message, offset, offset + BLOCK_BYTES));
    }

    private static byte[] crypt(Cipher cipher, byte[] input) {
        byte[] output = cipher.update(input);
        if (output == null || output.length != input.length) {
            throw new IllegalStateException("whole blocks in, whole blocks out");
        }
        return output;
    }
}
