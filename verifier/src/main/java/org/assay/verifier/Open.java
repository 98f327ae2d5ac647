package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;

/// A provider's answer to the drawn cells, 135 bytes: it binds the sidecar before r is known.
public record Open(
        Hash commitId, int cells, int sidecarBytes, Hash sidecarRoot, Signature signature) {
    public static final int SIZE = 135;
    public static final int SIGNED_SIZE = 70;

    public static Open sign(
            Hash commitId, int cells, int sidecarBytes, Hash sidecarRoot, SecretKey key) {
        Hash digest = Keccak.hash256(encode(commitId, cells, sidecarBytes, sidecarRoot));
        return new Open(commitId, cells, sidecarBytes, sidecarRoot, Secp256k1.sign(digest, key));
    }

    public boolean signedBy(Address provider) {
        Hash digest = Keccak.hash256(encode(commitId, cells, sidecarBytes, sidecarRoot));
        return signature.isInRange()
                && signature.isLowS()
                && Secp256k1.recoverAddress(digest, signature).filter(provider::equals).isPresent();
    }

    private static byte[] encode(Hash commitId, int cells, int sidecarBytes, Hash sidecarRoot) {
        byte[] bytes = new byte[SIGNED_SIZE];
        commitId.writeTo(bytes, 0);
        LittleEndian.putShort(bytes, 32, cells);
        LittleEndian.putInt(bytes, 34, sidecarBytes);
        sidecarRoot.writeTo(bytes, 38);
        return bytes;
    }

    public Bytes encode() {
        return Bytes.wrap(encode(commitId, cells, sidecarBytes, sidecarRoot))
                .concat(signature.toBytes());
    }

    /// The Open in `bytes`; empty unless it is the canonical form of one.
    public static Optional<Open> decode(Bytes bytes) {
        byte[] array = bytes.unsafeArray();
        if (array.length != SIZE
                || (array[134] & 0xfe) != 0
                || LittleEndian.getInt(array, 34) < 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Open(
                        Hash.at(array, 0),
                        LittleEndian.getShort(array, 32) & 0xffff,
                        LittleEndian.getInt(array, 34),
                        Hash.at(array, 38),
                        Signature.ofArray(bytes.slice(SIGNED_SIZE, SIZE).toArray())));
    }
}
