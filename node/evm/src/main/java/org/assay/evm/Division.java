package org.assay.evm;

/// DIV, SDIV, MOD, SMOD, ADDMOD and MULMOD on a stack of words (see [Arithmetic]): Knuth's
/// algorithm D (TAOCP 4.3.1) over 64-bit limbs, each quotient limb by multiplication with the
/// divisor's reciprocal (Möller and Granlund, "Improved division by invariant integers").
///
/// `scratch` has at least [#SCRATCH_LONGS] longs and is this class's during a call. In it limbs
/// lie least significant first: the numerator, then the divisor, then the quotient.
final class Division {
    static final int SCRATCH_LONGS = 32;

    private static final int N = 0; // numerator and remainder: up to 9 limbs
    private static final int D = 10; // divisor: up to 4
    private static final int Q = 16; // quotient: up to 8

    private static final short[] RECIPROCALS = new short[256];

    static {
        for (int i = 0; i < 256; i++) {
            RECIPROCALS[i] = (short) (0x7fd00 / (0x100 | i));
        }
    }

    private Division() {}

    static void div(long[] s, int sp, long[] scratch) {
        int a = sp - 4;
        int b = sp - 8;
        if ((s[a] | s[a + 1] | s[a + 2] | s[b] | s[b + 1] | s[b + 2]) == 0) {
            s[b + 3] = s[b + 3] == 0 ? 0 : Long.divideUnsigned(s[a + 3], s[b + 3]);
        } else {
            quotient(s, a, b, scratch);
        }
    }

    static void mod(long[] s, int sp, long[] scratch) {
        int a = sp - 4;
        int b = sp - 8;
        if ((s[a] | s[a + 1] | s[a + 2] | s[b] | s[b + 1] | s[b + 2]) == 0) {
            s[b + 3] = s[b + 3] == 0 ? 0 : Long.remainderUnsigned(s[a + 3], s[b + 3]);
        } else {
            remainder(s, a, b, scratch);
        }
    }

    static void sdiv(long[] s, int sp, long[] scratch) {
        int a = sp - 4;
        int b = sp - 8;
        boolean negative = (s[a] ^ s[b]) < 0;
        makePositive(s, a);
        makePositive(s, b);
        quotient(s, a, b, scratch);
        if (negative) {
            negate(s, b);
        }
    }

    static void smod(long[] s, int sp, long[] scratch) {
        int a = sp - 4;
        int b = sp - 8;
        boolean negative = s[a] < 0;
        makePositive(s, a);
        makePositive(s, b);
        remainder(s, a, b, scratch);
        if (negative) {
            negate(s, b);
        }
    }

    private static void makePositive(long[] s, int a) {
        if (s[a] < 0) {
            negate(s, a);
        }
    }

    private static void negate(long[] s, int a) {
        long borrow = 0;
        for (int i = 3; i >= 0; i--) {
            long x = s[a + i];
            s[a + i] = -x - borrow;
            borrow |= x == 0 ? 0 : 1;
        }
    }

    /// `s[b] = s[a] / s[b]`, zero for a zero divisor.
    private static void quotient(long[] s, int a, int b, long[] scratch) {
        int n = limbs(s, b);
        if (n == 0) {
            return;
        }
        loadWord(s, a, scratch, N);
        loadWord(s, b, scratch, D);
        int m = significant(scratch, N, 4);
        Arithmetic.setLong(s, b, 0);
        if (m < n) {
            return;
        }
        divide(scratch, m, n);
        for (int i = 0; i <= m - n; i++) {
            s[b + 3 - i] = scratch[Q + i];
        }
    }

    /// `s[b] = s[a] mod s[b]`, zero for a zero divisor.
    private static void remainder(long[] s, int a, int b, long[] scratch) {
        int n = limbs(s, b);
        if (n == 0) {
            return;
        }
        loadWord(s, a, scratch, N);
        loadWord(s, b, scratch, D);
        reduce(scratch, 4, n);
        storeWord(scratch, N, s, b);
    }

