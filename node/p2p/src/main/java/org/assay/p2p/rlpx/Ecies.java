package org.assay.p2p.rlpx;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;

/// Encryption to a secp256k1 key as RLPx uses it: AES-128-CTR and HMAC-SHA-256 of the JDK under
/// keys that NIST SP 800-56's concatenation KDF draws from the shared x coordinate.
final class Ecies {
    private static final int KEY_BYTES = 65;
    private static final int IV_BYTES = 16;
    private static final int MAC_BYTES = 32;

    /// What encryption adds.
    static final int OVERHEAD_BYTES = KEY_BYTES + IV_BYTES + MAC_BYTES;

    private Ecies() {}

    /// `authenticated` is covered by the MAC and not part of the result.
    static byte[] encrypt(
            byte[] publicKey64, byte[] plain, byte[] authenticated, SecureRandom random) {
        SecretKey ephemeral = SecretKey.generate(random);
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        Keys keys = Keys.of(Secp256k1.sharedX(ephemeral, publicKey64));
        byte[] sealed = crypt(keys, iv, plain);
        byte[] message = new byte[OVERHEAD_BYTES + plain.length];
        message[0] = 0x04;
        System.arraycopy(Secp256k1.publicKey(ephemeral), 0, message, 1, 64);
        System.arraycopy(iv, 0, message, KEY_BYTES, IV_BYTES);
        System.arraycopy(sealed, 0, message, KEY_BYTES + IV_BYTES, sealed.length);
        byte[] mac = keys.mac(iv, sealed, authenticated);
        System.arraycopy(mac, 0, message, message.length - MAC_BYTES, MAC_BYTES);
        return message;
    }

    /// Throws [PeerException] for anything that was not encrypted to `key` with these
    /// authenticated bytes.
    static byte[] decrypt(SecretKey key, byte[] message, byte[] authenticated)
            throws PeerException {
        if (message.length < OVERHEAD_BYTES || message[0] != 0x04) {
            throw PeerException.breach("not an ECIES message");
        }
        Keys keys;
        try {
            keys = Keys.of(Secp256k1.sharedX(key, Arrays.copyOfRange(message, 1, KEY_BYTES)));
        } catch (IllegalArgumentException e) {
            throw PeerException.breach("an ephemeral key off the curve", e);
        }
        int macAt = message.length - MAC_BYTES;
        byte[] iv = Arrays.copyOfRange(message, KEY_BYTES, KEY_BYTES + IV_BYTES);
        byte[] sealed = Arrays.copyOfRange(message, KEY_BYTES + IV_BYTES, macAt);
        byte[] mac = Arrays.copyOfRange(message, macAt, message.length);
        if (!MessageDigest.isEqual(mac, keys.mac(iv, sealed, authenticated))) {
            throw PeerException.breach("an ECIES message with a wrong MAC");
        }
        return crypt(keys, iv, sealed);
    }

    private static byte[] crypt(Keys keys, byte[] iv, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(keys.encryption, "AES"),
                    new IvParameterSpec(iv));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES in counter mode", e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // secrets are never compared
    private record Keys(byte[] encryption, byte[] authentication) {
        /// One hash of KDF output is enough: 16 bytes to encrypt, 16 hashed once more for the
        /// MAC.
        static Keys of(byte[] sharedX) {
            byte[] input = new byte[4 + sharedX.length];
            input[3] = 1;
            System.arraycopy(sharedX, 0, input, 4, sharedX.length);
            byte[] drawn = Sha256.hash(input).toArray();
            return new Keys(
                    Arrays.copyOf(drawn, 16),
                    Sha256.hash(Arrays.copyOfRange(drawn, 16, 32)).toArray());
        }

        byte[] mac(byte[] iv, byte[] sealed, byte[] authenticated) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(authentication, "HmacSHA256"));
                mac.update(iv);
                mac.update(sealed);
                mac.update(authenticated);
                return mac.doFinal();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
            }
        }
    }
}
