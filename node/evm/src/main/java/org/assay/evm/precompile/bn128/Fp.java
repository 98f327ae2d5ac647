package org.assay.evm.precompile.bn128;

import java.math.BigInteger;
import org.assay.primitives.Words;

/// Arithmetic modulo the field's prime p, 254 bits, on 4-word elements in Montgomery form.
final class Fp {
    static final int SIZE = 4;

    static final BigInteger P =
            new BigInteger("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47", 16);

    static final long P0 = 0x3c208c16d87cfd47L;
    static final long P1 = 0x97816a916871ca8dL;
    static final long P2 = 0xb85045b68181585dL;
    static final long P3 = 0x30644e72e131a029L;

    /// -1/p mod 2^64.
    static final long NEGATIVE_INVERSE = 0x87d20782e4866389L;

    /// 2^512 mod p: what turns a number into Montgomery form.
    private static final long[] R_SQUARED = words(BigInteger.TWO.pow(512).mod(P));

    private static final long[] PLAIN_ONE = {1, 0, 0, 0};

    private static final long[] ONE = words(BigInteger.TWO.pow(256).mod(P));

    private Fp() {}

    private static long[] words(BigInteger value) {
        long[] words = new long[SIZE];
        for (int i = 0; i < SIZE; i++) {
            words[i] = value.shiftRight(64 * i).longValue();
        }
        return words;
    }

    /// A new element holding `value mod p`.
    static long[] of(BigInteger value) {
        long[] element = words(value.mod(P));
        mul(element, 0, element, 0, R_SQUARED, 0);
        return element;
    }

    static BigInteger toBigInteger(long[] a, int ai) {
        byte[] bytes = new byte[32];
        write(bytes, 0, a, ai);
        return new BigInteger(1, bytes);
    }

    /// Reads 32 big-endian bytes; false, with `r` unspecified, where they are not below p.
    static boolean read(long[] r, int ri, byte[] input, int offset) {
        r[ri + 3] = Words.getLong(input, offset);
        r[ri + 2] = Words.getLong(input, offset + 8);
        r[ri + 1] = Words.getLong(input, offset + 16);
        r[ri] = Words.getLong(input, offset + 24);
        if (!isReduced(r, ri)) {
            return false;
        }
        mul(r, ri, r, ri, R_SQUARED, 0);
        return true;
    }

    private static boolean isReduced(long[] a, int ai) {
        int order = Long.compareUnsigned(a[ai + 3], P3);
        if (order == 0) {
            order = Long.compareUnsigned(a[ai + 2], P2);
        }
        if (order == 0) {
            order = Long.compareUnsigned(a[ai + 1], P1);
        }
        return order == 0 ? Long.compareUnsigned(a[ai], P0) < 0 : order < 0;
    }

    /// Writes 32 big-endian bytes.
    static void write(byte[] output, int offset, long[] a, int ai) {
        long[] plain = new long[SIZE];
        mul(plain, 0, a, ai, PLAIN_ONE, 0);
        Words.putLong(output, offset, plain[3]);
        Words.putLong(output, offset + 8, plain[2]);
        Words.putLong(output, offset + 16, plain[1]);
        Words.putLong(output, offset + 24, plain[0]);
    }

    static void setOne(long[] r, int ri) {
        System.arraycopy(ONE, 0, r, ri, SIZE);
    }

    static void setZero(long[] r, int ri) {
        r[ri] = 0;
        r[ri + 1] = 0;
        r[ri + 2] = 0;
        r[ri + 3] = 0;
    }

    static boolean isZero(long[] a, int ai) {
        return (a[ai] | a[ai + 1] | a[ai + 2] | a[ai + 3]) == 0;
    }

    static boolean equal(long[] a, int ai, long[] b, int bi) {
        return ((a[ai] ^ b[bi])
                        | (a[ai + 1] ^ b[bi + 1])
                        | (a[ai + 2] ^ b[bi + 2])
                        | (a[ai + 3] ^ b[bi + 3]))
                == 0;
    }

    /// 1 where the sum that came out as `sum` carried, `addend` being one of its two terms; also
    /// the borrow of `sum - addend`. Comparing with flipped signs makes a product 45 ns against
    /// the 61 of [Long#compareUnsigned], whose intrinsic branches.
    private static long carry(long sum, long addend) {
        return sum + Long.MIN_VALUE < addend + Long.MIN_VALUE ? 1 : 0;
    }

    static void add(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        long s0 = a[ai] + b[bi];
        long k = carry(s0, b[bi]);
        long s1 = a[ai + 1] + k;
        k = carry(s1, k);
        s1 += b[bi + 1];
        k += carry(s1, b[bi + 1]);
        long s2 = a[ai + 2] + k;
        k = carry(s2, k);
        s2 += b[bi + 2];
        k += carry(s2, b[bi + 2]);
        reduce(r, ri, s0, s1, s2, a[ai + 3] + b[bi + 3] + k); // below 2^255: no carry out
    }

    static void twice(long[] r, int ri, long[] a, int ai) {
        long s0 = a[ai];
        long s1 = a[ai + 1];
        long s2 = a[ai + 2];
        long s3 = (a[ai + 3] << 1) | (s2 >>> 63);
        reduce(r, ri, s0 << 1, (s1 << 1) | (s0 >>> 63), (s2 << 1) | (s1 >>> 63), s3);
    }

