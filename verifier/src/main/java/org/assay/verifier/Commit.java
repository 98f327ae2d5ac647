package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;

/// A provider's binding to its work, 281 bytes (PROOFS section 2; layout in package-info).
/// `kind` is the template's; `rows` and `seqs` are below 2^31, `workUnits` and `expiry` below
/// 2^63.
public record Commit(Facts facts, Signature signature) {
    public static final int SIZE = 281;
    public static final int SIGNED_SIZE = 216;
    public static final int VERSION = 1;

    /// The 216 signed bytes.
    public record Facts(
            int kind,
            long chainId,
            Address provider,
            Hash jobId,
            Hash templateId,
            Hash inputRoot,
            Hash outputRoot,
            Hash traceRoot,
            int rows,
            int seqs,
            long workUnits,
            long expiry) {
        byte[] encode() {
            byte[] bytes = new byte[SIGNED_SIZE];
            bytes[0] = VERSION;
            bytes[1] = (byte) kind;
            LittleEndian.putLong(bytes, 4, chainId);
            provider.writeTo(bytes, 12);
            jobId.writeTo(bytes, 32);
            templateId.writeTo(bytes, 64);
            inputRoot.writeTo(bytes, 96);
            outputRoot.writeTo(bytes, 128);
            traceRoot.writeTo(bytes, 160);
            LittleEndian.putInt(bytes, 192, rows);
            LittleEndian.putInt(bytes, 196, seqs);
            LittleEndian.putLong(bytes, 200, workUnits);
            LittleEndian.putLong(bytes, 208, expiry);
            return bytes;
        }

        public Hash commitId() {
            return Keccak.hash256(encode());
        }

        public Commit sign(SecretKey key) {
            return new Commit(this, Secp256k1.sign(commitId(), key));
        }
    }

    public Hash commitId() {
        return facts.commitId();
    }

    /// Whether the named provider signed, with a low s.
    public boolean signedByProvider() {
        return signature.isInRange()
                && signature.isLowS()
                && Secp256k1.recoverAddress(commitId(), signature)
                        .filter(facts.provider::equals)
                        .isPresent();
    }

    public Bytes encode() {
        return Bytes.wrap(facts.encode()).concat(signature.toBytes());
    }

    /// The Commit in `bytes`; empty unless it is the canonical form of one.
    public static Optional<Commit> decode(Bytes bytes) {
        byte[] array = bytes.unsafeArray();
        if (array.length != SIZE
                || array[0] != VERSION
                || LittleEndian.getShort(array, 2) != 0
                || (array[280] & 0xfe) != 0) {
            return Optional.empty();
        }
        Facts facts =
                new Facts(
                        array[1] & 0xff,
                        LittleEndian.getLong(array, 4),
                        Address.at(array, 12),
                        Hash.at(array, 32),
                        Hash.at(array, 64),
                        Hash.at(array, 96),
                        Hash.at(array, 128),
                        Hash.at(array, 160),
                        LittleEndian.getInt(array, 192),
                        LittleEndian.getInt(array, 196),
                        LittleEndian.getLong(array, 200),
                        LittleEndian.getLong(array, 208));
        boolean inRange =
                facts.rows > 0 && facts.seqs > 0 && facts.workUnits >= 0 && facts.expiry >= 0;
        return inRange
                ? Optional.of(
                        new Commit(facts, Signature.ofArray(bytes.slice(216, SIZE).toArray())))
                : Optional.empty();
    }
}
