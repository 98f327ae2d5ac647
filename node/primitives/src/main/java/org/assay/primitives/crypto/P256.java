package org.assay.primitives.crypto;

import java.math.BigInteger;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;

/// ECDSA verification over secp256r1 (P-256), the curve of passkeys and secure enclaves.
public final class P256 {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
    private static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

    private P256() {}

    /// Whether (`r`, `s`) signs `digest` under the key with the affine coordinates (`x`, `y`).
    /// False for scalars outside `[1, n)`, coordinates not below p, and points off the curve.
    /// Both s and n - s are accepted, as EIP-7951 has it.
    public static boolean verify(Hash digest, UInt256 r, UInt256 s, UInt256 x, UInt256 y) {
        ECPoint point;
        try {
            point = CURVE.getCurve().validatePoint(x.toBigInteger(), y.toBigInteger());
        } catch (IllegalArgumentException e) { // how the library reports a bad point
            return false;
        }
        BigInteger rNumber = r.toBigInteger();
        BigInteger sNumber = s.toBigInteger();
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, new ECPublicKeyParameters(point, DOMAIN));
        return verifier.verifySignature(digest.toArray(), rNumber, sNumber);
    }
}