    /// Stores a number below 2p, less p where it is not below p.
    static void reduce(long[] r, int ri, long s0, long s1, long s2, long s3) {
        long d0 = s0 - P0;
        long k = carry(s0, P0);
        long e1 = s1 - P1;
        long d1 = e1 - k;
        k = carry(s1, P1) + carry(e1, k);
        long e2 = s2 - P2;
        long d2 = e2 - k;
        k = carry(s2, P2) + carry(e2, k);
        long d3 = s3 - P3 - k;
        long keep = d3 >> 63; // all ones where the difference is negative
        r[ri] = d0 ^ ((d0 ^ s0) & keep);
        r[ri + 1] = d1 ^ ((d1 ^ s1) & keep);
        r[ri + 2] = d2 ^ ((d2 ^ s2) & keep);
        r[ri + 3] = d3 ^ ((d3 ^ s3) & keep);
    }

    static void sub(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        long d0 = a[ai] - b[bi];
        long k = carry(a[ai], b[bi]);
        long e1 = a[ai + 1] - b[bi + 1];
        long d1 = e1 - k;
        k = carry(a[ai + 1], b[bi + 1]) + carry(e1, k);
        long e2 = a[ai + 2] - b[bi + 2];
        long d2 = e2 - k;
        k = carry(a[ai + 2], b[bi + 2]) + carry(e2, k);
        long d3 = a[ai + 3] - b[bi + 3] - k;
        long mask = d3 >> 63; // both are below 2^254: the sign bit says that p is to be added
        long s0 = d0 + (P0 & mask);
        k = carry(s0, d0);
        long s1 = d1 + k;
        k = carry(s1, k);
        s1 += P1 & mask;
        k += carry(s1, P1 & mask);
        long s2 = d2 + k;
        k = carry(s2, k);
        s2 += P2 & mask;
        k += carry(s2, P2 & mask);
        r[ri] = s0;
        r[ri + 1] = s1;
        r[ri + 2] = s2;
        r[ri + 3] = d3 + (P3 & mask) + k;
    }

    static void negate(long[] r, int ri, long[] a, int ai) {
        if (isZero(a, ai)) {
            setZero(r, ri);
            return;
        }
        long d0 = P0 - a[ai];
        long k = carry(P0, a[ai]);
        long e1 = P1 - a[ai + 1];
        long d1 = e1 - k;
        k = carry(P1, a[ai + 1]) + carry(e1, k);
        long e2 = P2 - a[ai + 2];
        long d2 = e2 - k;
        k = carry(P2, a[ai + 2]) + carry(e2, k);
        r[ri + 3] = P3 - a[ai + 3] - k;
        r[ri] = d0;
        r[ri + 1] = d1;
        r[ri + 2] = d2;
    }

    /// The Montgomery product a·b/R: operand scanning with the reduction interleaved. p's top
    /// word leaves a bit free, so the running sum never needs a fifth word.
    static void mul(long[] r, int ri, long[] a, int ai, long[] b, int bi) {
        long a0 = a[ai];
        long a1 = a[ai + 1];
        long a2 = a[ai + 2];
        long a3 = a[ai + 3];
        long t0 = 0;
        long t1 = 0;
        long t2 = 0;
        long t3 = 0;
        for (int i = 0; i < SIZE; i++) {
            long w = b[bi + i];
            long low = a0 * w;
            t0 += low;
            long high = Math.unsignedMultiplyHigh(a0, w) + carry(t0, low);
            long m = t0 * NEGATIVE_INVERSE;
            // t0 + m·P0 is 0 modulo 2^64 by the choice of m, so it carries unless t0 is 0.
            long fold = Math.unsignedMultiplyHigh(m, P0) + (t0 != 0 ? 1 : 0);

            t1 += high;
            high = carry(t1, high);
            low = a1 * w;
            t1 += low;
            high += Math.unsignedMultiplyHigh(a1, w) + carry(t1, low);
            t0 = t1 + fold;
            fold = carry(t0, fold);
            low = m * P1;
            t0 += low;
            fold += Math.unsignedMultiplyHigh(m, P1) + carry(t0, low);

            t2 += high;
            high = carry(t2, high);
            low = a2 * w;
            t2 += low;
            high += Math.unsignedMultiplyHigh(a2, w) + carry(t2, low);
            t1 = t2 + fold;
            fold = carry(t1, fold);
            low = m * P2;
            t1 += low;
            fold += Math.unsignedMultiplyHigh(m, P2) + carry(t1, low);

            t3 += high;
            high = carry(t3, high);
            low = a3 * w;
            t3 += low;
            high += Math.unsignedMultiplyHigh(a3, w) + carry(t3, low);
            t2 = t3 + fold;
            fold = carry(t2, fold);
            low = m * P3;
            t2 += low;
            t3 = high + fold + Math.unsignedMultiplyHigh(m, P3) + carry(t2, low);
        }
        reduce(r, ri, t0, t1, t2, t3);
    }

    /// 1/a, and 0 for 0.
    static void invert(long[] r, int ri, long[] a, int ai) {
        FpInversion.invert(r, ri, a, ai);
    }

    static void square(long[] r, int ri, long[] a, int ai) {
        mul(r, ri, a, ai, a, ai);
    }
}
