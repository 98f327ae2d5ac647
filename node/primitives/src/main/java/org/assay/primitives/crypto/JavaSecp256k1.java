package org.assay.primitives.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/// Bouncy Castle's curve arithmetic, for machines without the native library.
final class JavaSecp256k1 implements Secp256k1Engine {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
    private static final BigInteger N = CURVE.getN();

    @Override
    public Optional<byte[]> recover(Hash digest, Signature signature) {
        BigInteger r = signature.r().toBigInteger();
        Optional<byte[]> no = Optional.empty();
        ECPoint point;
        try {
            byte[] encoded = new byte[33];
            encoded[0] = (byte) (2 + signature.yParity());
            System.arraycopy(signature.r().toArray(), 0, encoded, 1, 32);
            point = CURVE.getCurve().decodePoint(encoded);
        } catch (IllegalArgumentException e) {
            return no;
        }
        BigInteger e = new BigInteger(1, digest.toArray());
        BigInteger inverse = r.modInverse(N);
        BigInteger u1 = e.negate().mod(N).multiply(inverse).mod(N);
        BigInteger u2 = signature.s().toBigInteger().multiply(inverse).mod(N);
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, point, u2).normalize();
        return key.isInfinity() ? no : Optional.of(encode64(key));
    }

    @Override
    public boolean verify(Hash digest, Signature signature, byte[] publicKey64) {
        ECPoint point;
        try {
            point = decode64(publicKey64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, new ECPublicKeyParameters(point, DOMAIN));
        return verifier.verifySignature(
                digest.toArray(), signature.r().toBigInteger(), signature.s().toBigInteger());
    }

    @Override
    public Signature sign(Hash digest, SecretKey key) {
        BigInteger secret = new BigInteger(1, key.toArray());
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
        BigInteger[] pair = signer.generateSignature(digest.toArray());
        UInt256 r = UInt256.of(pair[0]);
        UInt256 s = UInt256.of(pair[1]);
        if (s.compareTo(Signature.HALF_CURVE_ORDER) > 0) {
            s = Signature.CURVE_ORDER.subtract(s);
        }
        byte[] publicKey = publicKey(key);
        Signature even = new Signature(r, s, 0);
        boolean isEven = recover(digest, even).filter(k -> Arrays.equals(k, publicKey)).isPresent();
        return isEven ? even : new Signature(r, s, 1);
    }

    @Override
    public byte[] publicKey(SecretKey key) {
        return encode64(CURVE.getG().multiply(new BigInteger(1, key.toArray())).normalize());
    }

    @Override
    public byte[] sharedX(SecretKey key, byte[] publicKey64) {
        ECPoint product =
                decode64(publicKey64).multiply(new BigInteger(1, key.toArray())).normalize();
        return product.getAffineXCoord().getEncoded();
    }

    @Override
    public Optional<byte[]> decompress(byte[] compressed33) {
        try {
            return Optional.of(encode64(CURVE.getCurve().decodePoint(compressed33).normalize()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ECPoint decode64(byte[] publicKey64) {
        byte[] encoded = new byte[65];
        encoded[0] = 4;
        System.arraycopy(publicKey64, 0, encoded, 1, 64);
        return CURVE.getCurve().decodePoint(encoded);
    }

    private static byte[] encode64(ECPoint point) {
        return Arrays.copyOfRange(point.getEncoded(false), 1, 65);
    }
}
