package org.assay.evm.precompile.bn128;

import java.math.BigInteger;

/// One inversion modulo p by the binary greatest common divisor on 64-bit approximations (Pornin
/// 2020, "Optimized binary GCD for modular inversion"): 31 steps at a time are found on the top
/// 33 and low 31 bits of both numbers and then applied to the whole.
///
/// Invariant: a ≡ y·u and b ≡ y·v up to a power of two that depends only on the number of rounds.
final class FpInversion {
    private static final long[] PRIME = {Fp.P0, Fp.P1, Fp.P2, Fp.P3};

    private static final int STEPS = 31;

    /// Enough for 2·254 - 1 steps.
    private static final int ROUNDS = 17;

    /// Each round leaves a factor 2^-33 in u and v: 2^31 not divided out, 2^64 divided out. One
    /// factor R for the input being in Montgomery form, one for the output, one for the product
    /// that applies this constant.
    private static final long[] CORRECTION =
            plain(BigInteger.TWO.pow(3 * 256 + (64 - STEPS) * ROUNDS).mod(Fp.P));

    private long[] a = new long[Fp.SIZE];
    private long[] b = PRIME;
    private long[] u = {1, 0, 0, 0};
    private long[] v = new long[Fp.SIZE];
    private final long[] wide = new long[Fp.SIZE + 1];
    private long f0;
    private long g0;
    private long f1;
    private long g1;

    private static long[] plain(BigInteger value) {
        long[] words = new long[Fp.SIZE];
        for (int i = 0; i < Fp.SIZE; i++) {
            words[i] = value.shiftRight(64 * i).longValue();
        }
        return words;
    }

    /// r = 1/a, and 0 for 0.
    static void invert(long[] r, int ri, long[] a, int ai) {
        FpInversion inversion = new FpInversion();
        System.arraycopy(a, ai, inversion.a, 0, Fp.SIZE);
        for (int round = 0; round < ROUNDS; round++) {
            inversion.round();
        }
        Fp.mul(r, ri, inversion.v, 0, CORRECTION, 0);
    }

    private void round() {
        findSteps();
        long[] nextA = new long[Fp.SIZE];
        long[] nextB = new long[Fp.SIZE];
        combine(a, b, f0, g0);
        if (shiftByStepsAndTellSign(nextA)) {
            f0 = -f0;
            g0 = -g0;
        }
        combine(a, b, f1, g1);
        if (shiftByStepsAndTellSign(nextB)) {
            f1 = -f1;
            g1 = -g1;
        }
        a = nextA;
        b = nextB;
        long[] nextU = new long[Fp.SIZE];
        long[] nextV = new long[Fp.SIZE];
        combine(u, v, f0, g0);
        shiftByWordModP(nextU);
        combine(u, v, f1, g1);
        shiftByWordModP(nextV);
        u = nextU;
        v = nextV;
    }

    /// Sets the factors, below 2^31 in absolute value or equal to it, that 31 steps amount to.
    private void findSteps() {
        int top = Fp.SIZE - 1;
        while (top > 0 && (a[top] | b[top]) == 0) {
            top--;
        }
        int bits = Math.max(64, 64 * top + 64 - Long.numberOfLeadingZeros(a[top] | b[top]));
        long x = approximation(a, bits);
        long y = approximation(b, bits);
        long f = 1;
        long g = 0;
        long h = 0;
        long k = 1;
        for (int i = 0; i < STEPS; i++) {
            if ((x & 1) != 0) {
                if (x + Long.MIN_VALUE < y + Long.MIN_VALUE) {
                    long swap = x;
                    x = y;
                    y = swap;
                    swap = f;
                    f = h;
                    h = swap;
                    swap = g;
                    g = k;
                    k = swap;
                }
                x -= y;
                f -= h;
                g -= k;
            }
            x >>>= 1;
            h <<= 1;
            k <<= 1;
        }
        f0 = f;
        g0 = g;
        f1 = h;
        g1 = k;
    }

    /// The low 31 bits of `n` under its bits from `bits - 33` on.
    private static long approximation(long[] n, int bits) {
        int from = bits - 33;
        int word = from / 64;
        int shift = from % 64;
        long high = n[word] >>> shift;
        if (shift > 31 && word + 1 < Fp.SIZE) {
            high |= n[word + 1] << (64 - shift);
        }
        return (high << STEPS) | (n[0] & ((1L << STEPS) - 1));
    }

    /// wide = x·f + y·g, signed.
    private void combine(long[] x, long[] y, long f, long g) {
        long carry = 0;
        for (int i = 0; i < Fp.SIZE; i++) {
            long low = x[i] * f;
            long other = y[i] * g;
            // The signed factors read as unsigned are 2^64 too high where negative.
            long high =
                    Math.unsignedMultiplyHigh(x[i], f)
                            - (x[i] & (f >> 63))
                            + Math.unsignedMultiplyHigh(y[i], g)
                            - (y[i] & (g >> 63));
            low += other;
            high += carry(low, other) + (carry >> 63);
            low += carry;
            high += carry(low, carry);
            wide[i] = low;
            carry = high;
        }
        wide[Fp.SIZE] = carry;
    }

    private static long carry(long sum, long addend) {
        return sum + Long.MIN_VALUE < addend + Long.MIN_VALUE ? 1 : 0;
    }

    /// r = |wide| / 2^31, which is exact; whether `wide` is negative.
    private boolean shiftByStepsAndTellSign(long[] r) {
        boolean negative = wide[Fp.SIZE] < 0;
        long flip = negative ? -1 : 0;
        long carry = negative ? 1 : 0;
        for (int i = 0; i < Fp.SIZE; i++) {
            long word = (wide[i] >>> STEPS) | (wide[i + 1] << (64 - STEPS));
            r[i] = (word ^ flip) + carry;
            carry = r[i] == 0 ? carry : 0;
        }
        return negative;
    }

    /// r = wide / 2^64 mod p, as Montgomery reduces.
    private void shiftByWordModP(long[] r) {
        long m = wide[0] * Fp.NEGATIVE_INVERSE;
        long carry = Math.unsignedMultiplyHigh(m, Fp.P0) + (wide[0] != 0 ? 1 : 0);
        for (int i = 1; i < Fp.SIZE; i++) {
            long low = m * PRIME[i];
            long high = Math.unsignedMultiplyHigh(m, PRIME[i]);
            low += carry;
            high += carry(low, carry);
            low += wide[i];
            carry = high + carry(low, wide[i]);
            r[i - 1] = low;
        }
        long top = wide[Fp.SIZE];
        r[Fp.SIZE - 1] = carry + top; // between -p and 2p
        if (r[Fp.SIZE - 1] < 0) {
            long k = 0;
            for (int i = 0; i < Fp.SIZE; i++) {
                long sum = r[i] + k;
                k = carry(sum, k);
                sum += PRIME[i];
                k += carry(sum, PRIME[i]);
                r[i] = sum;
            }
        } else {
            Fp.reduce(r, 0, r[0], r[1], r[2], r[3]);
        }
    }
}