    /// `(a + b) mod n`, where n is the third word.
    static void addmod(long[] s, int sp, long[] scratch) {
        int modulus = sp - 12;
        int n = limbs(s, modulus);
        if (n == 0) {
            return;
        }
        long carry = 0;
        for (int i = 0; i < 4; i++) {
            long x = s[sp - 4 + 3 - i];
            long y = s[sp - 8 + 3 - i];
            long r = x + y + carry;
            carry = ((x & y) | ((x | y) & ~r)) >>> 63;
            scratch[N + i] = r;
        }
        scratch[N + 4] = carry;
        loadWord(s, modulus, scratch, D);
        reduce(scratch, 5, n);
        storeWord(scratch, N, s, modulus);
    }

    /// `(a * b) mod n`, where n is the third word.
    static void mulmod(long[] s, int sp, long[] scratch) {
        int modulus = sp - 12;
        int n = limbs(s, modulus);
        if (n == 0) {
            return;
        }
        for (int i = 0; i < 8; i++) {
            scratch[N + i] = 0;
        }
        for (int i = 0; i < 4; i++) {
            long x = s[sp - 4 + 3 - i];
            if (x == 0) {
                continue;
            }
            long carry = 0;
            for (int j = 0; j < 4; j++) {
                long y = s[sp - 8 + 3 - j];
                long low = x * y;
                long high = Math.unsignedMultiplyHigh(x, y);
                low += carry;
                high += Long.compareUnsigned(low, carry) < 0 ? 1 : 0;
                long sum = scratch[N + i + j] + low;
                high += Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
                scratch[N + i + j] = sum;
                carry = high;
            }
            scratch[N + i + 4] = carry;
        }
        loadWord(s, modulus, scratch, D);
        reduce(scratch, 8, n);
        storeWord(scratch, N, s, modulus);
    }

    private static int limbs(long[] s, int a) {
        if (s[a] != 0) {
            return 4;
        }
        if (s[a + 1] != 0) {
            return 3;
        }
        if (s[a + 2] != 0) {
            return 2;
        }
        return s[a + 3] != 0 ? 1 : 0;
    }

    private static void loadWord(long[] s, int a, long[] scratch, int at) {
        scratch[at] = s[a + 3];
        scratch[at + 1] = s[a + 2];
        scratch[at + 2] = s[a + 1];
        scratch[at + 3] = s[a];
    }

    private static void storeWord(long[] scratch, int at, long[] s, int a) {
        s[a + 3] = scratch[at];
        s[a + 2] = scratch[at + 1];
        s[a + 1] = scratch[at + 2];
        s[a] = scratch[at + 3];
    }

    private static int significant(long[] limbs, int at, int most) {
        int m = most;
        while (m > 0 && limbs[at + m - 1] == 0) {
            m--;
        }
        return m;
    }

    /// Leaves the numerator of `most` limbs modulo the divisor of `n` at N, zero-filled to four.
    private static void reduce(long[] scratch, int most, int n) {
        int m = significant(scratch, N, most);
        if (m >= n) {
            divide(scratch, m, n);
        }
        for (int i = Math.min(n, m < n ? m : n); i < 4; i++) {
            scratch[N + i] = 0;
        }
    }

    /// Divides the `m` limbs at N by the `n` limbs at D, `m >= n >= 1`, both without leading
    /// zeros. The `m - n + 1` limbs of the quotient go to Q, the `n` of the remainder to N.
    private static void divide(long[] w, int m, int n) {
        int shift = Long.numberOfLeadingZeros(w[D + n - 1]);
        for (int i = n - 1; i > 0; i--) {
            w[D + i] = (w[D + i] << shift) | (w[D + i - 1] >>> 1 >>> (63 - shift));
        }
        w[D] <<= shift;
        w[N + m] = w[N + m - 1] >>> 1 >>> (63 - shift);
        for (int i = m - 1; i > 0; i--) {
            w[N + i] = (w[N + i] << shift) | (w[N + i - 1] >>> 1 >>> (63 - shift));
        }
        w[N] <<= shift;
        long top = w[D + n - 1];
        long reciprocal = reciprocal(top);
        if (n == 1) {
            divideByOne(w, m, top, reciprocal);
        } else {
            for (int j = m - n; j >= 0; j--) {
                w[Q + j] = quotientLimb(w, j, n, top, reciprocal);
            }
        }
        for (int i = 0; i < n - 1; i++) {
            w[N + i] = (w[N + i] >>> shift) | (w[N + i + 1] << 1 << (63 - shift));
        }
        w[N + n - 1] >>>= shift;
    }

