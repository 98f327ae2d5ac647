package org.assay.primitives.crypto;

import org.assay.primitives.Bytes;
import supranational.blst.BLST_ERROR;
import supranational.blst.P1;
import supranational.blst.P1_Affine;
import supranational.blst.P2;
import supranational.blst.P2_Affine;
import supranational.blst.Pairing;

/// BLS12-381 signatures, "minimal public key size": keys in G1 (48 bytes), signatures in G2
/// (96 bytes), ciphersuite of the proof-of-possession scheme (IETF
/// draft-irtf-cfrg-bls-signature).
public final class Bls {
    public static final int PUBLIC_KEY_SIZE = 48;
    public static final int SIGNATURE_SIZE = 96;
    public static final String SIGN_DOMAIN = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    public static final String POSSESSION_DOMAIN = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

    private Bls() {}

    /// The secret scalar derived from at least 32 bytes of seed (HKDF, EIP-2333 style key
    /// generation), 32 bytes big-endian.
    public static byte[] secretFromSeed(byte[] seed) {
        supranational.blst.SecretKey key = new supranational.blst.SecretKey();
        key.keygen(seed);
        return key.to_bendian();
    }

    public static Bytes publicKey(byte[] secret32) {
        return Bytes.wrap(new P1(secret(secret32)).compress());
    }

    public static Bytes sign(byte[] secret32, byte[] message) {
        return signIn(secret32, message, SIGN_DOMAIN);
    }

    /// The signature over the signer's own public key that keeps rogue keys out.
    public static Bytes provePossession(byte[] secret32) {
        return signIn(secret32, publicKey(secret32).unsafeArray(), POSSESSION_DOMAIN);
    }

    /// The public key as EIP-2537 writes a point of G1: 128 bytes.
    public static Bytes publicKeyPoint(byte[] secret32) {
        return padded(new P1(secret(secret32)).serialize(), 0, 1);
    }

    /// A signature over `message` in [#POSSESSION_DOMAIN], as EIP-2537 writes a point of G2: 256
    /// bytes. blst writes the imaginary part of a coordinate first, the precompiles the real one.
    public static Bytes possessionPoint(byte[] secret32, byte[] message) {
        P2 point = new P2().hash_to(message, POSSESSION_DOMAIN).sign_with(secret(secret32));
        return padded(point.serialize(), 1, 0, 3, 2);
    }

    /// These coordinates of 48 bytes, each in a word of 64.
    private static Bytes padded(byte[] coordinates, int... order) {
        byte[] words = new byte[64 * order.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(coordinates, 48 * order[i], words, 64 * i + 16, 48);
        }
        return Bytes.wrap(words);
    }

    public static boolean verify(Bytes publicKey, byte[] message, Bytes signature) {
        return verifyIn(publicKey, message, signature, SIGN_DOMAIN);
    }

    public static boolean verifyPossession(Bytes publicKey, Bytes proof) {
        return verifyIn(publicKey, publicKey.unsafeArray(), proof, POSSESSION_DOMAIN);
    }

    private static supranational.blst.SecretKey secret(byte[] secret32) {
        supranational.blst.SecretKey key = new supranational.blst.SecretKey();
        key.from_bendian(secret32);
        return key;
    }

    private static Bytes signIn(byte[] secret32, byte[] message, String domain) {
        P2 point = new P2().hash_to(message, domain).sign_with(secret(secret32));
        return Bytes.wrap(point.compress());
    }

    private static boolean verifyIn(
            Bytes publicKey, byte[] message, Bytes signature, String domain) {
        if (publicKey.size() != PUBLIC_KEY_SIZE || signature.size() != SIGNATURE_SIZE) {
            return false;
        }
        try {
            P1_Affine key = new P1_Affine(publicKey.toArray());
            P2_Affine point = new P2_Affine(signature.toArray());
            if (key.is_inf() || !key.in_group() || !point.in_group()) {
                return false;
            }
            Pairing pairing = new Pairing(true, domain);
            if (pairing.aggregate(key, point, message) != BLST_ERROR.BLST_SUCCESS) {
                return false;
            }
            pairing.commit();
            return pairing.finalverify();
        } catch (RuntimeException e) { // the binding reports a malformed point this way
            return false;
        }
    }
}
