package org.assay.primitives.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;

/// A blob as the polynomial whose values at the roots of unity it lists, in bit-reversed order
/// (consensus-specs, deneb/polynomial-commitments).
final class BlobPolynomial {
    static final int ELEMENTS = 4_096;
    private static final int ELEMENTS_LOG2 = 12;
    private static final BigInteger MODULUS = Kzg.MODULUS.toBigInteger();
    private static final byte[] DOMAIN = "FSBLOBVERIFY_V1_".getBytes(StandardCharsets.US_ASCII);

    private BlobPolynomial() {}

    /// The point at which a blob's proof opens its commitment.
    static BigInteger challenge(Bytes blob, byte[] commitment) {
        byte[] degree = new byte[16];
        degree[14] = ELEMENTS >> 8;
        var digest = Sha256.digest();
        digest.update(DOMAIN);
        digest.update(degree);
        digest.update(blob.unsafeArray());
        return new BigInteger(1, digest.digest(commitment)).mod(MODULUS);
    }

    /// The value at `z`, by the barycentric formula; empty where an element is not below the
    /// modulus.
    static Optional<BigInteger> valueAt(Bytes blob, BigInteger z) {
        BigInteger[] roots = roots();
        BigInteger[] values = new BigInteger[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            values[i] = UInt256.at(blob.unsafeArray(), i * 32).toBigInteger();
            if (values[i].compareTo(MODULUS) >= 0) {
                return Optional.empty();
            }
            if (roots[i].equals(z)) {
                return Optional.of(values[i]);
            }
        }
        BigInteger[] inverses = inverses(roots, z);
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < ELEMENTS; i++) {
            sum = sum.add(values[i].multiply(roots[i]).mod(MODULUS).multiply(inverses[i]));
        }
        BigInteger width = BigInteger.valueOf(ELEMENTS);
        BigInteger scale =
                z.modPow(width, MODULUS)
                        .subtract(BigInteger.ONE)
                        .multiply(width.modInverse(MODULUS));
        return Optional.of(sum.multiply(scale).mod(MODULUS));
    }

    private static BigInteger[] roots() {
        BigInteger order = MODULUS.subtract(BigInteger.ONE);
        BigInteger root = BigInteger.valueOf(7).modPow(order.shiftRight(ELEMENTS_LOG2), MODULUS);
        BigInteger[] roots = new BigInteger[ELEMENTS];
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < ELEMENTS; i++) {
            roots[Integer.reverse(i) >>> (32 - ELEMENTS_LOG2)] = power;
            power = power.multiply(root).mod(MODULUS);
        }
        return roots;
    }

    /// `1 / (z − root)` of every root, with a single inversion.
    private static BigInteger[] inverses(BigInteger[] roots, BigInteger z) {
        BigInteger[] products = new BigInteger[ELEMENTS];
        BigInteger product = BigInteger.ONE;
        for (int i = 0; i < ELEMENTS; i++) {
            products[i] = product;
            product = product.multiply(z.subtract(roots[i])).mod(MODULUS);
        }
        BigInteger inverse = product.modInverse(MODULUS);
        for (int i = ELEMENTS - 1; i >= 0; i--) {
            products[i] = products[i].multiply(inverse).mod(MODULUS);
            inverse = inverse.multiply(z.subtract(roots[i])).mod(MODULUS);
        }
        return products;
    }
}
