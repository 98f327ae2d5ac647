package org.assay.primitives.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.assay.primitives.Hash;

/// SHA-256 (FIPS 180-4), from the JDK, which uses the CPU's instructions for it.
public final class Sha256 {
    private Sha256() {}

    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public static Hash hash(byte[] input) {
        return Hash.of(digest().digest(input));
    }
}