    private static void divideByOne(long[] w, int m, long d, long reciprocal) {
        long r = w[N + m];
        for (int j = m - 1; j >= 0; j--) {
            long low = w[N + j];
            long q = estimate(r, low, d, reciprocal);
            r = low - q * d;
            w[Q + j] = q;
        }
        w[N] = r;
    }

    /// One round of algorithm D, steps D3 to D6.
    private static long quotientLimb(long[] w, int j, int n, long top, long reciprocal) {
        long u2 = w[N + j + n];
        long u1 = w[N + j + n - 1];
        long q;
        if (u2 == top) {
            q = -1; // Corrected below by at most two.
        } else {
            q = estimate(u2, u1, top, reciprocal);
            long r = u1 - q * top;
            long second = w[D + n - 2];
            long u0 = w[N + j + n - 2];
            long high = Math.unsignedMultiplyHigh(q, second);
            long low = q * second;
            while (Long.compareUnsigned(high, r) > 0
                    || (high == r && Long.compareUnsigned(low, u0) > 0)) {
                q--;
                high -= Long.compareUnsigned(low, second) < 0 ? 1 : 0;
                low -= second;
                r += top;
                if (Long.compareUnsigned(r, top) < 0) {
                    break; // r is 2^64 or more
                }
            }
        }
        long borrow = 0;
        for (int i = 0; i < n; i++) {
            long d = w[D + i];
            long low = q * d;
            long high = Math.unsignedMultiplyHigh(q, d);
            low += borrow;
            high += Long.compareUnsigned(low, borrow) < 0 ? 1 : 0;
            long u = w[N + j + i];
            w[N + j + i] = u - low;
            borrow = high + (Long.compareUnsigned(u, low) < 0 ? 1 : 0);
        }
        long last = w[N + j + n];
        long rest = last - borrow;
        boolean negative = Long.compareUnsigned(last, borrow) < 0;
        while (negative) {
            q--;
            long carry = 0;
            for (int i = 0; i < n; i++) {
                long x = w[N + j + i];
                long y = w[D + i];
                long r = x + y + carry;
                carry = ((x & y) | ((x | y) & ~r)) >>> 63;
                w[N + j + i] = r;
            }
            rest += carry;
            negative = carry == 0;
        }
        w[N + j + n] = rest;
        return q;
    }

    /// `(high, low) / d` for a normalised d above `high`.
    private static long estimate(long high, long low, long d, long reciprocal) {
        long q0 = reciprocal * high;
        long q1 = Math.unsignedMultiplyHigh(reciprocal, high);
        q0 += low;
        q1 += high + (Long.compareUnsigned(q0, low) < 0 ? 1 : 0) + 1;
        long r = low - q1 * d;
        if (Long.compareUnsigned(r, q0) > 0) {
            q1--;
            r += d;
        }
        return Long.compareUnsigned(r, d) >= 0 ? q1 + 1 : q1;
    }

    /// `floor((2^128 - 1) / d) - 2^64` for a normalised d.
    private static long reciprocal(long d) {
        long d40 = (d >>> 24) + 1;
        long v0 = RECIPROCALS[(int) (d >>> 55) - 256];
        long v1 = (v0 << 11) - ((v0 * v0 * d40) >>> 40) - 1;
        long v2 = (v1 << 13) + ((v1 * ((1L << 60) - v1 * d40)) >>> 47);
        long d0 = d & 1;
        long d63 = (d >>> 1) + d0;
        long e = ((v2 >>> 1) & -d0) - v2 * d63;
        long v3 = (Math.unsignedMultiplyHigh(v2, e) >>> 1) + (v2 << 31);
        long low = v3 * d;
        long high = Math.unsignedMultiplyHigh(v3, d);
        high += Long.compareUnsigned(low + d, d) < 0 ? 1 : 0;
        return v3 - high - d;
    }
}
