package org.assay.p2p;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.assay.primitives.Bytes;
import org.assay.primitives.Words;

/// One direction's frames on a stream: encrypted, authenticated, numbered, bounded. One thread
/// reads, one writes.
final class Frames {
    /// A block of 8 MiB with its certificates fits.
    static final int FRAME_BYTES_MAX = 17 << 20;

    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;

    private final SecretKey key;
    private long counter;

    Frames(byte[] key32) {
        this.key = new SecretKeySpec(key32, "AES");
    }

    /// A message as it came.
    record Frame(int code, Bytes payload) {}

    void write(DataOutputStream out, int code, Bytes payload) throws IOException {
        byte[] plain = new byte[1 + payload.size()];
        plain[0] = (byte) code;
        System.arraycopy(payload.unsafeArray(), 0, plain, 1, payload.size());
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, plain);
        out.writeInt(sealed.length);
        out.write(sealed);
    }

    /// Throws [IOException] for a frame that is too large, forged, replayed or out of order.
    Frame read(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size <= TAG_BYTES || size > FRAME_BYTES_MAX) {
            throw new IOException("a frame of " + Integer.toUnsignedString(size) + " bytes");
        }
        // Grows with what really arrives: a peer that only announces gets no memory.
        byte[] sealed = in.readNBytes(size);
        if (sealed.length < size) {
            throw new IOException("the connection ended inside a frame");
        }
        byte[] plain = cipher(Cipher.DECRYPT_MODE, sealed);
        return new Frame(plain[0] & 0xff, Bytes.wrap(plain).slice(1, plain.length));
    }

    private byte[] cipher(int mode, byte[] input) throws IOException {
        byte[] nonce = new byte[NONCE_BYTES];
        Words.putLong(nonce, 4, counter++);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IOException("a frame does not authenticate", e);
        }
    }
}
