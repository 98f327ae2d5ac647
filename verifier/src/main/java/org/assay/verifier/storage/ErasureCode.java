package org.assay.verifier.storage;

import java.util.Arrays;

/// A systematic rate-½ code over GF(2^16): the data are the values of a polynomial of degree
/// below n at points 0..n−1, the parity those at n..2n−1. Evaluated by the additive FFT of Lin,
/// Chung and Han in O(n log n) (Novel Polynomial Basis and Its Application to Reed–Solomon
/// Erasure Codes, 2014). Symbols are little-endian 16-bit words; a symbol of each leaf makes one
/// codeword.
public final class ErasureCode {
    /// x^16 + x^12 + x^3 + x + 1, primitive.
    private static final int POLYNOMIAL = 0x1100b;

    static final int BITS = 16;
    private static final int ORDER = (1 << BITS) - 1;
    private static final int[] LOG = new int[1 << BITS];
    private static final int[] EXP = new int[2 * ORDER];

    /// Level i, bit b: s_i(2^b) / s_i(2^i), where s_i vanishes on 0..2^i−1: linear over GF(2),
    /// so these give it everywhere.
    private static final int[][] VANISHING = new int[BITS][BITS];

    static {
        int power = 1;
        for (int i = 0; i < ORDER; i++) {
            EXP[i] = power;
            EXP[i + ORDER] = power;
            LOG[power] = i;
            power <<= 1;
            power ^= power > ORDER ? POLYNOMIAL : 0;
        }
        int[] values = new int[BITS];
        for (int b = 0; b < BITS; b++) {
            values[b] = 1 << b; // s_0(x) = x
        }
        for (int i = 0; i < BITS; i++) {
            int pivot = values[i];
            for (int b = 0; b < BITS; b++) {
                VANISHING[i][b] = divide(values[b], pivot);
            }
            for (int b = 0; b < BITS; b++) {
                values[b] = multiply(values[b], values[b] ^ pivot);
            }
        }
    }

    private ErasureCode() {}

    static int multiply(int a, int b) {
        return a == 0 || b == 0 ? 0 : EXP[LOG[a] + LOG[b]];
    }

    static int divide(int a, int b) {
        return a == 0 ? 0 : EXP[LOG[a] + ORDER - LOG[b]];
    }

    /// The factor of level i at `point`.
    private static int skew(int i, int point) {
        int sum = 0;
        for (int b = i; b < BITS; b++) {
            sum ^= (point >> b & 1) == 0 ? 0 : VANISHING[i][b];
        }
        return sum;
    }

    /// The coded leaves of `data`, n·leafBytes bytes with n a power of two up to 2^15: data, then
    /// parity.
    public static byte[] encode(byte[] data, int leafBytes) {
        int n = data.length / leafBytes;
        if (n < 1 || Integer.bitCount(n) != 1 || n > 1 << (BITS - 1) || leafBytes % 2 != 0) {
            throw new IllegalArgumentException(n + " leaves of " + leafBytes + " bytes");
        }
        byte[] coded = Arrays.copyOf(data, 2 * data.length);
        System.arraycopy(data, 0, coded, data.length, data.length);
        int levels = Integer.numberOfTrailingZeros(n);
        // In place on the second half: to the polynomial, then to its values at n..2n−1.
        for (int i = 0; i < levels; i++) {
            for (int block = 0; block < n; block += 2 << i) {
                int factor = skew(i, block);
                for (int t = block; t < block + (1 << i); t++) {
                    int low = (n + t) * leafBytes;
                    int high = low + (leafBytes << i);
                    addScaled(coded, high, 1, coded, low, leafBytes);
                    addScaled(coded, low, factor, coded, high, leafBytes);
                }
            }
        }
        for (int i = levels - 1; i >= 0; i--) {
            for (int block = 0; block < n; block += 2 << i) {
                int factor = skew(i, n + block);
                for (int t = block; t < block + (1 << i); t++) {
                    int low = (n + t) * leafBytes;
                    int high = low + (leafBytes << i);
                    addScaled(coded, low, factor, coded, high, leafBytes);
                    addScaled(coded, high, 1, coded, low, leafBytes);
                }
            }
        }
        return coded;
    }

    /// to[..] += factor · from[..] over `size` bytes.
    private static void addScaled(
            byte[] to, int toAt, int factor, byte[] from, int fromAt, int size) {
        if (factor == 0) {
            return;
        }
        if (factor == 1) {
            for (int i = 0; i < size; i++) {
                to[toAt + i] ^= from[fromAt + i];
            }
            return;
        }
        int log = LOG[factor];
        for (int i = 0; i < size; i += 2) {
            int symbol = (from[fromAt + i] & 0xff) | ((from[fromAt + i + 1] & 0xff) << 8);
            if (symbol != 0) {
                int product = EXP[log + LOG[symbol]];
                to[toAt + i] ^= (byte) product;
                to[toAt + i + 1] ^= (byte) (product >> 8);
            }
        }
    }

    /// The data again from any half of the coded leaves: `coded` with garbage where `present` is
    /// false. O(n²) by Lagrange. Throws [IllegalArgumentException] with fewer than half.
    public static byte[] recover(byte[] coded, boolean[] present, int leafBytes) {
        int n = present.length / 2;
        int[] known = new int[n];
        int count = 0;
        for (int i = 0; i < present.length && count < n; i++) {
            if (present[i]) {
                known[count++] = i;
            }
        }
        if (count < n) {
            throw new IllegalArgumentException(count + " of the " + n + " leaves it takes");
        }
        byte[] data = Arrays.copyOf(coded, n * leafBytes);
        for (int point = 0; point < n; point++) {
            if (!present[point]) {
                Arrays.fill(data, point * leafBytes, (point + 1) * leafBytes, (byte) 0);
                for (int j = 0; j < n; j++) {
                    int weight = lagrange(known, j, point);
                    int from = known[j] * leafBytes;
                    addScaled(data, point * leafBytes, weight, coded, from, leafBytes);
                }
            }
        }
        return data;
    }

    private static int lagrange(int[] known, int j, int point) {
        int weight = 1;
        for (int m = 0; m < known.length; m++) {
            if (m != j) {
                weight = multiply(weight, divide(point ^ known[m], known[j] ^ known[m]));
            }
        }
        return weight;
    }
}
