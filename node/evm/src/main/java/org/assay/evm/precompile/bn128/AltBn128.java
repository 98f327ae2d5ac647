package org.assay.evm.precompile.bn128;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// The three operations of EIP-196 and EIP-197 on encoded points. Null means an invalid point.
public final class AltBn128 {
    public static final int POINT_BYTES = 64;
    public static final int SCALAR_BYTES = 32;
    public static final int PAIR_BYTES = 192;

    private AltBn128() {}

    /// The sum of two points, `input` being 128 bytes.
    public static byte @Nullable [] add(byte[] input) {
        G1 group = new G1();
        long[] p = new long[G1.SIZE];
        long[] q = new long[G1.SIZE];
        if (!group.read(p, 0, input, 0) || !group.read(q, 0, input, POINT_BYTES)) {
            return null;
        }
        group.add(p, 0, p, 0, q, 0);
        byte[] output = new byte[POINT_BYTES];
        group.write(output, 0, p, 0);
        return output;
    }

    /// A point times any 256-bit scalar, `input` being 96 bytes.
    public static byte @Nullable [] multiply(byte[] input) {
        G1 group = new G1();
        long[] p = new long[G1.SIZE];
        if (!group.read(p, 0, input, 0)) {
            return null;
        }
        group.mul(p, 0, p, 0, new BigInteger(1, input, POINT_BYTES, SCALAR_BYTES));
        byte[] output = new byte[POINT_BYTES];
        group.write(output, 0, p, 0);
        return output;
    }

    /// Whether the product of the pairings of all pairs is one, `input` being a multiple of 192
    /// bytes.
    public static @Nullable Boolean isPairingProductOne(byte[] input) {
        Pairing pairing = new Pairing();
        for (int offset = 0; offset < input.length; offset += PAIR_BYTES) {
            if (!pairing.accept(input, offset)) {
                return null;
            }
        }
        return pairing.isOne();
    }
}
