package org.assay.primitives.crypto;

import fr.acinq.secp256k1.Secp256k1Exception;
import java.util.Arrays;
import java.util.Optional;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// libsecp256k1 through its JNI binding.
final class NativeSecp256k1 implements Secp256k1Engine {
    private final fr.acinq.secp256k1.Secp256k1 library;

    /// Throws a linkage error where the native library does not load.
    NativeSecp256k1() {
        library = fr.acinq.secp256k1.Secp256k1.get();
    }

    @Override
    public Optional<byte[]> recover(Hash digest, Signature signature) {
        try {
            byte[] compact = Arrays.copyOf(signature.toBytes().unsafeArray(), 64);
            byte[] point = library.ecdsaRecover(compact, digest.toArray(), signature.yParity());
            return Optional.of(Arrays.copyOfRange(point, 1, 65));
        } catch (Secp256k1Exception e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean verify(Hash digest, Signature signature, byte[] publicKey64) {
        UInt256 s = signature.s();
        UInt256 low = signature.isLowS() ? s : Signature.CURVE_ORDER.subtract(s);
        byte[] compact = new byte[64];
        signature.r().writeTo(compact, 0);
        low.writeTo(compact, 32); // the library refuses a high s
        try {
            return library.verify(compact, digest.toArray(), encode65(publicKey64));
        } catch (Secp256k1Exception e) {
            return false;
        }
    }

    private static byte[] encode65(byte[] publicKey64) {
        byte[] point = new byte[65];
        point[0] = 4;
        System.arraycopy(publicKey64, 0, point, 1, 64);
        return point;
    }

    @Override
    public Signature sign(Hash digest, SecretKey key) {
        byte[] message = digest.toArray();
        byte[] secret = key.toArray();
        byte[] compact = library.sign(message, secret, null);
        UInt256 r = UInt256.at(compact, 0);
        UInt256 s = UInt256.at(compact, 32);
        // The binding has no recoverable signing: the parity is found by recovering.
        byte[] point = library.ecdsaRecover(compact, message, 0);
        boolean even = Arrays.equals(point, 1, 65, key.publicKey(this), 0, 64);
        return new Signature(r, s, even ? 0 : 1);
    }

    @Override
    public byte[] publicKey(SecretKey key) {
        return Arrays.copyOfRange(library.pubkeyCreate(key.toArray()), 1, 65);
    }

    @Override
    public byte[] sharedX(SecretKey key, byte[] publicKey64) {
        try {
            byte[] product = library.pubKeyTweakMul(encode65(publicKey64), key.toArray());
            return Arrays.copyOfRange(product, 1, 33);
        } catch (Secp256k1Exception e) {
            throw new IllegalArgumentException("not a point of the curve", e);
        }
    }

    @Override
    public Optional<byte[]> decompress(byte[] compressed33) {
        try {
            return Optional.of(Arrays.copyOfRange(library.pubkeyParse(compressed33), 1, 65));
        } catch (Secp256k1Exception e) {
            return Optional.empty();
        }
    }
}
