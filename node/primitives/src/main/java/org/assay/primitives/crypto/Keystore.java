package org.assay.primitives.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.assay.primitives.Bytes;

/// A secret under a password: the `crypto` object of a Web3 Secret Storage file, version 3, with
/// its one cipher, aes-128-ctr. Files are parsed elsewhere.
///
/// `iv` has 16 bytes. `mac` is `keccak256(derived[16:32] ‖ ciphertext)`, 32 bytes; the cipher's
/// key is `derived[0:16]`.
public record Keystore(Bytes ciphertext, Bytes iv, Derivation derivation, Bytes mac) {
    /// Memory that scrypt may take, in bytes: four times that of the usual parameters.
    public static final long SCRYPT_BYTES_MAX = 1L << 30;

    /// Work that scrypt may take, in blocks of 128 bytes mixed: eight times the usual.
    public static final long SCRYPT_WORK_MAX = 1L << 24;

    public static final int PBKDF2_ITERATIONS_MAX = 10_000_000;

    public static final int SALT_BYTES_MAX = 1024;

    /// Bytes of a secret; keys have 32, some old ones fewer.
    public static final int SECRET_BYTES_MAX = 1024;

    private static final int IV_BYTES = 16;
    private static final int DERIVED_BYTES = 32;

    /// How a password becomes 32 bytes of key.
    public sealed interface Derivation {}

    /// `cost` is N, a power of two; the others are r and p.
    public record Scrypt(int cost, int blockSize, int parallelization, Bytes salt)
            implements Derivation {}

    /// With HMAC-SHA-256, the only function of the format.
    public record Pbkdf2(int iterations, Bytes salt) implements Derivation {}

    /// What opening a keystore gives.
    public sealed interface Opened {}

    public record Secret(Bytes bytes) implements Opened {
        /// The key, padded on the left as old files want it. Throws [IllegalArgumentException]
        /// where the bytes are not a key.
        public SecretKey toKey() {
            byte[] key = new byte[32];
            if (bytes.size() > key.length) {
                throw new IllegalArgumentException("a secret key has 32 bytes");
            }
            int offset = key.length - bytes.size();
            System.arraycopy(bytes.unsafeArray(), 0, key, offset, bytes.size());
            return SecretKey.of(key);
        }

        @Override
        public String toString() {
            return "Secret[hidden]";
        }
    }

    public record Refused(Reason reason) implements Opened {}

    public enum Reason {
        WRONG_PASSWORD,
        /// A parameter is missing its range, or wants more memory or time than is allowed.
        BAD_PARAMETERS
    }

    /// The secret, where `password` is right. Takes as long as the parameters want, most of a
    /// second for the usual ones.
    public Opened open(String password) {
        boolean sizes = iv.size() == IV_BYTES && ciphertext.size() <= SECRET_BYTES_MAX;
        if (!sizes || !isBounded(derivation)) {
            return new Refused(Reason.BAD_PARAMETERS);
        }
        byte[] derived = derive(derivation, password);
        byte[] expected = mac(derived, ciphertext.unsafeArray());
        if (!MessageDigest.isEqual(expected, mac.unsafeArray())) {
            return new Refused(Reason.WRONG_PASSWORD);
        }
        return new Secret(Bytes.wrap(apply(derived, iv.unsafeArray(), ciphertext.unsafeArray())));
    }

    /// `key` under `password`. Throws [IllegalArgumentException] for parameters out of bounds.
    public static Keystore seal(
            SecretKey key, String password, Derivation derivation, SecureRandom random) {
        if (!isBounded(derivation)) {
            throw new IllegalArgumentException("parameters out of bounds: " + derivation);
        }
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        byte[] derived = derive(derivation, password);
        byte[] ciphertext = apply(derived, iv, key.toArray());
        Bytes mac = Bytes.wrap(mac(derived, ciphertext));
        return new Keystore(Bytes.wrap(ciphertext), Bytes.wrap(iv), derivation, mac);
    }

    /// The parameters that geth writes: 256 MiB, most of a second.
    public static Scrypt standardScrypt(SecureRandom random) {
        return new Scrypt(1 << 18, 8, 1, salt(random));
    }

    /// 4 MiB: for keys that protect nothing, such as those of a development network.
    public static Scrypt lightScrypt(SecureRandom random) {
        return new Scrypt(1 << 12, 8, 6, salt(random));
    }

    private static Bytes salt(SecureRandom random) {
        byte[] salt = new byte[32];
        random.nextBytes(salt);
        return Bytes.wrap(salt);
    }

    private static boolean isBounded(Derivation derivation) {
        return switch (derivation) {
            case Scrypt s -> isBounded(s);
            case Pbkdf2 p ->
                    p.iterations() > 0
                            && p.iterations() <= PBKDF2_ITERATIONS_MAX
                            && p.salt().size() <= SALT_BYTES_MAX;
        };
    }

    /// RFC 7914 §2, then our own limits. For a block size of 1 it also wants N below 2^16, which
    /// no other implementation holds to and published vectors break.
    private static boolean isBounded(Scrypt s) {
        boolean positive = s.cost() > 1 && s.blockSize() > 0 && s.parallelization() > 0;
        if (!positive || Integer.bitCount(s.cost()) != 1 || s.salt().size() > SALT_BYTES_MAX) {
            return false;
        }
        long blocks = (long) s.cost() * s.blockSize();
        return blocks <= SCRYPT_BYTES_MAX / 128 && blocks <= SCRYPT_WORK_MAX / s.parallelization();
    }

    private static byte[] derive(Derivation derivation, String password) {
        byte[] secret = password.getBytes(UTF_8);
        byte[] salt =
                switch (derivation) {
                    case Scrypt scrypt -> scrypt.salt().unsafeArray();
                    case Pbkdf2 pbkdf2 -> pbkdf2.salt().unsafeArray();
                };
        return switch (derivation) {
            case Scrypt scrypt ->
                    ScryptFunction.derive(
                            secret,
                            salt,
                            scrypt.cost(),
                            scrypt.blockSize(),
                            scrypt.parallelization(),
                            DERIVED_BYTES);
            case Pbkdf2 pbkdf2 ->
                    ScryptFunction.pbkdf2(secret, salt, pbkdf2.iterations(), DERIVED_BYTES);
        };
    }

    private static byte[] mac(byte[] derived, byte[] ciphertext) {
        return Keccak.hash256(Arrays.copyOfRange(derived, 16, 32), ciphertext).toArray();
    }

    /// The cipher is a stream: sealing and opening are the same.
    private static byte[] apply(byte[] derived, byte[] iv, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            SecretKeySpec key = new SecretKeySpec(derived, 0, 16, "AES");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES in counter mode", e);
        }
    }
}
