package org.assay.evm.precompile.bn128;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.primitives.Hex;

/// Encoded points and scalars for the tests.
final class Points {
    static final byte[] G1_GENERATOR = Hex.decode("%064x%064x".formatted(1, 2));

    static final byte[] G2_GENERATOR =
            Hex.decode(
                    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                            + "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                            + "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
                            + "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");

    private Points() {}

    /// Uniform below p, or one of the values where carries and reductions go wrong.
    static BigInteger fieldElement(RandomGenerator random) {
        BigInteger edge =
                switch (random.nextInt(8)) {
                    case 0 -> BigInteger.valueOf(random.nextInt(3));
                    case 1 -> BigInteger.valueOf(-1 - random.nextInt(3));
                    case 2 -> BigInteger.ONE.shiftLeft(random.nextInt(254));
                    case 3 -> BigInteger.ONE.shiftLeft(64 * (1 + random.nextInt(3))).negate();
                    default -> uniform(random);
                };
        return edge.mod(Fp.P);
    }

    /// Any 256-bit scalar; zero, one and the neighbours of the order among them.
    static BigInteger scalar(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> BigInteger.valueOf(random.nextInt(3));
            case 1 -> Halves.ORDER.add(BigInteger.valueOf(random.nextInt(3) - 1));
            case 2 -> BigInteger.ONE.shiftLeft(random.nextInt(256));
            case 3 -> BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
            default -> uniform(random);
        };
    }

    static BigInteger uniform(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes);
    }

    static byte[] word(BigInteger value) {
        return Hex.decode("%064x".formatted(value));
    }

    static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    /// The generator of G1 times `scalar`, or of its negative.
    static byte[] g1(BigInteger scalar) {
        long[] point = new long[G1.SIZE];
        G1 group = new G1();
        group.read(point, 0, G1_GENERATOR, 0);
        group.mul(point, 0, point, 0, scalar.mod(Halves.ORDER));
        byte[] output = new byte[AltBn128.POINT_BYTES];
        group.write(output, 0, point, 0);
        return output;
    }

    /// The generator of G2 times `scalar`, by doubling and adding.
    static byte[] g2(BigInteger scalar) {
        Fp2 field = new Fp2();
        G2 group = new G2(field);
        long[] generator = new long[G2.SIZE];
        group.read(generator, 0, G2_GENERATOR, 0);
        return encode(field, multiply(group, generator, scalar));
    }

    static long[] multiply(G2 group, long[] point, BigInteger scalar) {
        long[] sum = new long[G2.SIZE];
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            group.twice(sum, 0, sum, 0);
            if (scalar.testBit(bit)) {
                group.add(sum, 0, sum, 0, point, 0);
            }
        }
        return sum;
    }

    static byte[] encode(Fp2 field, long[] point) {
        byte[] output = new byte[128];
        if (!G2.isInfinity(point, 0)) {
            long[] inverse = new long[Fp2.SIZE];
            long[] power = new long[Fp2.SIZE];
            long[] coordinate = new long[Fp2.SIZE];
            field.invert(inverse, 0, point, 16);
            field.square(power, 0, inverse, 0);
            field.mul(coordinate, 0, point, 0, power, 0);
            Fp.write(output, 0, coordinate, 4);
            Fp.write(output, 32, coordinate, 0);
            field.mul(power, 0, power, 0, inverse, 0);
            field.mul(coordinate, 0, point, 8, power, 0);
            Fp.write(output, 64, coordinate, 4);
            Fp.write(output, 96, coordinate, 0);
        }
        return output;
    }
}
