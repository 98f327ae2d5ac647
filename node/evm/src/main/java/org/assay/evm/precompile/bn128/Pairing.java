package org.assay.evm.precompile.bn128;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// The optimal ate pairing, many at once: one chain of squarings for all Miller loops and one
/// final exponentiation. An instance is one product of pairings.
final class Pairing {
    /// 6x + 2 in signed digits, highest first; its top digit is where the loop starts.
    private static final byte[] LOOP = signedDigits();

    private final Fp2 field = new Fp2();
    private final Fp12 tower = new Fp12(field);
    private final G1 g1 = new G1();
    private final G2 g2 = new G2(field);
    private final List<MillerLoop> loops = new ArrayList<>();

    private static byte[] signedDigits() {
        BigInteger rest = BigInteger.valueOf(Halves.X).multiply(BigInteger.valueOf(6));
        rest = rest.add(BigInteger.TWO);
        byte[] lowestFirst = new byte[rest.bitLength() + 1];
        int size = 0;
        while (rest.signum() != 0) {
            if (rest.testBit(0)) {
                int digit = rest.testBit(1) ? -1 : 1;
                lowestFirst[size] = (byte) digit;
                rest = rest.subtract(BigInteger.valueOf(digit));
            }
            rest = rest.shiftRight(1);
            size++;
        }
        byte[] digits = new byte[size];
        for (int i = 0; i < size; i++) {
            digits[i] = lowestFirst[size - 1 - i];
        }
        return digits;
    }

    /// Takes the pair `G1 ‖ G2`, 192 bytes; false where one of the points is not valid.
    boolean accept(byte[] input, int offset) {
        long[] p = new long[G1.SIZE];
        long[] q = new long[G2.SIZE];
        if (!g1.read(p, 0, input, offset) || !g2.read(q, 0, input, offset + 64)) {
            return false;
        }
        if (!G1.isInfinity(p, 0) && !G2.isInfinity(q, 0)) {
            loops.add(new MillerLoop(field, p, q)); // the pairing with infinity is one
        }
        return true;
    }

    /// Whether the product of the pairings of all accepted pairs is one.
    boolean isOne() {
        if (loops.isEmpty()) {
            return true;
        }
        long[] f = Fp12.one();
        for (int i = 1; i < LOOP.length; i++) {
            tower.square(f, f);
            for (MillerLoop loop : loops) {
                tower.mulByLine(f, f, loop.twice());
                if (LOOP[i] != 0) {
                    tower.mulByLine(f, f, loop.add(LOOP[i]));
                }
            }
        }
        for (MillerLoop loop : loops) {
            tower.mulByLine(f, f, loop.addFrobenius());
            tower.mulByLine(f, f, loop.addFrobeniusSquared());
        }
        return Fp12.isOne(finalExponentiation(f));
    }

    /// f^((p^12 - 1)/r · k) for a fixed k that r does not divide (Fuentes-Castañeda, Knapp and
    /// Rodríguez-Henríquez 2011).
    long[] finalExponentiation(long[] f) {
        long[] r = new long[Fp12.SIZE];
        long[] y = new long[Fp12.SIZE];
        tower.invert(y, f);
        tower.conjugate(r, f);
        tower.mul(r, r, y); // f^(p^6 - 1)
        frobenius(y, r, 2);
        tower.mul(r, y, r); // ^(p^2 + 1): now in the cyclotomic subgroup

        long[] y0 = powerMinusX(r);
        long[] y1 = squared(y0);
        long[] y3 = product(squared(y1), y1);
        long[] y4 = powerMinusX(y3);
        long[] y6 = powerMinusX(squared(y4));
        tower.conjugate(y3, y3);
        tower.conjugate(y6, y6);
        long[] y8 = product(product(y6, y4), y3);
        long[] y9 = product(y8, y1);
        long[] y11 = product(product(y8, y4), r);
        frobenius(y, y9, 1);
        long[] result = product(y, y11);
        frobenius(y, y8, 2);
        tower.mul(result, y, result);
        tower.conjugate(r, r);
        tower.mul(r, r, y9);
        frobenius(y, r, 3);
        tower.mul(result, y, result);
        return result;
    }

    private void frobenius(long[] r, long[] a, int times) {
        tower.frobenius(r, a);
        for (int i = 1; i < times; i++) {
            tower.frobenius(r, r);
        }
    }

    private long[] squared(long[] a) {
        long[] r = new long[Fp12.SIZE];
        tower.squareCyclotomic(r, a);
        return r;
    }

    private long[] product(long[] a, long[] b) {
        long[] r = new long[Fp12.SIZE];
        tower.mul(r, a, b);
        return r;
    }

    private long[] powerMinusX(long[] a) {
        long[] r = a.clone();
        for (int bit = 62 - Long.numberOfLeadingZeros(Halves.X); bit >= 0; bit--) {
            tower.squareCyclotomic(r, r);
            if ((Halves.X >>> bit & 1) != 0) {
                tower.mul(r, r, a);
            }
        }
        tower.conjugate(r, r);
        return r;
    }
}
