package org.assay.primitives.crypto;

import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;

/// A recoverable secp256k1 signature. `yParity` is 0 or 1.
public record Signature(UInt256 r, UInt256 s, int yParity) {
    public static final int SIZE = 65;

    public static final UInt256 CURVE_ORDER =
            UInt256.parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    public static final UInt256 HALF_CURVE_ORDER =
            UInt256.parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    /// From 65 bytes r ‖ s ‖ v; v is 0, 1, 27 or 28. Throws [IllegalArgumentException] otherwise.
    public static Signature ofArray(byte[] array) {
        if (array.length != SIZE) {
            throw new IllegalArgumentException("a signature has 65 bytes, not " + array.length);
        }
        int v = array[64] & 0xff;
        int yParity = v >= 27 ? v - 27 : v;
        if (yParity > 1) {
            throw new IllegalArgumentException("v is " + v);
        }
        return new Signature(UInt256.at(array, 0), UInt256.at(array, 32), yParity);
    }

    /// 65 bytes r ‖ s ‖ yParity.
    public Bytes toBytes() {
        byte[] array = new byte[SIZE];
        r.writeTo(array, 0);
        s.writeTo(array, 32);
        array[64] = (byte) yParity;
        return Bytes.wrap(array);
    }

    /// `0 < r < n` and `0 < s < n`.
    public boolean isInRange() {
        return !r.isZero()
                && !s.isZero()
                && r.compareTo(CURVE_ORDER) < 0
                && s.compareTo(CURVE_ORDER) < 0;
    }

    /// Whether s is at most half the curve's order (EIP-2).
    public boolean isLowS() {
        return s.compareTo(HALF_CURVE_ORDER) <= 0;
    }
}
